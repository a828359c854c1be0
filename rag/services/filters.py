"""What a search may look at, as conditions within its SQL: nothing outside of them is ever compared."""

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from rag.services.prepared import preparing_cursor
from solution_library.models.document import DOCUMENT_EXTENSIONS

ANSWER = "answer"
PAGE = "page"
SEARCHED_TYPES = (*DOCUMENT_EXTENSIONS, PAGE, ANSWER)
_OF_TYPE = f"CASE WHEN d.source_id IS NULL THEN d.file_type ELSE '{PAGE}' END = ANY(%(types)s::text[])"


@dataclass(frozen=True)
class SearchFilters:
    """The whole library, as long as nothing is said.

    `solutions` empty lets nothing through. `types` are those of uploaded files ("pdf"), "page" for scraped pages and
    "answer" for approved answers. `since` keeps what came or changed on that day or later, `current` leaves out what
    is overdue for review. `without_answers` are approved answers that are not looked at.
    """

    solutions: Collection[int] | None = None
    types: Collection[str] | None = None
    since: date | None = None
    current: bool = False
    without_answers: Collection[int] = ()

    @property
    def answers(self) -> bool:
        """Whether approved answers are looked at."""
        return self.types is None or ANSWER in self.types

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be found."""
        return (self.solutions is not None and not self.solutions) or (
            self.types is not None and not self.types
        )

    @property
    def all_documents(self) -> bool:
        return self.solutions is None and self.types is None and self.since is None and not self.current

    @property
    def of_documents(self) -> str:
        """The conditions on a document, `d`."""
        conditions = [
            *(["d.solution_id = ANY(%(solutions)s::bigint[])"] if self.solutions is not None else []),
            *([_OF_TYPE] if self.types is not None else []),
            *(["coalesce(d.embedded_at, d.created_at) >= %(since)s::date"] if self.since else []),
            *(["(d.review_by IS NULL OR d.review_by >= %(today)s::date)"] if self.current else []),
        ]
        return " AND ".join(conditions) or "true"

    @property
    def of_answers(self) -> str:
        """The conditions on an approved answer, `a`."""
        conditions = [
            *(["a.solution_id = ANY(%(solutions)s::bigint[])"] if self.solutions is not None else []),
            *(["a.updated_at >= %(since)s::date"] if self.since else []),
            *(["(a.review_by IS NULL OR a.review_by >= %(today)s::date)"] if self.current else []),
            *(["a.id <> ALL(%(without_answers)s::bigint[])"] if self.without_answers else []),
        ]
        return " AND ".join(conditions) if conditions else "true"

    @property
    def chunks(self) -> str:
        """What chunks, `e`, are read from; without a filter the documents need not be looked up."""
        table = "solution_library_documentembedding e"
        return (
            table
            if self.all_documents
            else f"{table} JOIN solution_library_document d ON d.id = e.document_id"
        )

    def cursor(self) -> AbstractContextManager[CursorWrapper]:
        """For a statement with these conditions: how much they leave decides on its plan, so only without any on the
        documents it is made once.
        """
        return preparing_cursor() if self.all_documents else connection.cursor()

    @property
    def params(self) -> dict[str, Any]:
        """What the conditions name."""
        return {
            "solutions": None if self.solutions is None else [int(pk) for pk in self.solutions],
            "types": None if self.types is None else sorted(self.types),
            "since": self.since,
            "without_answers": [int(pk) for pk in self.without_answers],
            "today": timezone.localdate() if self.current else None,
        }


WHOLE_LIBRARY = SearchFilters()
