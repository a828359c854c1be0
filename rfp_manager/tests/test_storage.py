"""The storage pattern's standard cases for the RFP's files."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from core.storage import load_binary, read_text, write_text
from rfp_manager.models import RFP, RFPExport, RFPInformationDocument, RFPQuestionDocument
from rfp_manager.tests.factories import RFPFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media_folder")]


def information(rfp: RFP, file: Any) -> RFPInformationDocument:
    return RFPInformationDocument(rfp=rfp, title="Terms", file=file)


def workbook(rfp: RFP, file: Any) -> RFPQuestionDocument:
    return RFPQuestionDocument(rfp=rfp, title="Questions", file=file)


def export(rfp: RFP, file: Any) -> RFPExport:
    return RFPExport(
        rfp=rfp, filename=file.name, export_file=file, version="1", question_count=2, answered_count=1
    )


CASES = {
    "rfp_info_documents": (information, "file", "terms.pdf"),
    "rfp_question_documents": (workbook, "file", "questions.xlsx"),
    "rfp_exports": (export, "export_file", "answered.xlsx"),
}
Make = Callable[[RFP, Any], Any]


@pytest.mark.parametrize("prefix", CASES)
def test_file_metadata_populated_on_save(prefix: str) -> None:
    make, _, name = CASES[prefix]
    row = make(RFPFactory(), SimpleUploadedFile(name, b"some content"))
    row.save()
    assert (row.file_type, row.file_size) == (name.rsplit(".", 1)[1], 12)


@pytest.mark.parametrize("prefix", CASES)
def test_upload_path_includes_parent_id(prefix: str) -> None:
    make, field, name = CASES[prefix]
    rfp = RFPFactory()
    row = make(rfp, SimpleUploadedFile(name, b"content"))
    row.save()
    assert getattr(row, field).name == f"{prefix}/{rfp.pk}/{name}"


@pytest.mark.parametrize("prefix", CASES)
def test_rejected_extension(prefix: str) -> None:
    make, field, _ = CASES[prefix]
    row = make(RFPFactory(), SimpleUploadedFile("hack.exe", b"MZ"))
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert field in refused.value.message_dict


@pytest.mark.parametrize("prefix", ["rfp_info_documents", "rfp_question_documents"])
def test_the_returned_key_is_the_one_recorded(prefix: str) -> None:
    make, field, name = CASES[prefix]
    rfp = RFPFactory()
    first, second = (make(rfp, SimpleUploadedFile(name, content)) for content in (b"one", b"two"))
    first.save()
    second.save()
    assert first.s3_key != second.s3_key
    assert second.s3_key == getattr(second, field).name
    assert load_binary(second.s3_key).read() == b"two"
    assert load_binary(first.s3_key).read() == b"one"


def test_storage_agnostic_read() -> None:
    key = default_storage.save("test/hello.txt", ContentFile(b"hello world"))
    with default_storage.open(key, "r") as file:
        assert file.read() == "hello world"
    assert read_text(write_text("test/umlaut.txt", "Grüße")) == "Grüße"
    default_storage.delete(key)
    assert not default_storage.exists(key)


def test_saving_a_row_again_asks_the_storage_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    row = information(RFPFactory(), SimpleUploadedFile("terms.txt", b"content"))
    row.save()
    row = RFPInformationDocument.objects.get()

    def refuse(*args: Any) -> int:
        raise AssertionError("a round trip to the storage")

    monkeypatch.setattr(FileSystemStorage, "size", refuse)
    row.title = "New title"
    row.save()
    assert (row.file_type, row.file_size) == ("txt", 7)
