"""Statements that Postgres plans once for a connection instead of each time they run.

A search runs a handful of small statements, and planning them takes longer than running them. Only for statements
whose plan does not depend on their values: it is made without them. Numbers in lists are given as `array` writes them,
so that the statement stays the same whatever their size.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from psycopg.sql import Literal


class _PreparingCursor(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **_: Any) -> "_PreparingCursor":
        return super().execute(query, params, prepare=True)


@contextmanager
def preparing_cursor() -> Iterator[CursorWrapper]:
    """A cursor of the usual connection whose parameters are bound on the server.

    Where queries are logged it is a usual one, which tells them with their values. Nothing is prepared behind a pooler
    that gives each transaction another connection: see DATABASE_PREPARED_STATEMENTS.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.queries_logged:
        with database.cursor() as usual:
            yield usual
        return
    database.close_if_health_check_failed()
    database.ensure_connection()
    database.validate_thread_sharing()
    with database.wrap_database_errors, _PreparingCursor(database.connection) as cursor:
        yield database.make_cursor(cursor)  # type: ignore[arg-type]  # it wraps what psycopg gives


def sql_literal(text: str) -> str:
    """A text as it is written in a statement with parameters: for what its plan has to know."""
    return Literal(text).as_string().replace("%", "%%")


def array(numbers: Sequence[float]) -> str:
    """The literal of an array, to be cast to its type."""
    return "{" + ",".join(map(repr, numbers)) + "}"
