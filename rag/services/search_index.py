"""The vector index: one HNSW graph on half-precision vectors for each table and embedding model.

An index is built while the library is in use (CREATE INDEX CONCURRENTLY), so it is no migration. Search works
without it too, by comparing everything.
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from core.exceptions import SpelunkerError
from core.jobs import JobCancelled, JobLost
from solution_library.models import DocumentEmbedding, LibraryAnswer

TABLES = (DocumentEmbedding._meta.db_table, LibraryAnswer._meta.db_table)
# pgvector's own limit of an index on half-precision vectors.
MOST_DIMENSIONS = 4000
# The graph's links for each vector, and how many near ones are compared to choose them. In a graph of a million with
# the links of a smaller one, the walk missed one in twenty of the nearest, however wide it was.
_GRAPH, _GRAPH_OF_MANY, _MANY = (16, 96), (24, 200), 300_000
_PREFIX = "vectors_hnsw_"
_POLL_SECONDS = 1.0

Progress = Callable[[str, float], None]


class SearchIndexError(SpelunkerError):
    """The index could not be built; the message says why and what to do."""


@dataclass(frozen=True)
class VectorIndex:
    """An index that exists; `valid` is False for what an interrupted build left behind."""

    name: str
    table: str
    valid: bool


def index_name(table: str, model: str, dimensions: int) -> str:
    """The name of the index on a table under a model; Postgres allows 63 characters."""
    digest = hashlib.sha256(f"{model}\0{dimensions}".encode()).hexdigest()[:16]
    return f"{_PREFIX}{'chunk' if table == TABLES[0] else 'answer'}_{digest}"


def list_indexes() -> list[VectorIndex]:
    """All vector indexes, of whichever model, in the order of their names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.relname, i.indisvalid AND i.indisready FROM pg_index i"
            " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid"
            " WHERE starts_with(c.relname, %s) AND i.indrelid IN (to_regclass(%s), to_regclass(%s)) ORDER BY 1",
            [_PREFIX, *TABLES],
        )
        return [VectorIndex(*row) for row in cursor.fetchall()]


def build_index(
    table: str,
    *,
    model: str,
    dimensions: int,
    memory_mb: int = 512,
    progress: Progress | None = None,
) -> bool:
    """Build the index of one table under one model; False when it is there already.

    What an interrupted build left is dropped first. Must not run in a transaction. `progress` is given a phase
    and its share done (0 to 1), about once a second, in a thread of its own; a job's end that it
    raises ends the build. Raises SearchIndexError.
    """
    if connection.in_atomic_block:
        raise SearchIndexError(_("An index cannot be built within a transaction."))
    if dimensions > MOST_DIMENSIONS:
        raise SearchIndexError(
            _(
                "The model %(model)s has %(dimensions)s dimensions; an index can have %(most)s. "
                "Search goes on without."
            )
            % {"model": model, "dimensions": dimensions, "most": MOST_DIMENSIONS}
        )
    name = index_name(table, model, dimensions)
    links, compared = _graph_for(table, model)
    existing = {index.name: index for index in list_indexes()}
    if name in existing and existing[name].valid:
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
            if not cursor.fetchone()[0]:
                raise SearchIndexError(_("Another process is building this index. Wait until it is done."))
            try:
                if name in existing:
                    drop_index(name)
                cursor.execute("SELECT set_config('maintenance_work_mem', %s, false)", [f"{memory_mb}MB"])
                cursor.execute("SELECT pg_backend_pid()")
                with _reporting(cursor.fetchone()[0], progress):
                    cursor.execute(
                        f"CREATE INDEX CONCURRENTLY {connection.ops.quote_name(name)} ON {table}"
                        f" USING hnsw ((embedding::halfvec({int(dimensions)})) halfvec_cosine_ops)"
                        f" WITH (m = {links}, ef_construction = {compared})"
                        " WHERE embedding_model = %s AND embedding IS NOT NULL",
                        [model],
                    )
            finally:
                cursor.execute("RESET maintenance_work_mem")
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])
    except DatabaseError as error:
        raise SearchIndexError(
            _("Postgres could not build the index: %(error)s Run the command again; it clears up first.")
            % {"error": str(error).strip()}
        ) from error
    return True


def _graph_for(table: str, model: str) -> tuple[int, int]:
    with connection.cursor() as cursor:
        count = f"SELECT count(*) FROM {table} WHERE embedding_model = %s"  # noqa: S608 - one of TABLES
        cursor.execute(count, [model])
        return _GRAPH_OF_MANY if cursor.fetchone()[0] > _MANY else _GRAPH


def drop_index(name: str) -> None:
    """Drop a vector index without locking anybody out."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {connection.ops.quote_name(name)}")


class _reporting:
    """Watches a build from a connection of its own and tells how far it is.

    A job that was cancelled or taken over meanwhile ends the build, and that is raised.
    """

    def __init__(self, pid: int, progress: Progress | None) -> None:
        self._pid, self._progress = pid, progress
        self._done = threading.Event()
        self._ended: JobCancelled | JobLost | None = None
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        if self._progress is not None:
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._ended is not None:
            raise self._ended

    def _watch(self) -> None:
        assert self._progress is not None  # noqa: S101 - not started without
        try:
            while not self._done.wait(_POLL_SECONDS):
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT phase, coalesce(tuples_done::float / nullif(tuples_total, 0),"
                        " blocks_done::float / nullif(blocks_total, 0), 0)"
                        " FROM pg_stat_progress_create_index WHERE pid = %s",
                        [self._pid],
                    )
                    if row := cursor.fetchone():
                        self._progress(row[0], min(1.0, row[1]))
        except (JobCancelled, JobLost) as error:
            self._ended = error
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_cancel_backend(%s)", [self._pid])
        finally:
            connection.close()
