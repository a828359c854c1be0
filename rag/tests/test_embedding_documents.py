"""A document into the index: keys, what is embedded again and what is not, old or new and never half."""

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.core.files.storage import storages
from django.db import connection, transaction
from django.utils import timezone

from core import jobs
from core.storage import StorageError, chunk_key, write_text
from rag.parsing import ParsingError
from rag.providers.embedding import get_embedding_provider
from rag.services import chunk_rows
from rag.services.embeddings import embed_document
from rag.services.search import search_library
from rag.tests.factories import (
    change,
    chunks_of,
    document_about,
    on_another_connection,
    paper,
    topics_of,
)
from solution_library.models import Document, DocumentEmbedding, EmbeddingStatus
from solution_library.tests.factories import DocumentFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("folder_storage")]


def stored_chunks(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.glob("chunks/**/*.txt")}


def test_chunks_lie_under_their_documents_and_their_own_number() -> None:
    document = document_about("backups", "access", "keys")
    assert embed_document(document.pk) == 3
    assert [(index, key) for index, key, _ in chunks_of(document)] == [
        (index, f"chunks/{document.pk}/chunk_{index}.txt") for index in range(3)
    ]
    assert topics_of(document) == ["backups", "access", "keys"]
    for row in document.embeddings.all():
        text = row.get_chunk_text()
        assert row.chunk_size == len(text.encode())
        assert np.linalg.norm(row.embedding) == pytest.approx(1, abs=1e-5)
        assert row.embedding_model == get_embedding_provider().name


def test_the_document_says_what_its_index_was_made_from() -> None:
    document = document_about("backups")
    embed_document(document.pk)
    document.refresh_from_db()
    assert document.embedding_status == EmbeddingStatus.EMBEDDED
    assert document.embedded_hash == document.content_hash
    assert document.chunk_count == 1
    assert document.embedded_at is not None


def test_the_key_that_the_store_returned_is_the_one_recorded() -> None:
    document = document_about("backups")
    write_text(chunk_key(document.pk, 0), "An orphan of the same name.")
    embed_document(document.pk)
    ((_, key, text),) = chunks_of(document)
    assert key != chunk_key(document.pk, 0)
    assert "rule number 1 about backups" in text


