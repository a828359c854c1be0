"""Chunk texts on a real S3 server on loopback: exact keys, private, replaced, cleaned up, and through an outage."""

from typing import Any

import pytest
from django.core.files.storage import default_storage

from core.storage import StorageError, chunk_key, write_text
from core.tests.stored_files import fetch
from rag.services.embeddings import embed_document
from rag.tests.factories import change, chunks_of, document_about, paper, topics_of

pytestmark = pytest.mark.django_db(transaction=True)


def held_chunks() -> set[str]:
    return {found.key for found in default_storage.bucket.objects.filter(Prefix="chunks/")}  # type: ignore[attr-defined]


def test_each_chunk_is_an_object_of_its_own_under_its_document(s3_storage: Any) -> None:
    document = document_about("backups", "access", "keys")
    embed_document(document.pk)
    assert held_chunks() == {f"chunks/{document.pk}/chunk_{index}.txt" for index in range(3)}
    for topic, (_, _, text) in zip(topics_of(document), chunks_of(document), strict=True):
        assert f"about {topic}" in text
    for row in document.embeddings.all():
        stored = default_storage.bucket.Object(row.chunk_s3_key)  # type: ignore[attr-defined]
        assert stored.content_length == row.chunk_size


def test_nobody_reads_a_chunk_without_a_signature(s3_storage: Any) -> None:
    document = document_about("backups")
    embed_document(document.pk)
    status, _, content = fetch(f"{s3_storage.endpoint_url}/{s3_storage.bucket}/{chunk_key(document.pk, 0)}")
    assert status == 403
    assert b"about backups" not in content


def test_a_taken_key_is_not_overwritten_and_the_returned_one_counts(s3_storage: Any) -> None:
    document = document_about("backups")
    taken = write_text(chunk_key(document.pk, 0), "Somebody else's.")
    embed_document(document.pk)
    ((_, key, text),) = chunks_of(document)
    assert key != taken
    assert "about backups" in text


def test_a_changed_document_leaves_exactly_its_new_objects(s3_storage: Any) -> None:
    document = document_about("backups", "access", "keys")
    embed_document(document.pk)
    embed_document(change(document, paper("keys", "logging")).pk)
    assert topics_of(document) == ["keys", "logging"]
    assert held_chunks() == {key for _, key, _ in chunks_of(document)}


def test_a_server_that_is_stopped_midway_leaves_the_old_index_whole(s3_storage: Any) -> None:
    document = document_about("backups", "access")
    embed_document(document.pk)
    before = chunks_of(document)
    changed = change(document, paper("keys", "logging"))

    def stop_it(done: int, total: int, message: str) -> None:
        if message == "Storing":
            s3_storage.stop()

    try:
        with pytest.raises(StorageError, match="could not be read"):
            embed_document(changed.pk, progress=stop_it)
    finally:
        s3_storage.start()
    assert chunks_of(document) == before
    embed_document(changed.pk)
    assert topics_of(document) == ["keys", "logging"]
