"""Another embedding model: everything is embedded again in the background, and search goes on meanwhile."""

import hashlib
import io
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.jobs import execute
from core.models import Job, User
from core.storage import read_text
from rag.providers import embedding
from rag.providers.embedding import EmbeddingError, TransientEmbeddingError, get_embedding_provider
from rag.providers.embedding.base import Vectors, unit_rows
from rag.providers.embedding.openai_compatible import OpenAICompatibleProvider
from rag.services import reembedding, serving_model
from rag.services.candidates import Ref
from rag.services.embeddings import embed_document, embed_library_answer
from rag.services.queueing import DOCUMENT_JOB
from rag.services.reembedding import (
    AT_ONCE,
    SWITCH_JOB,
    continue_reembedding,
    reembedding_progress,
    switch_model,
)
from rag.services.search import find_passages
from rag.services.serving_model import find_serving_model, vector_for_search
from rag.shell_entries import check_embedding_model
from rag.tests.factories import change, document_about, paper
from solution_library.models import Document, EmbeddingStatus, LibraryAnswer
from solution_library.tests.factories import LibraryAnswerFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("folder_storage")]


class FakeProvider:
    """Vectors of the words that a text has, in so many dimensions; each model places words elsewhere."""

    max_tokens = 256

    def __init__(self, name: str, dimensions: int) -> None:
        self.name, self.dimensions = name, dimensions
        self.down = False

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if self.down:
            raise TransientEmbeddingError("It does not answer.")
        rows = np.full((len(texts), self.dimensions), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[hashlib.md5((self.name + word).encode()).digest()[0] % self.dimensions] += 1
        return unit_rows(rows)

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self.embed_passages([text])[0]
        return vector

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 2 for text in texts]


OLD, NEW = FakeProvider("old@1", 24), FakeProvider("new@2", 40)


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings choose OLD at first; both can be made by their names."""
    OLD.down = False
    serving_model.forget_providers()
    monkeypatch.setattr(serving_model, "_make", {"old@1": OLD, "new@2": NEW}.get)
    choose(monkeypatch, OLD)


def choose(monkeypatch: pytest.MonkeyPatch, provider: FakeProvider) -> None:
    monkeypatch.setattr(embedding, "_make_provider", lambda: provider)
    embedding.forget_embedding_provider()
    get_embedding_provider()


@pytest.fixture(autouse=True)
def real_provider_afterwards() -> object:
    yield
    embedding.forget_embedding_provider()
    serving_model.forget_providers()


@pytest.fixture
def library() -> list[Document]:
    """Six documents and an approved answer, embedded with the old model."""
    documents = [document_about(topic) for topic in ("backups", "access", "keys", "logs", "staff", "prices")]
    for document in documents:
        embed_document(document.pk)
    embed_library_answer(LibraryAnswerFactory(solution=documents[0].solution).pk)
    return documents


def run_jobs() -> None:
    """What the workers would do, until nothing waits."""
    for _ in range(100):
        job = Job.objects.active().order_by("created_at").first()
        if job is None:
            return
        execute(job.pk)
    raise AssertionError("jobs without end")


def models_of(document: Document) -> list[str]:
    return sorted(set(document.embeddings.values_list("embedding_model", flat=True)))


def dense(query: str) -> dict[Ref, float]:
    """The share that the vectors have in each passage's score."""
    found = find_passages(query)
    return {passage.ref: passage.explanation["dense"] for passage in found.passages}


def test_nothing_is_done_while_the_model_is_the_same(library: list[Document]) -> None:
    assert reembedding_progress() is None
    assert continue_reembedding() == 0
    assert check_embedding_model().detail == "old@1"


def test_the_workers_change_the_library_over(
    library: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, NEW)
    assert continue_reembedding() == AT_ONCE
    run_jobs()
    assert reembedding_progress() is None
    assert all(models_of(document) == ["new@2"] for document in library)
    assert set(Document.objects.values_list("embedded_model", "chunk_count")) == {("new@2", 1)}
    assert set(LibraryAnswer.objects.values_list("embedding_model", flat=True)) == {"new@2"}
    assert Job.objects.get(kind=SWITCH_JOB).state == Job.State.DONE
    for document in library:
        row = document.embeddings.get()
        assert row.search_vector is not None
        assert row.waiting_search_vector is None
        assert "is written down" in read_text(row.chunk_s3_key)


