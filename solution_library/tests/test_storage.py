"""The storage pattern for the library's documents, on disk and on a real S3 server."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from pytest_django import Settings

from core.models import StoredFile, User
from core.storage import chunk_key, write_text
from core.tests.stored_files import OnS3, StoredFileContract, close_s3, use_s3
from solution_library.exceptions import StoreUnavailable
from solution_library.models import AnswerImport, Document
from solution_library.services.documents import delete_document, upload_document
from solution_library.services.scraped_pages import PageText, store_scraped_page
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentEmbeddingFactory,
    SolutionFactory,
)
from solution_library.tests.files import text_upload

pytestmark = pytest.mark.django_db


class DocumentFile:
    filename = "report.pdf"

    @pytest.fixture(autouse=True)
    def parent(self, db: None) -> None:
        self.solution = SolutionFactory()

    def make(self, upload: Any) -> Document:
        return Document(solution=self.solution, title="Report", file=upload)

    def prefix(self, row: StoredFile) -> str:
        return "documents/"


class TestDocumentFile(DocumentFile, StoredFileContract):
    pass


class TestDocumentFileOnS3(DocumentFile, OnS3, StoredFileContract):
    pass


class ImportFile:
    filename = "answers.csv"
    has_s3_key = False

    @pytest.fixture(autouse=True)
    def parent(self, db: None) -> None:
        self.solution = SolutionFactory()

    def make(self, upload: Any) -> AnswerImport:
        return AnswerImport(solution=self.solution, filename=upload.name, file=upload)

    def prefix(self, row: StoredFile) -> str:
        return "answer_imports/"


class TestImportFile(ImportFile, StoredFileContract):
    pass


class TestImportFileOnS3(ImportFile, OnS3, StoredFileContract):
    pass


def keys_in_bucket() -> set[str]:
    return {found.key for found in default_storage.bucket.objects.all()}


def test_a_document_lives_and_dies_in_the_bucket(s3_storage: Any, django_capture_on_commit_callbacks) -> None:
    solution = SolutionFactory()
    document = upload_document(solution=solution, upload=text_upload("a.md"), owner=None)
    chunk = DocumentEmbeddingFactory(document=document, chunk_index=0)
    assert write_text(chunk_key(document.pk, 0), "Every night.") == chunk.chunk_s3_key
    page, _ = store_scraped_page(
        DocumentationSourceFactory(solution=solution),
        PageText(url="https://docs.example.com/a", filename="a.md", title="A", text="Words."),
    )
    assert chunk.get_chunk_text() == "Every night."
    assert keys_in_bucket() == {
        "documents/a.md",
        f"chunks/{document.pk}/chunk_0.txt",
        f"scraped/{page.source_id}/a.md",
    }
    with django_capture_on_commit_callbacks(execute=True):
        delete_document(document)
        delete_document(page)
    assert keys_in_bucket() == set()


def test_a_download_through_us_is_an_attachment(s3_storage: Any, client, charlie: User) -> None:
    document = upload_document(
        solution=SolutionFactory(), upload=text_upload("page.html", b"<script>1</script>"), owner=None
    )
    client.force_login(charlie)
    answer = client.get(reverse("solution_library:document_download", args=[document.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == b"<script>1</script>"


def test_an_upload_is_refused_and_no_row_left_when_the_server_is_stopped(s3_storage: Any) -> None:
    solution = SolutionFactory()
    s3_storage.stop()
    try:
        with pytest.raises(StoreUnavailable, match="does not answer"):
            upload_document(solution=solution, upload=text_upload(), owner=None)
    finally:
        s3_storage.start()
    assert not Document.objects.exists()
    assert upload_document(solution=solution, upload=text_upload(), owner=None).s3_key


def test_an_upload_is_refused_and_no_row_left_when_the_server_goes_while_it_comes_in(
    s3_server: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_s3(settings, s3_server, endpoint_url="http://127.0.0.1:9")
    # The check before the upload still found the store.
    monkeypatch.setattr("solution_library.models.document.validate_s3_connectivity", lambda: None)
    with pytest.raises(StoreUnavailable, match="Nothing was stored"):
        upload_document(solution=SolutionFactory(), upload=text_upload(), owner=None)
    close_s3()
    assert not Document.objects.exists()