def test_the_text_lies_in_the_store_and_not_in_the_database() -> None:
    document = document_about("backups")
    embed_document(document.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(row)::text FROM solution_library_documentembedding AS row")
        (row,) = cursor.fetchone()
    assert "is written down and checked" not in row


def test_unchanged_content_is_not_embedded_again(embedded_passages: list[str]) -> None:
    document = document_about("backups", "access")
    embed_document(document.pk)
    before = list(document.embeddings.values_list("pk", "chunk_s3_key", "created_at"))
    assert len(embedded_passages) == 2
    embed_document(document.pk)
    assert len(embedded_passages) == 2
    assert list(document.embeddings.values_list("pk", "chunk_s3_key", "created_at")) == before


def test_only_the_changed_section_is_embedded_and_the_others_keep_their_rows(
    embedded_passages: list[str], folder_storage: Path
) -> None:
    document = document_about("backups", "access", "keys")
    embed_document(document.pk)
    kept = {row.heading_path[-1]: row.pk for row in document.embeddings.all()}
    embedded_passages.clear()
    embed_document(change(document, paper("keys", "logging", "backups")).pk)
    assert [text.split("\n")[0] for text in embedded_passages] == ["guide > About logging"]
    assert topics_of(document) == ["keys", "logging", "backups"]
    now = {row.heading_path[-1]: row.pk for row in document.embeddings.all()}
    assert now["About keys"] == kept["About keys"]
    assert now["About backups"] == kept["About backups"]
    assert stored_chunks(folder_storage) == {key for _, key, _ in chunks_of(document)}
    assert all(
        f"about {topic}" in text
        for topic, (_, _, text) in zip(topics_of(document), chunks_of(document), strict=True)
    )


def test_a_new_title_is_a_new_context_for_every_passage(embedded_passages: list[str]) -> None:
    document = document_about("backups")
    embed_document(document.pk)
    Document.objects.filter(pk=document.pk).update(title="Handbook")
    embed_document(document.pk)
    assert [text.split("\n")[0] for text in embedded_passages][-1].startswith("Handbook > ")
    assert document.embeddings.count() == 1


def test_the_same_text_twice_keeps_both_places() -> None:
    content = b"# Guide\n\n" + b"".join(
        b"## Part %d\n\n### Rule\n\n%s\n\n" % (n, b"Backups run nightly and are kept in a vault. " * 20)
        for n in (1, 1)
    )
    document = DocumentFactory(content=content, filename="guide.md")
    count = embed_document(document.pk)
    assert embed_document(document.pk) == count
    assert [index for index, _, _ in chunks_of(document)] == list(range(count))


def test_objects_of_removed_chunks_go_after_the_commit(folder_storage: Path) -> None:
    document = document_about("backups", "access", "keys")
    embed_document(document.pk)
    assert embed_document(change(document, paper("access")).pk) == 1
    assert stored_chunks(folder_storage) == {key for _, key, _ in chunks_of(document)}
    assert len(stored_chunks(folder_storage)) == 1


def test_another_model_replaces_all_vectors_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    document = document_about("backups", "access")
    with monkeypatch.context() as before:
        before.setattr(get_embedding_provider(), "_name", "a-model-that-is-gone@1")
        embed_document(document.pk)
    embed_document(document.pk)
    name = get_embedding_provider().name
    assert set(document.embeddings.values_list("embedding_model", flat=True)) == {name}
    assert document.embeddings.count() == 2


# Old or new, never half


def test_another_connection_sees_the_old_index_until_the_commit_and_can_read_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = document_about("backups", "access")
    embed_document(document.pk)
    changed = change(document, paper("keys", "logging", "audits"))
    seen: list[Any] = []

    def just_before_the_commit() -> Any:
        seen.append(topics_of(document))
        seen.append(
            on_another_connection(
                lambda: (
                    topics_of(document),
                    [text for _, _, text in chunks_of(document)],
                    {p.heading_path[-1] for p in search_library("rule about keys and backups")},
                )
            )
        )
        return timezone.now()

    monkeypatch.setattr(chunk_rows, "timezone", SimpleNamespace(now=just_before_the_commit))
    embed_document(changed.pk)
    inside, (outside, texts, found) = seen
    assert inside == ["keys", "logging", "audits"]
    assert outside == ["backups", "access"]
    assert "about backups" in texts[0]
    assert found == {"About backups", "About access"}
    assert topics_of(document) == ["keys", "logging", "audits"]


def test_a_reader_that_looks_all_the_time_never_sees_half_a_document() -> None:
    versions = [("backups", "access", "keys"), ("logging", "keys", "audits", "staff")]
    document = document_about(*versions[0])
    embed_document(document.pk)
    seen: set[tuple[str, ...]] = set()
    stopped = threading.Event()

    def look() -> None:
        try:
            while not stopped.is_set():
                seen.add(tuple(topics_of(document)))
        finally:
            connection.close()

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for turn in range(1, 5):
            embed_document(change(document, paper(*versions[turn % 2])).pk)
    finally:
        stopped.set()
        reader.join()
    assert seen == set(versions)


def test_content_that_changes_meanwhile_is_left_to_its_own_job(folder_storage: Path) -> None:
    document = document_about("backups")
    embed_document(document.pk)
    before = stored_chunks(folder_storage)
    first = change(document, paper("access"))

    def somebody_is_faster(done: int, total: int, message: str) -> None:
        if message == "Storing":
            change(first, paper("keys"))

    assert embed_document(document.pk, progress=somebody_is_faster) == 1
    assert topics_of(document) == ["backups"]
    assert stored_chunks(folder_storage) == before
    document.refresh_from_db()
    assert document.embedding_status == EmbeddingStatus.PENDING


def test_a_document_deleted_meanwhile_leaves_nothing_behind(folder_storage: Path) -> None:
    document = document_about("backups")

    def delete(done: int, total: int, message: str) -> None:
        if message == "Storing":
            Document.objects.filter(pk=document.pk).delete()

    assert embed_document(document.pk, progress=delete) == 0
    assert stored_chunks(folder_storage) == set()
    assert embed_document(document.pk) == 0


# Failures


def test_a_store_that_fails_midway_leaves_the_old_index_and_no_orphan(
    monkeypatch: pytest.MonkeyPatch, folder_storage: Path
) -> None:
    document = document_about("backups", "access")
    embed_document(document.pk)
    before = (chunks_of(document), stored_chunks(folder_storage))
    changed = change(document, paper("keys", "logging", "audits", "staff"))
    backend = type(storages["default"])
    save = backend.save

    def fail_at_the_third(self: Any, name: str, content: Any, **options: Any) -> str:
        if name.endswith("chunk_2.txt"):
            raise OSError("no space left on device")
        return save(self, name, content, **options)

    with monkeypatch.context() as patch:
        patch.setattr(backend, "save", fail_at_the_third)
        with pytest.raises(StorageError, match="could not save"):
            embed_document(changed.pk)
    assert (chunks_of(document), stored_chunks(folder_storage)) == before
    embed_document(changed.pk)
    assert topics_of(document) == ["keys", "logging", "audits", "staff"]


def test_a_database_that_fails_midway_leaves_the_old_index_and_no_orphan(
    monkeypatch: pytest.MonkeyPatch, folder_storage: Path
) -> None:
    document = document_about("backups", "access")
    embed_document(document.pk)
    before = (chunks_of(document), stored_chunks(folder_storage))
    changed = change(document, paper("keys"))

    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(chunk_rows, "timezone", SimpleNamespace(now=fail))
        with pytest.raises(ZeroDivisionError):
            embed_document(changed.pk)
    assert (chunks_of(document), stored_chunks(folder_storage)) == before


def test_a_worker_that_is_stopped_right_after_the_commit_loses_no_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = document_about("backups")
    embed_document(document.pk)
    changed = change(document, paper("keys"))

    def stopped(keys: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(chunk_rows, "delete_objects", _once(stopped, chunk_rows.delete_objects))
        with pytest.raises(KeyboardInterrupt):
            embed_document(changed.pk)
    assert topics_of(document) == ["keys"]
    assert "about keys" in chunks_of(document)[0][2]


def _once(first: Any, then: Any) -> Any:
    calls = iter([first])
    return lambda keys: next(calls, then)(keys)


def test_a_fence_that_refuses_leaves_the_old_index_and_no_orphan(folder_storage: Path) -> None:
    document = document_about("backups")
    embed_document(document.pk)
    before = (chunks_of(document), stored_chunks(folder_storage))

    def lost() -> None:
        raise jobs.JobLost

    with pytest.raises(jobs.JobLost):
        embed_document(change(document, paper("keys")).pk, fence=lost)
    assert (chunks_of(document), stored_chunks(folder_storage)) == before


def test_a_file_that_cannot_be_read_keeps_the_old_index() -> None:
    document = document_about("backups")
    embed_document(document.pk)
    changed = change(document, b"# \n\n<!-- nothing -->\n")
    with pytest.raises(ParsingError, match="holds no text"):
        embed_document(changed.pk)
    assert topics_of(document) == ["backups"]


def test_hostile_letters_reach_neither_index_nor_store() -> None:
    text = "# Guide\n\n## About \u202ekeys\n\nKeys\u200b are \U000e0049\U000e0067rotated\x07 yearly.\n"
    document = DocumentFactory(content=text.encode(), filename="guide.md", title="Gu\u200bide")
    embed_document(document.pk)
    row = DocumentEmbedding.objects.get()
    assert row.get_chunk_text() == "Keys are rotated yearly."
    assert row.heading_path[-1] == "About keys"


def test_nothing_is_written_inside_a_transaction_that_rolls_back() -> None:
    document = document_about("backups")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        embed_document(document.pk)
        raise ZeroDivisionError
    assert not document.embeddings.exists()
