"""Documents and library answers into the search index: read, parse, chunk, embed, store, replace.

Writing the chunks is the subject of `chunk_rows`; here is what comes before.
"""

from collections.abc import Callable

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from rag.parsing.cleaning import strip_invisible
from rag.providers.embedding import EmbeddingProvider, get_embedding_provider
from rag.services.chunk_rows import PreparedChunk, known_vectors, replace_chunks, search_vector
from rag.services.preparing_ahead import AT_MOST, prepare_ahead, take_prepared
from solution_library.models import Document, EmbeddingStatus, LibraryAnswer

Progress = Callable[[int, int, str], None]
Fence = Callable[[], None]

# Passages per call of the model: small enough for a lively progress bar, large enough to batch by length.
_EMBED_BATCH = 64


def embed_document(document_id: int, *, progress: Progress | None = None, fence: Fence | None = None) -> int:
    """Bring a document's chunks in the index up to date with its content; returns how many it has now.

    A chunk whose text and context are unchanged keeps its row, its object and its vector. When the
    document's content changes meanwhile, nothing is written: the job of the newer content does that.
    `fence` is called inside the writing transaction and raises when somebody else does this work.
    A document that is gone, or retired with its page, is a clean exit with 0. Raises ParsingError, StorageError.
    """
    document = Document.objects.in_use().select_related("solution").filter(pk=document_id).first()
    if document is None:
        return 0
    report = progress or _silent
    Document.objects.filter(pk=document.pk, content_hash=document.content_hash).update(
        embedding_status=EmbeddingStatus.PROCESSING, embedding_error=""
    )
    report(0, 0, _("Reading"))
    prepared = take_prepared(document)
    _prepare_following(document)
    provider, chunks = get_embedding_provider(), prepared.chunks
    known = {**prepared.vectors, **known_vectors(document, provider.name)}
    report(0, len(chunks), _("Storing"))
    return replace_chunks(
        document,
        chunks,
        vectors=lambda: known | _embed_missing(chunks, known, provider, report),
        model=provider.name,
        page_count=prepared.page_count,
        notes="\n".join(str(remark) for remark in prepared.warnings),
        fence=fence,
    )


def embed_library_answer(
    answer_id: int, *, progress: Progress | None = None, fence: Fence | None = None
) -> int:
    """Bring an approved answer's vector and word index up to date; 1, or 0 when it is gone or has changed.

    The vector is the question's, since it is questions that are compared with it.
    """
    answer = LibraryAnswer.objects.filter(pk=answer_id).first()
    if answer is None:
        return 0
    provider = get_embedding_provider()
    question, text = strip_invisible(answer.question), strip_invisible(answer.answer)
    vector = provider.embed_passages([question])[0]
    with transaction.atomic():
        if fence is not None:
            fence()
        return LibraryAnswer.objects.filter(
            pk=answer.pk, question=answer.question, answer=answer.answer
        ).update(
            embedding=vector,
            embedding_model=provider.name,
            embedding_status=EmbeddingStatus.EMBEDDED,
            search_vector=search_vector(context=question, text=text),
        )


def _silent(done: int, total: int, message: str) -> None:
    """Progress nobody asked for."""


def _prepare_following(document: Document) -> None:
    """Whoever embeds one of many uploads embeds the next ones next: have them prepared meanwhile.

    Where several processes share them, a guess may be wrong and is forgotten.
    """
    waiting = Document.objects.in_use().filter(embedding_status=EmbeddingStatus.PENDING, pk__gt=document.pk)
    prepare_ahead(list(waiting.order_by("pk")[:AT_MOST]))


def _embed_missing(
    chunks: list[PreparedChunk],
    known: dict[str, np.ndarray],
    provider: EmbeddingProvider,
    report: Progress,
) -> dict[str, np.ndarray]:
    """Vectors by hash for the chunks that the index does not know yet."""
    missing = {chunk.hash: chunk.passage for chunk in chunks if chunk.hash not in known}
    hashes, done = list(missing), len(chunks) - len(missing)
    vectors: dict[str, np.ndarray] = {}
    for start in range(0, len(hashes), _EMBED_BATCH):
        batch = hashes[start : start + _EMBED_BATCH]
        report(done + start, len(chunks), _("Embedding"))
        vectors.update(zip(batch, provider.embed_passages([missing[key] for key in batch]), strict=True))
    return vectors
