"""Statements that are planned once for a connection."""

from typing import Any

import pytest
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext

from rag.services.prepared import array, preparing_cursor, sql_literal

pytestmark = pytest.mark.django_db

STATEMENT = "SELECT id FROM unnest(%(ids)s::bigint[]) AS given(id) WHERE id > %(least)s ORDER BY id"


def ask(ids: list[int]) -> list[int]:
    with preparing_cursor() as cursor:
        cursor.execute(STATEMENT, {"ids": array(ids), "least": 1})
        return [pk for (pk,) in cursor.fetchall()]


def prepared() -> list[int]:
    """How often each such statement has run, of those that this connection keeps."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE %s",
            ["%AS given(id)%"],
        )
        return [times for (times,) in cursor.fetchall()]


def test_a_statement_is_prepared_once_whatever_its_values() -> None:
    assert ask([3, 1, 2]) == [2, 3]
    assert ask([]) == []
    assert ask([2**40]) == [2**40]
    assert prepared() == [3]


def test_nothing_is_prepared_where_the_connection_must_not() -> None:
    connection.ensure_connection()
    usual, connection.connection.prepare_threshold = connection.connection.prepare_threshold, None
    try:
        assert ask([5]) == [5]
        assert prepared() == []
    finally:
        connection.connection.prepare_threshold = usual


def test_other_statements_are_not_prepared_however_often_they_run() -> None:
    for _ in range(12):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 4242")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%4242%"])
        assert cursor.fetchone() == (0,)


def test_whoever_counts_queries_sees_it_with_its_values() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert ask([7]) == [7]
    [query] = queries
    assert "unnest('{7}'::bigint[])" in query["sql"]
    assert prepared() == []


def test_whoever_wraps_queries_sees_it() -> None:
    seen: list[str] = []

    def look(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        ask([7])
    assert seen == [STATEMENT]


def test_an_error_is_the_databases_as_everywhere() -> None:
    with pytest.raises(ProgrammingError), preparing_cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


@pytest.mark.parametrize("text", ["plain", "it's", "50 %", "100%s", "back\\slash"])
def test_a_text_that_is_written_out_is_that_text(text: str) -> None:
    with preparing_cursor() as cursor:
        cursor.execute(f"SELECT {sql_literal(text)}, %(other)s::int", {"other": 1})
        assert cursor.fetchone() == (text, 1)
