"""The vector index: built while search goes on, used in a large scope, and as good as comparing everything."""

import io
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from core.jobs import JobCancelled
from core.models import User
from core.tests.factories import OrganizationFactory
from rag.providers.embedding import get_embedding_provider
from rag.services import candidates, search_index
from rag.services.candidates import find_dense, measure_collection
from rag.services.filters import SearchFilters
from rag.services.search_index import (
    TABLES,
    SearchIndexError,
    build_index,
    drop_index,
    index_name,
    list_indexes,
)
from solution_library.models import Document, DocumentEmbedding, Solution

pytestmark = pytest.mark.django_db(transaction=True)

PER_DOCUMENT = 150
LIMIT = 10


@pytest.fixture
def solutions(alice: User) -> list[Solution]:
    """Four solutions of 150 chunks each, their vectors spread around."""
    vendor = OrganizationFactory(name="Vendor")
    provider = get_embedding_provider()
    numbers = np.random.default_rng(7)
    made = []
    for n in range(4):
        solution = Solution.objects.create(vendor=vendor, name=f"Solution {n}", owner=alice)
        paper = Document(
            solution=solution, title=f"Paper {n}", s3_key="documents/paper.md", chunk_count=PER_DOCUMENT
        )
        [document] = Document.objects.bulk_create([paper])  # no file needs to be there
        DocumentEmbedding.objects.bulk_create(
            DocumentEmbedding(
                document=document,
                chunk_index=index,
                chunk_s3_key=f"chunks/{document.pk}/chunk_{index}.txt",
                chunk_size=10,
                content_hash=str(index),
                embedding=numbers.normal(size=provider.dimensions).tolist(),
                embedding_model=provider.name,
            )
            for index in range(PER_DOCUMENT)
        )
        made.append(solution)
    return made


@pytest.fixture(autouse=True)
def no_index_left() -> Iterator[None]:
    yield
    for index in list_indexes():
        drop_index(index.name)


def nearest(solutions: list[int] | None, vector: np.ndarray) -> list[tuple[str, int]]:
    provider = get_embedding_provider()
    filters = SearchFilters(solutions=solutions)
    collection = measure_collection("", model=provider.name, filters=filters)
    found = find_dense(vector, collection, model=provider.name, filters=filters, limit=LIMIT).similarity
    return sorted(found, key=lambda ref: -found[ref])


@pytest.mark.parametrize("one_solution", [False, True])
def test_the_index_finds_what_comparing_everything_finds(
    solutions: list[Solution], monkeypatch: pytest.MonkeyPatch, one_solution: bool
) -> None:
    scope = [solutions[2].pk] if one_solution else None
    vectors = np.random.default_rng(3).normal(size=(20, get_embedding_provider().dimensions))
    exact = [set(nearest(scope, vector)) for vector in vectors]
    call_command("build_search_index")
    monkeypatch.setattr(candidates, "EXACT", 0)
    indexed = [set(nearest(scope, vector)) for vector in vectors]
    assert all(len(found) == LIMIT for found in indexed)
    shared = sum(len(a & b) for a, b in zip(exact, indexed, strict=True))
    assert shared >= 0.97 * LIMIT * len(vectors)


