from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from core.storage import read_bytes, write_text
from core.uploads import UploadRefused
from solution_library.exceptions import DuplicateDocument
from solution_library.models import Document, EmbeddingStatus
from solution_library.services.documents import (
    delete_document,
    request_embedding,
)
from solution_library.services.replacements import replace_document_file
from solution_library.signals import document_content_changed
from solution_library.tests.factories import (
    DocumentEmbeddingFactory,
    DocumentFactory,
)
from solution_library.tests.files import EXE, text_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    calls: list[Document] = []

    def listen(instance, **_):
        calls.append(instance)

    document_content_changed.connect(listen)
    yield calls
    document_content_changed.disconnect(listen)


def test_deleting_takes_the_file_and_the_chunks_texts_along_after_the_commit(
    media: Path, django_capture_on_commit_callbacks
) -> None:
    document, other = DocumentFactory(embedded=True), DocumentFactory(embedded=True)
    for owner in (document, other):
        chunk = DocumentEmbeddingFactory(document=owner)
        write_text(chunk.chunk_s3_key, "Backups run every night.")
    with django_capture_on_commit_callbacks(execute=True):
        delete_document(document)
        assert default_storage.exists(document.s3_key)
    assert list(Document.objects.all()) == [other]
    left = {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}
    assert left == {other.s3_key, other.embeddings.get().chunk_s3_key}


def test_a_delete_that_is_rolled_back_keeps_the_file(django_capture_on_commit_callbacks) -> None:
    document = DocumentFactory()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        delete_document(document)
        transaction.set_rollback(True)
    assert Document.objects.filter(pk=document.pk).exists()
    assert default_storage.exists(document.s3_key)


def test_replacing_the_file_queues_the_document_and_keeps_the_old_file_for_a_day(
    heard, django_capture_on_commit_callbacks
) -> None:
    document = DocumentFactory(embedded=True, filename="manual.md")
    old_key, old_hash = document.s3_key, document.content_hash
    with django_capture_on_commit_callbacks(execute=True):
        assert replace_document_file(document, upload=text_upload("manual 2.txt", b"New words."))
    document.refresh_from_db()
    assert document.s3_key == document.file.name == "documents/manual_2.txt"
    assert (document.file_type, document.file_size) == ("txt", 10)
    assert document.content_hash != old_hash
    assert document.embedding_status == EmbeddingStatus.PENDING
    assert default_storage.exists(old_key)
    assert (document.replaced_key, document.replaced_hash) == (old_key, old_hash)
    assert heard == [document]


def test_replacing_with_the_very_same_file_does_nothing(heard) -> None:
    document = DocumentFactory(embedded=True, content=b"Same words.")
    assert not replace_document_file(document, upload=text_upload("again.md", b"Same words."))
    document.refresh_from_db()
    assert document.embedding_status == EmbeddingStatus.EMBEDDED
    assert heard == []


def test_a_bad_replacement_keeps_the_old_file() -> None:
    document = DocumentFactory(content=b"Old words.")
    with pytest.raises(UploadRefused):
        replace_document_file(document, upload=text_upload("x.pdf", EXE))
    document.refresh_from_db()
    assert read_bytes(document.s3_key) == b"Old words."


def test_a_replacement_that_another_document_holds_is_refused() -> None:
    document = DocumentFactory()
    other = DocumentFactory(solution=document.solution, content=b"Theirs.")
    with pytest.raises(DuplicateDocument) as refused:
        replace_document_file(document, upload=text_upload("x.md", b"Theirs."))
    assert refused.value.existing == other


def test_a_request_for_embedding_clears_the_error_and_tells_the_receivers(heard) -> None:
    failed, embedded = DocumentFactory(failed=True), DocumentFactory(embedded=True)
    assert request_embedding([failed, embedded]) == 2
    failed.refresh_from_db()
    assert (failed.embedding_status, failed.embedding_error) == (EmbeddingStatus.PENDING, "")
    assert heard == [failed, embedded]
