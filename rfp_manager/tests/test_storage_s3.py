"""The RFP's files on a real S3 server on loopback: the same cases as on disk, and those of a server."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError
from django.test import Client
from pytest_django import Settings

from core.models import StoredFile, User
from core.tests.stored_files import OnS3, StoredFileContract, close_s3, folder_storage, s3_storage, use_s3
from rfp_manager.exceptions import DuplicateUpload, RFPError
from rfp_manager.models import RFP, RFPExport, RFPInformationDocument, RFPQuestionDocument
from rfp_manager.services.uploads import add_information_document
from rfp_manager.tests.factories import RFPFactory

__all__ = ["folder_storage", "s3_storage"]

pytestmark = pytest.mark.django_db


class RFPFile:
    """Files of one RFP, under a prefix that ends with its number."""

    folder = ""
    rfp: RFP

    @pytest.fixture(autouse=True)
    def parent(self, db: None) -> None:
        self.rfp = RFPFactory()

    def prefix(self, row: StoredFile) -> str:
        return f"{self.folder}/{self.rfp.pk}/"


class TestInformationDocumentOnS3(RFPFile, OnS3, StoredFileContract):
    folder = "rfp_info_documents"
    filename = "terms.pdf"

    def make(self, upload: Any) -> RFPInformationDocument:
        return RFPInformationDocument(rfp=self.rfp, title="Terms", file=upload)


class TestQuestionDocumentOnS3(RFPFile, OnS3, StoredFileContract):
    folder = "rfp_question_documents"
    filename = "questions.xlsx"

    def make(self, upload: Any) -> RFPQuestionDocument:
        return RFPQuestionDocument(rfp=self.rfp, title="Questions", file=upload)


class TestExportOnS3(RFPFile, OnS3, StoredFileContract):
    folder = "rfp_exports"
    field = "export_file"
    filename = "answered.xlsx"
    has_s3_key = False
    made = 0

    def make(self, upload: Any) -> RFPExport:
        self.made += 1
        return RFPExport(
            rfp=self.rfp,
            filename=upload.name,
            export_file=upload,
            version=str(self.made),
            question_count=2,
            answered_count=1,
        )


def test_an_upload_is_refused_and_no_row_left_when_the_server_is_stopped(s3_storage: Any) -> None:
    rfp = RFPFactory()
    s3_storage.stop()
    try:
        with pytest.raises(RFPError, match="does not answer"):
            add_information_document(rfp, upload=SimpleUploadedFile("a.txt", b"Terms."), user=None)
    finally:
        s3_storage.start()
    assert not RFPInformationDocument.objects.exists()


def test_a_store_that_does_not_answer_is_503_for_programs(
    client: Client, alice: User, settings: Settings, s3_server: Any
) -> None:
    rfp = RFPFactory(owner=alice)
    client.force_login(alice)
    use_s3(settings, s3_server, endpoint_url="http://127.0.0.1:9")
    file = SimpleUploadedFile("a.txt", b"Terms.")
    answer = client.post(f"/api/v1/rfps/{rfp.pk}/information-documents", {"file": file})
    close_s3()
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:spelunker:problem:store-unavailable"


@pytest.mark.parametrize(
    ("error", "raised"), [(IntegrityError, DuplicateUpload), (DatabaseError, DatabaseError)]
)
def test_without_its_row_the_file_is_taken_back(
    folder_storage: Any, monkeypatch: pytest.MonkeyPatch, error: type[Exception], raised: type[Exception]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error("no")

    rfp = RFPFactory()
    monkeypatch.setattr(RFPInformationDocument, "save", fail)
    with pytest.raises(raised):
        add_information_document(rfp, upload=SimpleUploadedFile("a.txt", b"Terms."), user=None)
    assert default_storage.listdir(f"rfp_info_documents/{rfp.pk}")[1] == []
