"""A document's chunks in the index: what is there, and its replacement in one transaction."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from django.conf import settings
from django.contrib.postgres.search import SearchVector
from django.db import Error as DatabaseFailure
from django.db import transaction
from django.db.models import F, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.utils import timezone

from core.storage import chunk_key, delete_objects, stored_names, write_new_text
from rag.services.chunking import passage_text
from rag.services.serving_model import model_kept_beside, provider_named
from rag.services.store_threads import store_threads
from solution_library.models import Document, DocumentEmbedding, EmbeddingStatus

logger = logging.getLogger(__name__)

_ROWS_PER_INSERT = 200
# Larger than any document's number of chunks: where moved rows wait, so that no two share an index meanwhile.
_ASIDE = 1_000_000_000


@dataclass(frozen=True)
class PreparedChunk:
    """One chunk as it goes into the index; `context` is its title and headings, `hash` covers both."""

    index: int
    text: str
    context: str
    heading_path: list[str]
    page: int | None
    page_end: int | None
    hash: str

    @property
    def passage(self) -> str:
        """What is embedded."""
        return passage_text(self.context, self.text)


def search_vector(*, context: str, text: str) -> Combinable:
    """The word index of a passage, computed by Postgres from parameters: context weighs B, the text A."""
    parts = [
        SearchVector(Value(value, output_field=TextField()), weight=weight, config=settings.SEARCH_LANGUAGE)
        for value, weight in ((context, "B"), (text, "A"))
    ]
    return parts[0] + parts[1]


def known_vectors(document: Document, model: str) -> dict[str, np.ndarray]:
    """The vectors that the index has of this document under this model, by chunk hash."""
    rows = DocumentEmbedding.objects.filter(document=document, embedding_model=model, embedding__isnull=False)
    return {key: np.asarray(vector) for key, vector in rows.values_list("content_hash", "embedding")}


def replace_chunks(
    document: Document,
    chunks: Sequence[PreparedChunk],
    *,
    vectors: Callable[[], Mapping[str, np.ndarray]],
    model: str,
    page_count: int | None,
    notes: str = "",
    fence: Callable[[], None] | None = None,
) -> int:
    """Make `chunks` the document's only ones, all or nothing; returns how many it has now.

    A chunk that is unchanged keeps its row (citations point at it) and its object. New texts are
    stored first, and `vectors` (by chunk hash) is called while they are on their way; they are deleted
    again when it or the transaction fails. Objects of removed chunks go once it has committed, and an object
    that the store has lost is written again. When the document's content is no longer the one that was read,
    nothing is replaced. While search goes on with the model before (`rag.services.serving_model`), that one's chunks
    stay, and the new ones wait unseen beside them. Raises StorageError.
    """
    written: dict[int, str] = {}
    try:
        reusable = _rows_by_hash(document, model)
        lost = _lost_keys(document.pk, reusable)
        unstored = [c for c in chunks if (row := _take(reusable, c)) is None or row.chunk_s3_key in lost]
        with _writing_texts(document.pk, unstored, written):
            by_hash = vectors()
        if document.embedded_model not in ("", model):
            provider_named(document.embedded_model)  # asked now, if it has to be: nothing is locked yet
        with transaction.atomic():
            # What stops us after the commit, in a later hook, must not take the committed objects along.
            transaction.on_commit(written.clear)
            if fence is not None:
                fence()
            current = Document.objects.select_for_update().filter(pk=document.pk).first()
            if current is None or current.content_hash != document.content_hash:
                transaction.on_commit(partial(delete_objects, list(written.values())))
                return current.chunk_count if current else 0
            beside = model_kept_beside(current, model=model) if chunks else ""
            _replace_rows(current, chunks, by_hash, model, written, lost=lost, beside=beside)
            seen: dict[str, Any] = {} if beside else {"chunk_count": len(chunks), "embedded_model": model}
            if current.embedded_model in ("", model) or current.embedded_hash != document.content_hash:
                seen["embedded_at"] = timezone.now()  # another model alone makes nothing newer
            Document.objects.filter(pk=document.pk).update(
                embedding_status=EmbeddingStatus.EMBEDDED,
                embedding_error="",
                embedded_hash=document.content_hash,
                page_count=page_count,
                reading_notes=notes,
                **seen,
            )
    except BaseException:
        _take_back(document.pk, list(written.values()))
        raise
    return len(chunks)


def _take_back(document_id: int, keys: Sequence[str]) -> None:
    """Delete the objects that no row names: a commit may have been done whose confirmation was lost."""
    if not keys:
        return
    try:
        rows = DocumentEmbedding.objects.filter(document_id=document_id, chunk_s3_key__in=keys)
        named = set(rows.values_list("chunk_s3_key", flat=True))
    except DatabaseFailure:
        # Orphans are found later; a row without its object would stay broken.
        logger.warning("left %d new objects of document %s in the file store", len(keys), document_id)
        return
    delete_objects(key for key in keys if key not in named)


def _lost_keys(document_id: int, rows: Mapping[str, Sequence[DocumentEmbedding]]) -> set[str]:
    """Those of the rows' keys that the store has no object of; one request for a thousand of them."""
    keys = {row.chunk_s3_key for same in rows.values() for row in same}
    if not keys:
        return set()
    folder = chunk_key(document_id, 0).rpartition("/")[0]
    return keys - {f"{folder}/{name}" for name in stored_names(folder)}


