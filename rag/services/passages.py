"""Passages as search returns them, and their texts out of the object store."""

import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from core.storage import MissingObjectError, StorageError, read_text
from rag.services.candidates import ids_of
from rag.services.prepared import preparing_cursor
from rag.services.store_threads import store_threads
from solution_library.models import DocumentEmbedding

logger = logging.getLogger(__name__)

# By their hashes, so that a text that stands in many documents is read once. About 1 KB each, the longest unused
# dropped first.
_CACHED_TEXTS = 8192
_texts: OrderedDict[str, str] = OrderedDict()
_lock = Lock()
# Primary key, key in the store, hash.
_Stored = tuple[int, str, str]
# Not through the models: each search reads this, and putting the query together took longer than running it.
_PASSAGES = """
SELECT 'chunk', e.id, e.chunk_s3_key, e.content_hash, e.heading_path, e.page, e.page_end, e.document_id, d.title,
    d.solution_id, NULL, '', coalesce(d.embedded_at, d.created_at)
FROM solution_library_documentembedding e JOIN solution_library_document d ON d.id = e.document_id
WHERE e.id = ANY(%(chunks)s::bigint[])
UNION ALL
SELECT 'answer', a.id, '', '', '{}', NULL, NULL, NULL, a.question, a.solution_id, a.answer, a.choice,
    a.updated_at
FROM solution_library_libraryanswer a WHERE a.id = ANY(%(answers)s::bigint[])
"""


@dataclass(frozen=True)
class Passage:
    """A found chunk, or an approved answer (then `title` is its question and `text` the answer).

    `score` runs from 0 to 1; `explanation` says how it came about: dense, lexical and fused parts. `copies` were found
    too and say the same, or nearly so where such were asked for; they have none themselves.
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
    changed_at: datetime | None = None
    copies: tuple["Passage", ...] = field(default=(), compare=False)

    @property
    def ref(self) -> tuple[str, int]:
        """The passage's name across chunks and approved answers."""
        return ("answer", self.library_answer_id) if self.library_answer_id else ("chunk", self.chunk_id or 0)

    @property
    def identity(self) -> tuple[str, ...]:
        """The same for what says the same: a text wherever it stands, but an answer only to its own question.

        "Yes." answers many questions, and means another thing each time.
        """
        text = _folded(self.text)
        return (_folded(self.title), _folded(self.choice), text) if self.library_answer_id else (text,)

    @property
    def context(self) -> str:
        """Title and headings on one line."""
        return " > ".join((self.title, *self.heading_path))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def load_passages(order: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Passage]:
    """The candidates ("chunk" or "answer", primary key) as unscored passages with their texts.

    One that is gone by now is left out. One query. Raises StorageError when the store does not answer.
    """
    with preparing_cursor() as cursor:
        cursor.execute(_PASSAGES, ids_of(order))
        rows = cursor.fetchall()
    texts = iter(_read_texts([(pk, key, digest) for kind, pk, key, digest, *_ in rows if kind == "chunk"]))
    passages: dict[tuple[str, int], Passage] = {}
    for kind, pk, _, _, headings, page, page_end, document, title, solution, answer, choice, changed in rows:
        text = next(texts) if kind == "chunk" else answer
        if text is not None:
            passages[kind, pk] = Passage(
                chunk_id=pk if kind == "chunk" else None,
                library_answer_id=pk if kind == "answer" else None,
                document_id=document,
                solution_id=solution,
                title=title,
                heading_path=tuple(headings),
                page=page,
                page_end=page_end,
                text=text,
                score=0.0,
                choice=choice,
                changed_at=changed,
            )
    return passages


def _read_texts(wanted: Sequence[_Stored]) -> list[str | None]:
    """The chunks' texts, read several at a time; None for a chunk that was replaced in this moment, or lost.

    A lost text takes nothing but its own passage out of the search: embedding the document again restores it. Where
    all are lost, it is the store that is wrong.
    """
    found: dict[str, str | StorageError] = {}
    unread: dict[str, str] = {}
    for _, key, digest in wanted:
        if (text := _cached(digest)) is not None:
            found[digest] = text
        else:
            unread.setdefault(digest, key)
    found.update(zip(unread, store_threads().map(_text_or_error, unread.values(), unread), strict=True))
    texts = [found[digest] for *_, digest in wanted]
    failures = {
        pk: text for (pk, *_), text in zip(wanted, texts, strict=True) if isinstance(text, StorageError)
    }
    if failures:
        for pk in DocumentEmbedding.objects.filter(pk__in=failures).values_list("pk", flat=True):
            if len(failures) == len(wanted) or not isinstance(failures[pk], MissingObjectError):
                raise failures[pk]
            logger.error("passage %s is left out of a search: %s", pk, failures[pk])
    return [None if isinstance(text, StorageError) else text for text in texts]


def _cached(digest: str) -> str | None:
    with _lock:
        if (text := _texts.get(digest)) is not None:
            _texts.move_to_end(digest)
        return text


def _text_or_error(key: str, digest: str) -> str | StorageError:
    try:
        text = read_text(key)
    except StorageError as error:
        return error
    with _lock:
        _texts[digest] = text
        while len(_texts) > _CACHED_TEXTS:
            _texts.popitem(last=False)
    return text
