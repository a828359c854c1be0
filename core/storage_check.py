"""The file store compared with the rows that name its objects: what is missing, changed, or orphaned.

Names are read before the listing and again after it. What both know and the listing does not is missing; what neither
knows and is older than `older_than` is an orphan. Keys are never used twice, so what is written or deleted meanwhile is
neither. Everything is compared in temporary tables, so that a million objects take no memory here, and the
order in which a store lists them does not matter.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Literal, TypeVar, get_args

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import BigIntegerField, CharField, F, Func, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import StorageCheck
from core.storage import STORAGE_ERRORS, StorageError, delete_objects
from core.stored_keys import StoredKeys, stored_keys, stored_prefixes
from core.stored_objects import list_objects

_Item = TypeVar("_Item")
Kind = Literal["missing", "changed", "orphaned"]
ORPHANS_KEPT = timedelta(hours=24)
_PER_BATCH = 2_000
# A missing object is asked for once more, unless so many are missing that it is no accident of the moment.
_ASKED_AGAIN = 1_000
# The clock deletes nothing when so much is orphaned: more likely this is not the database that the store belongs to.
MOST_ORPHANS, _MOST_SHARE = 20, 0.5
_CHECKS_KEPT = timedelta(days=90)

_TABLES = """
DROP TABLE IF EXISTS storage_before, storage_after, storage_listed, storage_found;
CREATE TEMPORARY TABLE storage_before
    (key text COLLATE "C", size bigint, place integer, row_id text, lasting boolean);
CREATE TEMPORARY TABLE storage_after (LIKE storage_before);
CREATE TEMPORARY TABLE storage_listed (key text COLLATE "C", size bigint, modified timestamptz);
CREATE TEMPORARY TABLE storage_found
    (number bigint GENERATED ALWAYS AS IDENTITY, kind text, key text, place integer, row_id text,
     recorded bigint, size bigint);
"""
_COMPARE = """
ANALYZE storage_before; ANALYZE storage_after; ANALYZE storage_listed;
CREATE TEMPORARY TABLE storage_named AS
    SELECT DISTINCT ON (key) * FROM storage_before WHERE key IN (SELECT key FROM storage_after)
    ORDER BY key, lasting DESC, size NULLS LAST, place;
INSERT INTO storage_found (kind, key, place, row_id, recorded, size)
    SELECT 'missing', named.key, named.place, named.row_id, named.size, NULL
    FROM storage_named named LEFT JOIN storage_listed listed USING (key)
    WHERE listed.key IS NULL AND named.lasting ORDER BY named.key;
INSERT INTO storage_found (kind, key, place, row_id, recorded, size)
    SELECT 'changed', named.key, named.place, named.row_id, named.size, listed.size
    FROM storage_named named JOIN storage_listed listed USING (key)
    WHERE named.size <> listed.size ORDER BY named.key;
DROP TABLE storage_named;
"""
_FIND_ORPHANS = """
INSERT INTO storage_found (kind, key, size)
    SELECT 'orphaned', listed.key, listed.size FROM storage_listed listed
    WHERE listed.modified < %s
      AND NOT EXISTS (SELECT FROM storage_before named WHERE named.key = listed.key)
      AND NOT EXISTS (SELECT FROM storage_after named WHERE named.key = listed.key)
    ORDER BY listed.key;
