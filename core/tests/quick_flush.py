"""Emptying the database after a test that commits, in a tenth of the time.

Django truncates every table, which makes new files for each of them and their indexes, and then writes content types,
permissions and roles again. Here rows are deleted where there are any, and what the migrations wrote stays, as long
as the test left it as it was; otherwise Django's own way is taken.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase
from psycopg.errors import DeadlockDetected

_TURNS = 3

_TRIGGERS = """
SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
WHERE NOT tgisinternal AND (tgtype & 8) > 0 AND (tgtype & 1) > 0
"""  # row triggers before or after DELETE: such a table keeps its rows from being deleted


def empty_quickly() -> Callable[[], None]:
    """From now on, for this process's test database, which is as the migrations left it. Returns what undoes it."""
    tables = sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS)
        append_only = {name.strip('"') for (name,) in cursor.fetchall()} & set(tables)
        kept = [table for table in tables if _has_rows(cursor, table)]
        before = _fingerprint(cursor, kept)
    statements = [
        f"TRUNCATE {connection.ops.quote_name(table)}"
        if table in append_only
        else f"DELETE FROM {connection.ops.quote_name(table)}"
        for table in tables
        if table not in kept
    ]
    base: Any = TransactionTestCase  # Django's stubs know nothing of the method
    usual = base._fixture_teardown

    def tear_down(self: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            as_before = _fingerprint(cursor, kept) == before
            if as_before:
                _run(cursor, ";".join(statements))
        if not as_before:
            usual(self)

    base._fixture_teardown = tear_down

    def undo() -> None:
        base._fixture_teardown = usual

    return undo


def _run(cursor: Any, statements: str) -> None:
    """Again where a request of the page that was just left holds rows: of the two the database lets one go on."""
    for turn in range(_TURNS):
        try:
            # Foreign keys are checked when the transaction ends, so the order does not matter.
            with transaction.atomic():
                cursor.execute(statements)
            return
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected) or turn == _TURNS - 1:
                raise


def _has_rows(cursor: Any, table: str) -> bool:
    cursor.execute(f"SELECT EXISTS (SELECT FROM {connection.ops.quote_name(table)})")
    return bool(cursor.fetchone()[0])


def _fingerprint(cursor: Any, tables: Sequence[str]) -> list[str]:
    sums = []
    for table in tables:
        cursor.execute(
            "SELECT coalesce(md5(string_agg(one::text, '|' ORDER BY one::text)), '') FROM"
            f" {connection.ops.quote_name(table)} AS one"
        )
        sums.append(str(cursor.fetchone()[0]))
    return sums
