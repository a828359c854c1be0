import hashlib
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.db import transaction

from core.models import User
from core.storage import read_bytes
from core.uploads import UploadRefused
from solution_library.exceptions import DuplicateDocument, LibraryError
from solution_library.models import Document, EmbeddingStatus, Solution
from solution_library.services.documents import upload_document
from solution_library.signals import document_content_changed
from solution_library.tests.factories import SolutionFactory
from solution_library.tests.files import EXE, office_bytes, text_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def solution() -> Solution:
    return SolutionFactory()


@pytest.fixture
def heard():
    """What the receivers of `document_content_changed` were told."""
    calls: list[tuple[type, Document]] = []

    def listen(sender, instance, **_):
        calls.append((sender, instance))

    document_content_changed.connect(listen)
    yield calls
    document_content_changed.disconnect(listen)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_an_upload_becomes_a_waiting_document_with_its_file(solution, alice: User, heard) -> None:
    upload = text_upload("backup policy.md", b"# Backups\n")
    document = upload_document(solution=solution, upload=upload, owner=alice)
    document.refresh_from_db()
    assert document.title == "backup policy"
    assert document.owner == alice
    assert document.embedding_status == EmbeddingStatus.PENDING
    assert document.content_hash == hashlib.sha256(b"# Backups\n").hexdigest()
    assert (document.file_type, document.file_size) == ("md", 10)
    assert document.s3_key == document.file.name
    assert read_bytes(document.s3_key) == b"# Backups\n"
    assert heard == [(Document, document)]


def test_a_name_with_folders_and_direction_marks_is_stored_clean(solution) -> None:
    upload = text_upload()
    upload._name = "../../secret\u202e\u200b.md"
    document = upload_document(solution=solution, upload=upload, owner=None)
    assert document.s3_key == "documents/secret.md"


def test_the_same_file_twice_gives_the_existing_document(solution, media: Path, heard) -> None:
    first = upload_document(solution=solution, upload=text_upload("one.md"), owner=None)
    with pytest.raises(DuplicateDocument, match="“one”") as refused:
        upload_document(solution=solution, upload=text_upload("two.md"), owner=None)
    assert refused.value.existing == first
    assert files_in(media) == ["one.md"]
    assert len(heard) == 1


def test_another_solution_may_hold_the_same_file(solution) -> None:
    upload_document(solution=solution, upload=text_upload(), owner=None)
    upload_document(solution=SolutionFactory(), upload=text_upload(), owner=None)
    assert Document.objects.count() == 2


def test_losing_the_race_for_the_same_file_gives_the_winner_and_leaves_no_file(
    solution, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    winner = upload_document(solution=solution, upload=text_upload("one.md"), owner=None)
    # The loser looked before the winner's row was there, and validated before it too.
    monkeypatch.setattr(Document, "full_clean", lambda self, **_: None)
    answers = iter([None, winner])
    monkeypatch.setattr("solution_library.services.documents.find_duplicate", lambda *_: next(answers))
    with pytest.raises(DuplicateDocument) as refused:
        upload_document(solution=solution, upload=text_upload("two.md"), owner=None)
    assert refused.value.existing == winner
    assert files_in(media) == ["one.md"]


def test_a_program_named_pdf_leaves_nothing(solution, media: Path, heard) -> None:
    with pytest.raises(UploadRefused, match="Windows program"):
        upload_document(solution=solution, upload=text_upload("offer.pdf", EXE), owner=None)
    assert not Document.objects.exists()
    assert files_in(media) == []
    assert heard == []


def test_a_kind_of_file_that_only_workbooks_of_rfps_may_have_is_refused(solution) -> None:
    with pytest.raises(UploadRefused, match="csv, doc, docx, htm, html, md, pdf, pptx, txt, xlsx"):
        upload_document(solution=solution, upload=text_upload("a.xlsm", office_bytes("xl")), owner=None)
    assert not Document.objects.exists()


def test_an_unreachable_store_is_said_before_anything_is_sent(
    solution, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> None:
        raise ValidationError("The file store (S3/MinIO) does not answer.")

    monkeypatch.setattr("solution_library.models.document.validate_s3_connectivity", unreachable)
    with pytest.raises(LibraryError, match="does not answer"):
        upload_document(solution=solution, upload=text_upload(), owner=None)
    assert not Document.objects.exists()


def test_a_store_that_fails_while_it_takes_the_file_leaves_no_row(
    solution, monkeypatch: pytest.MonkeyPatch, heard
) -> None:
    def fail(*_: object) -> str:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    monkeypatch.setattr(FileSystemStorage, "_save", fail)
    with pytest.raises(LibraryError, match="Nothing was stored"):
        upload_document(solution=solution, upload=text_upload(), owner=None)
    assert not Document.objects.exists()
    assert heard == []


def test_a_row_that_cannot_be_saved_takes_its_file_back(solution, media: Path) -> None:
    def refuse(**_: object) -> None:
        raise RuntimeError("a receiver failed")

    document_content_changed.connect(refuse)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            upload_document(solution=solution, upload=text_upload(), owner=None)
    finally:
        document_content_changed.disconnect(refuse)
    assert not Document.objects.exists()
    assert files_in(media) == []
