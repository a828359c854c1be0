"""The next uploads are prepared while this one is embedded: once, as they are now, and failures in their own turn."""

import os
import threading
from collections.abc import Sequence
from concurrent.futures import wait

import numpy as np
import pytest
from django.core.files.base import ContentFile

from core.storage import StorageError, delete_objects, read_bytes, read_text, write_file
from rag.parsing import ParsingError
from rag.providers.embedding import EmbeddingError, get_embedding_provider
from rag.providers.embedding.base import Vectors
from rag.providers.embedding.bundled import BundledProvider
from rag.services import preparing_ahead
from rag.services.chunking import passage_text
from rag.services.embeddings import embed_document
from rag.services.preparing_ahead import AT_MOST, PreparedDocument, prepare_ahead, take_prepared
from rag.tests.factories import change, document_about, paper, topics_of
from solution_library.models import Document
from solution_library.tests.factories import DocumentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]


@pytest.fixture(autouse=True)
def read_keys(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The documents that were read, in order."""
    read: list[int] = []
    real = preparing_ahead._prepare

    def noted(version: preparing_ahead._Version) -> PreparedDocument:
        read.append(version.pk)
        return real(version)

    monkeypatch.setattr(preparing_ahead, "_prepare", noted)
    monkeypatch.setattr(preparing_ahead, "_stages", preparing_ahead._Stages())
    return read


@pytest.fixture
def embedded_by(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Which thread embedded each passage, by its topic."""
    threads: dict[str, str] = {}
    real = BundledProvider.embed_passages

    def noted(provider: BundledProvider, texts: Sequence[str]) -> Vectors:
        threads.update(dict.fromkeys(map(topic_of, texts), threading.current_thread().name))
        return real(provider, texts)

    monkeypatch.setattr(BundledProvider, "embed_passages", noted)
    return threads


def topic_of(passage: str) -> str:
    return passage.partition("About ")[2].partition("\n")[0]


def documents_about(*topics: str) -> list[Document]:
    return [document_about(topic) for topic in topics]


def finish_what_was_begun() -> None:
    for begun in preparing_ahead._stages.waiting.values():
        wait([future for future in (begun._cut, begun._embedded) if future is not None], timeout=20)


def test_each_of_many_uploads_is_read_once_and_in_its_turn(read_keys: list[int]) -> None:
    documents = documents_about("backups", "access", "keys", "logs")
    for document in documents:
        embed_document(document.pk)
    assert read_keys == [document.pk for document in documents]
    assert [topics_of(document) for document in documents] == [["backups"], ["access"], ["keys"], ["logs"]]


def test_the_next_ones_are_read_before_their_turn(read_keys: list[int]) -> None:
    documents = documents_about("backups", "access", "keys", "logs")
    embed_document(documents[0].pk)
    finish_what_was_begun()
    assert read_keys == [document.pk for document in documents[: AT_MOST + 1]]


def test_passages_are_embedded_ahead_once_and_only_after_a_guess_was_right(
    embedded_by: dict[str, str],
) -> None:
    documents = documents_about("backups", "access", "keys")
    for document in documents:
        embed_document(document.pk)
        finish_what_was_begun()
    here = threading.current_thread().name
    assert embedded_by == {"backups": here, "access": here, "keys": "embedding-ahead_0"}
    last = documents[-1].embeddings.get()
    passage = passage_text("guide > About keys", read_text(last.chunk_s3_key))
    expected = get_embedding_provider().embed_passages([passage])[0]
    assert expected @ np.asarray(last.embedding) == pytest.approx(1.0, abs=1e-3)


def test_whoever_shares_the_documents_with_another_process_does_not_embed_the_others(
    embedded_by: dict[str, str],
) -> None:
    documents = documents_about("backups", "access", "keys", "logs", "roles", "mail")
    for document in documents[::2]:
        embed_document(document.pk)
        finish_what_was_begun()
    assert set(embedded_by) == {"backups", "keys", "roles"}


def test_a_document_with_chunks_in_the_index_is_not_embedded_ahead(embedded_by: dict[str, str]) -> None:
    documents = documents_about("backups", "access", "keys")
    for document in documents:
        embed_document(document.pk)
    embedded_by.clear()
    preparing_ahead._stages.guessed_right = True
    prepare_ahead([Document.objects.get(pk=documents[0].pk)])
    finish_what_was_begun()
    assert embedded_by == {}


def test_who_takes_a_long_document_goes_on_where_its_head_start_ends(
    monkeypatch: pytest.MonkeyPatch, embedded_by: dict[str, str]
) -> None:
    monkeypatch.setattr(preparing_ahead, "_HEAD_START", 2)
    document = document_about("backups", "access", "keys")
    preparing_ahead._stages.guessed_right = True
    prepare_ahead([document])
    finish_what_was_begun()
    assert set(embedded_by) == {"backups", "access"}
    assert embed_document(document.pk) == 3
    here = threading.current_thread().name
    ahead = "embedding-ahead_0"
    assert embedded_by == {"backups": ahead, "access": ahead, "keys": here}


def test_what_could_not_be_embedded_ahead_is_embedded_in_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    document = document_about("backups")

    def fail(*_: object) -> Vectors:
        raise EmbeddingError("The endpoint does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr(BundledProvider, "embed_passages", fail)
        preparing_ahead._stages.guessed_right = True
        prepare_ahead([document])
        finish_what_was_begun()
        assert take_prepared(document).vectors == {}
        prepare_ahead([document])
        finish_what_was_begun()
    assert embed_document(document.pk) == 1
    assert document.embeddings.get().embedding is not None


def test_content_that_changed_since_is_read_anew() -> None:
    document = document_about("backups")
    prepare_ahead([document])
    embed_document(change(document, paper("keys")).pk)
    assert topics_of(document) == ["keys"]


def test_a_title_that_changed_since_is_the_context_of_the_chunks() -> None:
    document = document_about("backups", title="Old name")
    prepare_ahead([document])
    Document.objects.filter(pk=document.pk).update(title="New name")
    chunks = take_prepared(Document.objects.get(pk=document.pk)).chunks
    assert "New name" in chunks[0].context
    assert "Old name" not in chunks[0].context


def test_what_cannot_be_read_fails_its_own_document_and_only_then() -> None:
    good, bad = document_about("backups"), DocumentFactory(content=b"%PDF-1.4 cut off", filename="bad.pdf")
    assert embed_document(good.pk) == 1
    with pytest.raises(ParsingError, match="cut off"):
        embed_document(bad.pk)


def test_a_store_that_failed_ahead_is_asked_again_in_the_documents_turn() -> None:
    document = document_about("backups")
    key = document.file.name or ""
    stored = read_bytes(key)
    delete_objects([key])
    prepare_ahead([document])
    finish_what_was_begun()
    write_file(key, ContentFile(stored))
    assert embed_document(document.pk) == 1


def test_a_store_that_fails_in_the_documents_turn_too_is_told() -> None:
    document = document_about("backups")
    delete_objects([document.file.name or ""])
    prepare_ahead([document])
    with pytest.raises(StorageError):
        take_prepared(document)


def test_only_a_few_are_kept_and_the_oldest_is_read_in_its_turn(read_keys: list[int]) -> None:
    documents = documents_about("backups", "access", "keys")
    for document in documents:
        prepare_ahead([document])
    assert len(preparing_ahead._stages.waiting) == AT_MOST
    assert all(take_prepared(document).chunks for document in documents)


def test_a_forked_child_reads_for_itself() -> None:
    document = document_about("backups")
    prepare_ahead([document])
    fresh = Document.objects.get(pk=document.pk)
    child = os.fork()
    if child == 0:
        os._exit(0 if not preparing_ahead._stages.waiting and take_prepared(fresh).chunks else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
