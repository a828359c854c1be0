"""A wrong file gets a sentence that says what to do, and nothing is stored."""

from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from core.models import Job, User
from core.partial_uploads import append_part, begin_upload
from core.storage import load_binary
from rfp_manager.models import RFP, RFPInformationDocument, RFPQuestionDocument
from rfp_manager.services import uploads
from rfp_manager.tests.workbooks import question_workbook, uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media_folder")]


def stored_files(rfp: RFP) -> list[str]:
    folder = f"rfp_question_documents/{rfp.pk}"
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


def zip_of(**parts: bytes) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


WRONG = {
    "a program named .xlsx": (b"MZ\x90\x00" + b"\0" * 200, "questions.xlsx"),
    "an empty file": (b"", "questions.xlsx"),
    "a truncated workbook": (question_workbook()[:4000], "questions.xlsx"),
    "a password-protected workbook": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000, "questions.xlsx"),
    "an old Excel file": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000, "questions.xls"),
    "a zip that is no workbook": (zip_of(readme=b"hello"), "questions.xlsx"),
    "a PDF": (b"%PDF-1.7 nothing", "questions.pdf"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_workbook_is_refused_in_words_and_leaves_nothing(
    client: Client, rfp: RFP, alice: User, case: str
) -> None:
    content, name = WRONG[case]
    client.force_login(alice)
    response = client.post(
        reverse("rfp_manager:upload_workbook", args=[rfp.pk]),
        {"files": SimpleUploadedFile(name, content)},
        follow=True,
    )
    said = [str(message) for message in response.context["messages"]]
    assert len(said) == 1
    assert said[0].startswith(name)
    assert said[0].endswith(".")
    assert len(said[0].split()) > 6, said[0]
    assert not RFPQuestionDocument.objects.exists()
    assert not Job.objects.exists()
    assert stored_files(rfp) == []


def test_a_good_workbook_is_stored_as_it_came_and_looked_at_next(
    client: Client, rfp: RFP, alice: User
) -> None:
    content = question_workbook()
    client.force_login(alice)
    response = client.post(
        reverse("rfp_manager:upload_workbook", args=[rfp.pk]), {"files": uploaded(content)}
    )
    document = RFPQuestionDocument.objects.get()
    assert response.headers["Location"] == reverse("rfp_manager:workbook", args=[rfp.pk, document.pk])
    assert document.file.name.startswith(f"rfp_question_documents/{rfp.pk}/")
    assert document.s3_key == document.file.name
    assert load_binary(document.s3_key).read() == content
    assert (document.file_type, document.file_size) == ("xlsx", len(content))
    assert Job.objects.get().kind == "detect_layout"


def test_the_same_file_twice_is_not_stored_twice(client: Client, rfp: RFP, alice: User) -> None:
    client.force_login(alice)
    url = reverse("rfp_manager:upload_workbook", args=[rfp.pk])
    content = question_workbook()
    client.post(url, {"files": uploaded(content)})
    response = client.post(url, {"files": uploaded(content, "copy.xlsx")}, follow=True)
    assert "already here" in str(next(iter(response.context["messages"])))
    assert RFPQuestionDocument.objects.count() == 1
    assert len(stored_files(rfp)) == 1


def test_one_wrong_file_does_not_stop_the_others(client: Client, rfp: RFP, alice: User) -> None:
    client.force_login(alice)
    files = [
        SimpleUploadedFile("terms.txt", b"Tenders are due by 12 May 2027."),
        SimpleUploadedFile("virus.pdf", b"MZ\x90\x00"),
        SimpleUploadedFile("scope.md", b"# Scope\n\nThe authority seeks a records service."),
    ]
    response = client.post(
        reverse("rfp_manager:upload_information", args=[rfp.pk]), {"files": files}, follow=True
    )
    assert set(RFPInformationDocument.objects.values_list("title", flat=True)) == {"terms.txt", "scope.md"}
    assert len(list(response.context["messages"])) == 1


def test_a_hostile_name_is_made_harmless(client: Client, rfp: RFP, alice: User) -> None:
    client.force_login(alice)
    name = "../../etc/quest\u202eions" + "x" * 300 + ".xlsx"
    client.post(reverse("rfp_manager:upload_workbook", args=[rfp.pk]), {"files": uploaded(name=name)})
    document = RFPQuestionDocument.objects.get()
    assert ".." not in document.file.name
    assert "\u202e" not in document.title
    assert len(document.title) <= 200


def test_a_workbook_that_came_in_parts_is_taken_like_any_other(client: Client, rfp: RFP, alice: User) -> None:
    content = question_workbook()
    upload = begin_upload(alice, filename="questions.xlsx", size=len(content))
    append_part(upload, content[:1000], offset=0)
    upload.refresh_from_db()
    client.force_login(alice)
    url = reverse("rfp_manager:upload_workbook", args=[rfp.pk])
    answer = client.post(url, {"files-upload": str(upload.pk)}, follow=True)
    assert "not complete" in "".join(map(str, answer.context["messages"]))
    append_part(upload, content[1000:], offset=1000)
    client.post(url, {"files-upload": str(upload.pk)})
    document = RFPQuestionDocument.objects.get()
    assert load_binary(document.file.name or "").read() == content


@pytest.mark.parametrize("address", ["rfp_manager:upload_workbook", "rfp_manager:upload_information"])
def test_a_file_over_the_limit_is_refused_before_it_is_read(
    client: Client,
    rfp: RFP,
    alice: User,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
) -> None:
    content = question_workbook()
    settings.UPLOAD_MAX_BYTES = len(content) - 1

    def read(*arguments: object, **named: object) -> bytes:
        raise AssertionError("the file was read")

    monkeypatch.setattr(uploads, "check_workbook", read)
    monkeypatch.setattr(uploads, "check_upload", read)
    client.force_login(alice)
    response = client.post(reverse(address, args=[rfp.pk]), {"files": uploaded(content)}, follow=True)
    (said,) = (str(message) for message in response.context["messages"])
    assert "the limit is" in said
    assert not RFPQuestionDocument.objects.exists()


def test_a_file_whose_job_cannot_be_queued_is_not_there_either(
    rfp: RFP, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*args: Any, **kwargs: Any) -> Job:
        raise OperationalError("the connection was lost")

    monkeypatch.setattr(uploads.jobs, "enqueue", lost)
    with pytest.raises(OperationalError):
        uploads.add_question_workbook(rfp, upload=uploaded(), user=alice)
    assert not RFPQuestionDocument.objects.exists(), "it would wait for ever"
    assert not stored_files(rfp)
