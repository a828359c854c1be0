"""Passages as search returns them, and their texts out of the object store."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from core.storage import StorageError, read_text
from rag.services.store_threads import store_threads
from solution_library.models import DocumentEmbedding, LibraryAnswer

# About 1 KB each, the longest unused dropped first. A freed key may be given to another text, so a text's hash is
# part of its name.
_CACHED_TEXTS = 8192
_texts: OrderedDict[tuple[str, str], str] = OrderedDict()
_lock = Lock()
# Primary key, key in the store, hash.
_Stored = tuple[int, str, str]
_COLUMNS = (
    "pk", "chunk_s3_key", "content_hash", "heading_path", "page", "page_end",
    "document_id", "document__title", "document__solution_id",
)  # fmt: skip


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
    chunks = DocumentEmbedding.objects.filter(pk__in=[pk for kind, pk in order if kind == "chunk"])
    # As tuples: with a model instance for each, a search spends more time here than in the index.
    rows = list(chunks.order_by().values_list(*_COLUMNS))
    texts = _read_texts([(pk, key, digest) for pk, key, digest, *_ in rows])
    for (pk, _, _, headings, page, page_end, document, title, solution), text in zip(
        rows, texts, strict=True
    ):
        if text is not None:
            passages["chunk", pk] = Passage(
                chunk_id=pk,
                library_answer_id=None,
                document_id=document,
                solution_id=solution,
                title=title,
                heading_path=tuple(headings),
                page=page,
                page_end=page_end,
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


def _read_texts(wanted: Sequence[_Stored]) -> list[str | None]:
    """The chunks' texts, read several at a time; None for a chunk that was replaced in this moment."""
    texts: list[str | StorageError | None] = [_cached(stored) for stored in wanted]
    if missing := [place for place, text in enumerate(texts) if text is None]:
        read = store_threads().map(_text_or_error, [wanted[place] for place in missing])
        for place, text in zip(missing, read, strict=True):
            texts[place] = text
    failures = {
        pk: text for (pk, *_), text in zip(wanted, texts, strict=True) if isinstance(text, StorageError)
    }
    if failures:
        still_there = DocumentEmbedding.objects.filter(pk__in=failures).values_list("pk", flat=True).first()
        if still_there is not None:
            raise failures[still_there]
    return [None if isinstance(text, StorageError) else text for text in texts]


def _cached(stored: _Stored) -> str | None:
    name = stored[1:]
    with _lock:
        if (text := _texts.get(name)) is not None:
            _texts.move_to_end(name)
        return text


def _text_or_error(stored: _Stored) -> str | StorageError:
    _, key, digest = stored
    try:
        text = read_text(key)
    except StorageError as error:
        return error
    with _lock:
        _texts[key, digest] = text
        while len(_texts) > _CACHED_TEXTS:
            _texts.popitem(last=False)
    return text