def test_the_index_is_walked_until_enough_of_what_it_meets_is_in_scope(
    solutions: list[Solution], monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("build_search_index")
    monkeypatch.setattr(candidates, "EXACT", 0)
    monkeypatch.setattr(candidates, "_width", lambda library: LIMIT)
    vectors = np.random.default_rng(5).normal(size=(10, get_embedding_provider().dimensions))
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off")
    try:
        # Of the ten nearest a quarter is in scope, and that is where a walk without going on would end.
        found = [len(nearest([solutions[2].pk], vector)) for vector in vectors]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET enable_seqscan; RESET enable_bitmapscan; RESET enable_sort")
    assert found == [LIMIT] * len(vectors)


def test_a_large_scope_is_searched_by_the_index_and_a_small_one_exactly(
    solutions: list[Solution], monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("build_search_index")
    asked: list[str] = []

    def plan(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if "<=>" in sql and not sql.startswith("EXPLAIN"):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute(f"EXPLAIN {sql}", params)
                asked.append("\n".join(row[0] for row in cursor.fetchall()))
        return execute(sql, params, many, context)

    vector = np.ones(get_embedding_provider().dimensions)
    with connection.execute_wrapper(plan):
        nearest(None, vector)
        monkeypatch.setattr(candidates, "EXACT", 4 * PER_DOCUMENT - 1)
        nearest(None, vector)
    assert "vectors_hnsw_chunk" not in asked[0]
    assert "vectors_hnsw_chunk" in asked[1]


def test_it_is_built_once_and_what_is_old_is_dropped_on_request(
    solutions: list[Solution], capsys: pytest.CaptureFixture[str]
) -> None:
    build_index(TABLES[0], model="an older model", dimensions=384)
    call_command("build_search_index")
    assert capsys.readouterr().out.count("built.") == len(TABLES)
    call_command("build_search_index", "--drop-old")
    said = capsys.readouterr().out
    assert said.count("is there already.") == len(TABLES)
    assert f"Dropped {index_name(TABLES[0], 'an older model', 384)}." in said
    assert [index.valid for index in list_indexes()] == [True] * len(TABLES)


def test_what_an_interrupted_build_left_is_built_anew(solutions: list[Solution]) -> None:
    provider = get_embedding_provider()
    build_index(TABLES[0], model=provider.name, dimensions=provider.dimensions)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [list_indexes()[0].name]
        )
    assert not list_indexes()[0].valid
    assert build_index(TABLES[0], model=provider.name, dimensions=provider.dimensions)
    assert list_indexes()[0].valid


@pytest.mark.parametrize(("many", "links"), [(300_000, "m=16"), (0, "m=24")])
def test_a_large_library_gets_a_graph_of_more_links(
    solutions: list[Solution], monkeypatch: pytest.MonkeyPatch, many: int, links: str
) -> None:
    monkeypatch.setattr("rag.services.search_index._MANY", many)
    provider = get_embedding_provider()
    build_index(TABLES[0], model=provider.name, dimensions=provider.dimensions)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [list_indexes()[0].name])
        assert links in cursor.fetchone()[0]


class Spoken(io.StringIO):
    """What the command says; that it waits for somebody is heard at once."""

    def __init__(self, on_progress: Callable[[], None]) -> None:
        super().__init__()
        self._on_progress = on_progress

    def write(self, text: str) -> int:
        written = super().write(text)
        if text.startswith("waiting for writers"):
            self._on_progress()
        return written


def test_the_command_says_how_far_the_build_is(
    solutions: list[Solution], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who writes holds the build up, so that there is something to say; hearing of it, they let it go on."""
    monkeypatch.setattr(search_index, "_POLL_SECONDS", 0.02)
    with somebody_writing() as let_go:
        said = Spoken(let_go.set)
        call_command("build_search_index", stdout=said)
    lines = said.getvalue().splitlines()
    built = lines.index("Index of passages: built.")
    assert "waiting for writers before build: 0%" in lines[:built]
    assert all(re.fullmatch(r"[a-z :]+: \d{1,3}%", line) for line in lines[:built])


def test_a_job_that_is_cancelled_ends_the_build(
    solutions: list[Solution], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "_POLL_SECONDS", 0.02)
    provider = get_embedding_provider()

    def stop(phase: str, share: float) -> None:
        raise JobCancelled

    with somebody_writing(), pytest.raises(JobCancelled):
        build_index(TABLES[0], model=provider.name, dimensions=provider.dimensions, progress=stop)
    assert not [index for index in list_indexes() if index.valid]
    assert build_index(TABLES[0], model=provider.name, dimensions=provider.dimensions)


@contextmanager
def somebody_writing() -> Iterator[threading.Event]:
    """A transaction that has written to the passages, until the event is set or the block is left."""
    writer = connection.copy()
    writer.inc_thread_sharing()
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction_of(writer, f"LOCK TABLE {TABLES[0]} IN ROW EXCLUSIVE MODE"):
            held.set()
            let_go.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(20)
    try:
        yield let_go
    finally:
        let_go.set()
        thread.join()


@contextmanager
def transaction_of(other: BaseDatabaseWrapper, statement: str) -> Iterator[None]:
    """A transaction of another connection that has done this and nothing more."""
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(statement)
        yield
        other.rollback()
    finally:
        other.close()


def test_what_cannot_be_built_says_why() -> None:
    with pytest.raises(SearchIndexError, match="5000 dimensions"):
        build_index(TABLES[0], model="large", dimensions=5000)
    with pytest.raises(CommandError, match="megabytes"):
        call_command("build_search_index", "--memory", "0")


def test_a_vector_lies_in_its_chunks_row(solutions: list[Solution]) -> None:
    """Beside the row it would cost each candidate three more pages. Words fill the row as a long chunk's do."""
    letters = np.random.default_rng(3).integers(97, 123, size=(120, 7), dtype=np.uint8)
    words = " ".join(f"{word.tobytes().decode()}:{place}" for place, word in enumerate(letters, start=1))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE solution_library_documentembedding SET search_vector = %s::tsvector", [words])
        cursor.execute(
            "SELECT pg_column_toast_chunk_id(embedding), pg_column_toast_chunk_id(search_vector)"
            " FROM solution_library_documentembedding"
        )
        assert set(cursor.fetchall()) == {(None, None)}
