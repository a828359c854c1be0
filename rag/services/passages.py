"""Passages as search returns them, and their texts out of the object store."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from core.storage import StorageError, read_text
from rag.services.store_threads import store_threads
from solution_library.models import DocumentEmbedding, LibraryAnswer

# About 1 KB each.
_CACHED_TEXTS = 8192


@dataclass(frozen=True)
class Passage:
    """A found chunk, or an approved answer (then `title` is its question and `text` the answer).

    `score` runs from 0 to 1; `explanation` says how it came about: dense, lexical and fused parts.
    """

    chunk_id: int | None
    library_answer_id: int | None
    document_id: int | None
    solution_id: int
    title: str
    heading_path: tuple[str, ...]
    page: int | None
    page_end: int | None
    text: str
    score: float
    choice: str = ""
    explanation: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def ref(self) -> tuple[str, int]:
        """The passage's name across chunks and approved answers."""
        return ("answer", self.library_answer_id) if self.library_answer_id else ("chunk", self.chunk_id or 0)

    @property
    def context(self) -> str:
        """Title and headings on one line."""
        return " > ".join((self.title, *self.heading_path))


def load_passages(order: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Passage]:
    """The candidates ("chunk" or "answer", primary key) as unscored passages with their texts.

    One that is gone by now is left out. Two queries. Raises StorageError when the store does not answer.
    """
    passages: dict[tuple[str, int], Passage] = {}
    rows = list(
        DocumentEmbedding.objects.filter(pk__in=[pk for kind, pk in order if kind == "chunk"])
        .select_related("document")
        .only(
            "chunk_s3_key", "content_hash", "heading_path", "page", "page_end",
            "document__title", "document__solution_id",
        )
    )  # fmt: skip
    for row, text in zip(rows, _read_texts(rows), strict=True):
        if text is not None:
            passages["chunk", row.pk] = Passage(
                chunk_id=row.pk,
                library_answer_id=None,
                document_id=row.document_id,
                solution_id=row.document.solution_id,
                title=row.document.title,
                heading_path=tuple(row.heading_path),
                page=row.page,
                page_end=row.page_end,
                text=text,
                score=0.0,
            )
    answers = LibraryAnswer.objects.filter(pk__in=[pk for kind, pk in order if kind == "answer"])
    for answer in answers.only("question", "answer", "choice", "solution_id"):
        passages["answer", answer.pk] = Passage(
            chunk_id=None,
            library_answer_id=answer.pk,
            document_id=None,
            solution_id=answer.solution_id,
            title=answer.question,
            heading_path=(),
            page=None,
            page_end=None,
            text=answer.answer,
            score=0.0,
            choice=answer.choice,
        )
    return passages


def _read_texts(rows: Sequence[DocumentEmbedding]) -> list[str | None]:
    """The chunks' texts, read several at a time; None for a chunk that was replaced in this moment."""
    texts = list(store_threads().map(_text_or_error, rows))
    failures = {row.pk: text for row, text in zip(rows, texts, strict=True) if isinstance(text, StorageError)}
    if failures:
        still_there = DocumentEmbedding.objects.filter(pk__in=failures).values_list("pk", flat=True).first()
        if still_there is not None:
            raise failures[still_there]
    return [None if isinstance(text, StorageError) else text for text in texts]


def _text_or_error(row: DocumentEmbedding) -> str | StorageError:
    try:
        return _cached_text(row.chunk_s3_key, row.content_hash)
    except StorageError as error:
        return error


@lru_cache(maxsize=_CACHED_TEXTS)
def _cached_text(key: str, digest: str) -> str:
    """A freed key may be given to another text, so the hash is part of the entry's name."""
    return read_text(key)