def _rows_by_hash(document: Document, model: str) -> dict[str, list[DocumentEmbedding]]:
    """The document's rows that can stay, by hash; several where a text repeats."""
    rows: dict[str, list[DocumentEmbedding]] = {}
    for row in (
        DocumentEmbedding.objects.filter(document=document, embedding_model=model, embedding__isnull=False)
        .defer("embedding", "search_vector", "waiting_search_vector")
        .order_by("-chunk_index")
    ):
        rows.setdefault(row.content_hash, []).append(row)
    return rows


def _take(rows: dict[str, list[DocumentEmbedding]], chunk: PreparedChunk) -> DocumentEmbedding | None:
    same = rows.get(chunk.hash)
    return same.pop() if same else None


@contextmanager
def _writing_texts(
    document_id: int, chunks: Sequence[PreparedChunk], written: dict[int, str]
) -> Iterator[None]:
    """Store texts, several at a time, while the block runs; all are stored when it is left.

    `written` (keys by chunk index) grows also when a later one fails, or the block.
    """

    def store(chunk: PreparedChunk) -> None:
        written[chunk.index] = write_new_text(chunk_key(document_id, chunk.index), chunk.text)

    running = [store_threads().submit(store, chunk) for chunk in chunks]
    try:
        yield
        # All of them, also when one fails: what is still being written has to be known to be taken back.
        wait(running)
    except BaseException:
        for one in running:
            one.cancel()
        wait(running)
        raise
    for one in running:
        one.result()


def _replace_rows(
    document: Document,
    chunks: Sequence[PreparedChunk],
    vectors: Mapping[str, np.ndarray],
    model: str,
    written: dict[int, str],
    *,
    lost: set[str],
    beside: str,
) -> None:
    """Inside the transaction, with `document` as it was locked: keep, move, delete and insert rows.

    Rows of the model `beside`, if it names one, are left as they are. When nothing is new, somebody asked for it:
    then kept rows get their word index anew too, since its language may have changed.
    """
    fields = ["chunk_index", "page", "page_end", "chunk_s3_key"]
    if (document.embedded_hash, document.embedded_model) == (document.content_hash, model):
        fields.append("search_vector")
    reusable = _rows_by_hash(document, model)
    kept: list[DocumentEmbedding] = []
    new: list[DocumentEmbedding] = []
    unused = dict(written)
    for chunk in chunks:
        row = _take(reusable, chunk)
        if row is None and chunk.index not in written:
            # Another run replaced the row since it was counted on: its object went with it.
            with _writing_texts(document.pk, [chunk], written):
                pass
        if row is None:
            unused.pop(chunk.index, None)
            row = _new_row(document, chunk, vectors[chunk.hash], model, written[chunk.index])
            if beside:
                row.search_vector, row.waiting_search_vector = None, row.search_vector
            new.append(row)
        else:
            row.chunk_index, row.page, row.page_end = chunk.index, chunk.page, chunk.page_end
            if row.chunk_s3_key in lost and chunk.index in written:
                row.chunk_s3_key = unused.pop(chunk.index)
            if "search_vector" in fields:
                row.search_vector = search_vector(context=chunk.context, text=chunk.text)
            kept.append(row)
    rows = DocumentEmbedding.objects.filter(document=document).exclude(embedding_model=beside)
    gone = rows.exclude(pk__in=[row.pk for row in kept])
    gone_keys = list(gone.values_list("chunk_s3_key", flat=True))
    if gone_keys:
        gone.delete_in_batches()
    if kept:
        rows.update(chunk_index=F("chunk_index") + _ASIDE)
        if not beside:
            show_waiting_rows(rows)
        DocumentEmbedding.objects.bulk_update(kept, fields, batch_size=_ROWS_PER_INSERT)
    DocumentEmbedding.objects.bulk_create(new, batch_size=_ROWS_PER_INSERT)
    removed = [*gone_keys, *unused.values()]
    transaction.on_commit(partial(delete_objects, removed))


def show_waiting_rows(rows: QuerySet[DocumentEmbedding]) -> int:
    """Let search see those of the rows that waited; returns how many."""
    waiting = rows.filter(waiting_search_vector__isnull=False)
    return waiting.update(search_vector=F("waiting_search_vector"), waiting_search_vector=None)


def _new_row(
    document: Document, chunk: PreparedChunk, vector: np.ndarray, model: str, key: str
) -> DocumentEmbedding:
    return DocumentEmbedding(
        document=document,
        chunk_s3_key=key,
        chunk_index=chunk.index,
        chunk_size=len(chunk.text.encode("utf-8")),
        content_hash=chunk.hash,
        heading_path=chunk.heading_path,
        page=chunk.page,
        page_end=chunk.page_end,
        embedding=vector,
        embedding_model=model,
        search_vector=search_vector(context=chunk.context, text=chunk.text),
    )