"""


@dataclass(frozen=True)
class Finding:
    """One object that is not as it should be; `row` says which row names it, and is empty for an orphan."""

    kind: Kind
    key: str
    row: str = ""
    recorded: int | None = None
    size: int | None = None


@dataclass
class Comparison:
    """What was found; read it before the block of `compare_storage` ends."""

    objects: int
    counts: dict[Kind, int]
    _places: list[StoredKeys] = field(repr=False)
    deleted: int = 0

    @property
    def is_well(self) -> bool:
        return not (self.counts["missing"] or self.counts["changed"])

    def findings(self, *kinds: Kind) -> Iterator[Finding]:
        """All, or those of some kinds, by kind and key; a batch at a time."""
        last = 0
        while rows := self._batch(kinds or get_args(Kind), last):
            for _number, kind, key, place, row_id, recorded, size in rows:
                label = f"{self._places[place].model._meta.label} {row_id}" if row_id else ""
                yield Finding(kind, key, label, recorded, size)
            last = rows[-1][0]

    def delete_orphans(self) -> int:
        """Delete what no row names; returns how many of them could not be deleted."""
        failed = 0
        for some in _batches(finding.key for finding in self.findings("orphaned")):
            left = delete_objects(some)
            self.deleted += len(some) - left
            failed += left
        return failed

    @staticmethod
    def _batch(kinds: tuple[str, ...], last: int) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT number, kind, key, place, row_id, recorded, size FROM storage_found"
                " WHERE number > %s AND kind = ANY(%s) ORDER BY number LIMIT %s",
                [last, list(kinds), _PER_BATCH],
            )
            return cursor.fetchall()


def least_age() -> timedelta:
    """Younger objects may belong to an upload or an embedding that is under way: those are never deleted."""
    return timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT) + timedelta(hours=1)


@contextmanager
def compare_storage(*, older_than: timedelta = ORPHANS_KEPT) -> Iterator[Comparison]:
    """Compare all objects with all rows; orphans count when they are older. Raises StorageError."""
    places = stored_keys()
    try:
        _run(_TABLES)
        cutoff = timezone.now() - older_than
        _note_names("storage_before", places)
        objects = _note_objects()
        _note_names("storage_after", places)
        _run(_COMPARE)
        with connection.cursor() as cursor:
            cursor.execute(_FIND_ORPHANS, [cutoff])
        _ask_again()
        yield Comparison(objects, _counts(), places)
    finally:
        if not connection.needs_rollback:
            _run("DROP TABLE IF EXISTS storage_before, storage_after, storage_listed, storage_found")


def record_check(found: Comparison) -> StorageCheck:
    """Keep the figures for the status page, and forget old ones."""
    StorageCheck.objects.filter(created_at__lt=timezone.now() - _CHECKS_KEPT).delete()
    return StorageCheck.objects.create(objects_found=found.objects, deleted=found.deleted, **found.counts)


def check_and_tidy() -> StorageCheck:
    """What the clock does each day: compare, delete orphans that are older than a day, and keep the figures.

    Raises StorageError.
    """
    with compare_storage() as found:
        orphans = found.counts["orphaned"]
        if orphans <= MOST_ORPHANS or orphans <= found.objects * _MOST_SHARE:
            found.delete_orphans()
        return record_check(found)


def _note_names(table: str, places: list[StoredKeys]) -> None:
    for number, keys in enumerate(places):
        named = Func(F(keys.field), function="unnest") if keys.several else F(keys.field)
        size = F(keys.size) if keys.size else Cast(Value(None), BigIntegerField())
        # The plain manager: rows that are deleted and can be brought back have their objects still.
        rows = keys.model._base_manager.order_by().annotate(
            _named=Cast(named, CharField()), _size=size, _row=Cast("pk", CharField())
        )
        sql, parameters = rows.values_list("_named", "_size", "_row").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(
                # The names are this module's own, and the inner query is Django's.
                f"INSERT INTO {table} SELECT named.key, named.size, %s, named.row_id, %s"  # noqa: S608
                f" FROM ({sql}) AS named (key, size, row_id) WHERE named.key <> ''",
                [number, keys.lasting, *parameters],
            )


def _note_objects() -> int:
    count = 0
    for prefix in stored_prefixes():
        for some in _batches(list_objects(prefix)):
            count += len(some)
            with connection.cursor() as cursor, cursor.copy("COPY storage_listed FROM STDIN") as copy:
                for found in some:
                    copy.write_row((found.key, found.size, found.modified))
    return count


def _ask_again() -> None:
    """Take back what is missing from the listing and there all the same, as under a prefix that nobody named."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM storage_found WHERE kind = 'missing' LIMIT %s", [_ASKED_AGAIN + 1])
        keys = [key for (key,) in cursor.fetchall()]
        if len(keys) > _ASKED_AGAIN:
            return
        try:
            there = [key for key in keys if default_storage.exists(key)]
        except STORAGE_ERRORS as error:
            raise StorageError(_("The file store could not be read. Try again in a moment.")) from error
        cursor.execute("DELETE FROM storage_found WHERE kind = 'missing' AND key = ANY(%s)", [there])


def _counts() -> dict[Kind, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM storage_found GROUP BY kind")
        counted = dict(cursor.fetchall())
    return {kind: counted.get(kind, 0) for kind in get_args(Kind)}


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    left = iter(items)
    while some := list(islice(left, _PER_BATCH)):
        yield some


def _run(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements)