def test_never_more_than_a_few_are_under_way_and_uploads_come_first(
    library: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, NEW)
    continue_reembedding()
    assert continue_reembedding() == 0
    assert Job.objects.active().count() == AT_ONCE
    Job.objects.all().delete()
    Document.objects.update(embedding_status=EmbeddingStatus.EMBEDDED)
    for topic in ("one", "two", "three", "four", "five"):
        change(document_about(topic), paper(topic, "more"))
    assert Job.objects.active().filter(kind=DOCUMENT_JOB).count() == 5
    assert continue_reembedding() == 0


def test_half_way_through_the_old_vectors_find_everything(
    library: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dense("the rule about backups")
    choose(monkeypatch, NEW)
    for document in library[:4]:
        embed_document(document.pk)
    assert models_of(library[0]) == ["new@2", "old@1"]
    assert find_serving_model() == "old@1"
    vector, model = vector_for_search("backups", NEW.embed_query("backups"), provider=NEW)
    assert (len(vector), model) == (24, "old@1")
    library[0].refresh_from_db()
    assert library[0].chunk_count == 1
    assert dense("the rule about backups") == before


def test_the_switch_is_seen_all_at_once(library: list[Document], monkeypatch: pytest.MonkeyPatch) -> None:
    embedded_at = set(Document.objects.values_list("embedded_at", flat=True))
    choose(monkeypatch, NEW)
    for document in library:
        embed_document(document.pk)
    assert len(find_passages("the rule about backups").passages) == 7
    assert switch_model() == 6
    assert set(Document.objects.values_list("embedded_at", flat=True)) == embedded_at
    assert find_serving_model() == "new@2"
    found = find_passages("the rule about backups").passages
    assert len(found) == 7
    assert found[0].document_id == library[0].pk
    assert switch_model() == 0


def test_changed_content_does_not_keep_its_old_passages(
    library: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, NEW)
    embed_document(library[0].pk)
    embed_document(change(library[0], paper("backups", "tapes")).pk)
    assert models_of(library[0]) == ["new@2"]
    rows = library[0].embeddings.all()
    assert [row.waiting_search_vector for row in rows] == [None, None]
    assert all(row.search_vector is not None for row in rows)
    library[0].refresh_from_db()
    assert (library[0].embedded_model, library[0].chunk_count) == ("new@2", 2)


def test_a_model_that_cannot_be_made_any_more_gives_way_at_once(
    library: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving_model, "_make", lambda name: None)
    choose(monkeypatch, NEW)
    embed_document(library[0].pk)
    assert models_of(library[0]) == ["new@2"]
    found = {passage.document_id for passage in find_passages("the rule about backups and keys").passages}
    assert {library[0].pk, library[2].pk} <= found


def test_a_model_that_does_not_answer_is_set_aside(
    library: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, NEW)
    OLD.down = True
    vector = NEW.embed_query("keys")
    for _ in range(2):
        assert vector_for_search("keys", vector, provider=NEW) == (vector, "new@2")
    OLD.down = False
    assert vector_for_search("keys", vector, provider=NEW)[1] == "new@2"
    assert find_passages("the rule about keys").passages


def test_a_document_that_cannot_be_read_again_keeps_its_passages_and_is_named(
    library: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, NEW)
    Document.objects.filter(pk=library[0].pk).update(embedding_status=EmbeddingStatus.FAILED)
    continue_reembedding()
    run_jobs()
    state = reembedding_progress()
    assert state is not None
    assert (state.done, state.total, state.failed) == (5, 6, 1)
    assert continue_reembedding() == 0
    assert library[0].pk in {p.document_id for p in find_passages("the rule about backups").passages}
    assert not check_embedding_model().ok


def test_a_switch_that_fails_is_told_and_left_alone_for_an_hour(
    library: list[Document], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.JOB_MAX_ATTEMPTS = 1

    def refused(*_: object, **__: object) -> None:
        raise EmbeddingError("The endpoint refused the key.")

    choose(monkeypatch, NEW)
    with monkeypatch.context() as patch:
        patch.setattr(reembedding, "_answer_vectors", refused)
        for _ in range(3):
            continue_reembedding()
            run_jobs()
    switch = Job.objects.get(kind=SWITCH_JOB)
    assert switch.state == Job.State.FAILED
    health = check_embedding_model()
    assert not health.ok
    assert "The endpoint refused the key." in health.detail
    assert continue_reembedding() == 0
    Job.objects.filter(pk=switch.pk).update(finished_at=timezone.now() - timedelta(hours=2))
    assert continue_reembedding() == 1
    run_jobs()
    assert reembedding_progress() is None


def test_passages_that_wait_are_not_found_by_their_vectors_either(
    library: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, NEW)
    embed_document(library[0].pk)
    waiting = library[0].embeddings.get(embedding_model="new@2")
    for topic in ("one", "two", "three", "four", "five", "six", "seven"):
        embed_document(document_about(topic).pk)
    assert find_serving_model() == "new@2"
    assert ("chunk", waiting.pk) not in dense("the rule about backups")
    assert {passage.document_id for passage in find_passages("the rule about backups").passages} >= {
        library[0].pk
    }


def test_an_endpoint_that_does_not_know_the_model_before_keeps_nothing_waiting(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.undo()
    settings.EMBEDDING_API_URL = "http://127.0.0.1:9/v1"
    asked: list[str] = []

    def unknown(self: object, text: str) -> None:
        asked.append(text)
        raise EmbeddingError("The endpoint knows no such model.")

    monkeypatch.setattr(OpenAICompatibleProvider, "embed_query", unknown)
    for _ in range(2):
        assert serving_model.provider_named("openai:large") is None
    assert len(asked) == 1


def test_changing_over_loads_no_vectors(library: list[Document], monkeypatch: pytest.MonkeyPatch) -> None:
    choose(monkeypatch, NEW)
    for document in library:
        embed_document(document.pk)
    with CaptureQueriesContext(connection) as queries:
        assert switch_model() == 6
    loaded = [sql for sql in (query["sql"] for query in queries) if sql.startswith("SELECT")]
    assert [sql for sql in loaded if 'FROM "solution_library_libraryanswer"' in sql]
    # Neither those of passages nor those of approved answers, as a column or by all columns.
    assert not [sql for sql in loaded if re.search(r'"\."embedding"|\* FROM', sql)]


def test_the_share_of_the_vector_index_that_is_built_is_told(
    library: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, NEW)
    built: list[str] = []

    def build(table: str, *, progress: Callable[[str, float], None], **_: object) -> bool:
        built.append(table)
        progress("building index", 0.427)
        return True

    monkeypatch.setattr(reembedding, "list_indexes", lambda: ["one"])
    monkeypatch.setattr(reembedding, "build_index", build)
    told: list[tuple[int, int, str]] = []
    switch_model(progress=lambda done, total, message: told.append((done, total, message)))
    assert len(built) == 2
    assert told.count((42, 100, "Building the vector index")) == 2


def test_the_command_does_it_all_and_says_how_far_it_is(
    library: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, NEW)
    output = io.StringIO()
    call_command("reembed_library", "--status", stdout=output)
    assert output.getvalue() == "Re-embedding with new@2: 0 of 6\n"
    call_command("reembed_library", stdout=output)
    assert "6 documents were embedded again with new@2." in output.getvalue()
    call_command("reembed_library", stdout=output)
    assert "Everything has vectors of the configured model." in output.getvalue()


def test_the_library_page_shows_how_far_it_is(
    library: list[Document], monkeypatch: pytest.MonkeyPatch, client: Client, charlie: User
) -> None:
    client.force_login(charlie)
    home = reverse("solution_library:home")
    assert "Re-embedding" not in client.get(home).content.decode()
    choose(monkeypatch, NEW)
    embed_document(library[0].pk)
    page = client.get(home).content.decode()
    assert "Re-embedding with new@2: 1 of 6" in page
    assert 'hx-select="#library-notices"' in page


def test_the_progress_costs_a_few_queries_at_most(
    library: list[Document], monkeypatch: pytest.MonkeyPatch, django_assert_num_queries
) -> None:
    with django_assert_num_queries(2):
        reembedding_progress()
    choose(monkeypatch, NEW)
    with django_assert_num_queries(5):
        reembedding.reembedding_progress()
