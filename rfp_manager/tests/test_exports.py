"""The customer's own file comes back: answers in their cells, nothing else changed, every version kept."""

import hashlib
import threading
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from core import jobs
from core.models import Job, User
from rfp_manager.models import RFP, Question, RFPExport, RFPQuestionDocument
from rfp_manager.services import answering
from rfp_manager.services.excel_processor import import_questions
from rfp_manager.services.exports import create_export
from rfp_manager.services.uploads import add_question_workbook
from rfp_manager.tests.factories import answered
from rfp_manager.tests.workbooks import question_workbook, uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def original() -> bytes:
    return question_workbook()


@pytest.fixture
def workbook(rfp: RFP, alice: User, original: bytes) -> RFPQuestionDocument:
    """An imported workbook: its first question approved, the second drafted, the third declined."""
    document, job = add_question_workbook(rfp, upload=uploaded(original), user=alice)
    jobs.execute(job.pk)
    import_questions(document, sheets=["Questions"], user=alice)
    first, second, third = document.questions.order_by("position")[:3]
    answered(first, text="SAML 2.0 is supported.", choice="Yes")
    answering.approve([first.pk], rfp=rfp, user=alice)
    answered(second, text='=HYPERLINK("http://evil")', choice="Partially")
    answered(third, text="Should not be seen.", choice="No")
    answering.decline(third, reason="Not ours to say")
    document.refresh_from_db()
    return document


def content(export: RFPExport) -> bytes:
    with export.export_file.open("rb") as file:
        return file.read()


def test_only_approved_answers_go_out_unless_asked(workbook: RFPQuestionDocument, alice: User) -> None:
    export = create_export(workbook, drafts=False, user=alice)
    sheet = load_workbook(BytesIO(content(export)))["Questions"]
    assert (sheet["D2"].value, sheet["E2"].value) == ("Yes", "SAML 2.0 is supported.")
    assert (sheet["D3"].value, sheet["E3"].value) == (None, None)
    assert (export.question_count, export.answered_count) == (8, 1)


def test_drafts_go_out_when_asked_but_never_what_was_declined(
    workbook: RFPQuestionDocument, alice: User
) -> None:
    export = create_export(workbook, drafts=True, user=alice)
    sheet = load_workbook(BytesIO(content(export)))["Questions"]
    assert sheet["D3"].value == "Partially"
    assert (sheet["D4"].value, sheet["E4"].value) == (None, None)
    assert export.answered_count == 2


def test_the_list_of_exports_says_which_have_drafts(
    client: Client, workbook: RFPQuestionDocument, alice: User
) -> None:
    create_export(workbook, drafts=False, user=alice)
    client.force_login(alice)
    url = reverse("rfp_manager:exports", args=[workbook.rfp_id])
    assert "With drafts" not in client.get(url).content.decode()
    export = create_export(workbook, drafts=True, user=alice)
    assert "With drafts" in client.get(url).content.decode()
    page = client.get(reverse("rfp_manager:export", args=[workbook.rfp_id, export.pk]))
    assert "With drafts" in page.content.decode()


def test_a_formula_in_an_answer_is_text_in_the_file(workbook: RFPQuestionDocument, alice: User) -> None:
    sheet = load_workbook(BytesIO(content(create_export(workbook, drafts=True, user=alice))))["Questions"]
    assert sheet["E3"].data_type == "s" or sheet["E3"].data_type == "inlineStr"
    assert sheet["E3"].value == '=HYPERLINK("http://evil")'


def test_every_other_part_is_byte_identical(
    workbook: RFPQuestionDocument, alice: User, original: bytes
) -> None:
    export = create_export(workbook, drafts=True, user=alice)
    before, after = ZipFile(BytesIO(original)), ZipFile(BytesIO(content(export)))
    assert before.namelist() == after.namelist()
    changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
    assert changed == ["xl/worksheets/sheet2.xml"]
    assert load_workbook(BytesIO(content(export)))["Questions"].data_validations.dataValidation
    assert load_workbook(BytesIO(content(export)))["Questions"].freeze_panes == "A2"


def test_each_export_is_a_version_of_its_own(workbook: RFPQuestionDocument, alice: User) -> None:
    first = create_export(workbook, drafts=False, user=alice)
    kept = content(first)
    second = create_export(workbook, drafts=True, user=alice)
    assert (first.version, second.version) == ("1", "2")
    assert first.export_file.name != second.export_file.name
    assert content(first) == kept
    assert first.export_file.name.startswith(f"rfp_exports/{workbook.rfp_id}/")
    assert first.file_size == len(kept)
    assert first.filename == "questions - answered v1.xlsx"


def test_an_export_begins_with_the_upload_and_not_with_the_export_before(
    workbook: RFPQuestionDocument, alice: User, original: bytes
) -> None:
    create_export(workbook, drafts=True, user=alice)
    sheet = load_workbook(BytesIO(content(create_export(workbook, drafts=False, user=alice))))["Questions"]
    assert (sheet["D2"].value, sheet["D3"].value, sheet["E3"].value) == ("Yes", None, None)
    with workbook.file.open("rb") as kept:
        assert kept.read() == original


def test_the_export_job_run_twice_makes_one_export(
    client: Client, workbook: RFPQuestionDocument, alice: User
) -> None:
    client.force_login(alice)
    url = reverse("rfp_manager:export_create", args=[workbook.rfp_id, workbook.pk])
    client.post(url, {"content": "approved"})
    job = Job.objects.get(kind="export_workbook")
    for _ in range(2):
        Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
        jobs.execute(job.pk)
    export = RFPExport.objects.get()
    job.refresh_from_db()
    assert job.result == {"export": export.pk}
    response = client.get(reverse("rfp_manager:export_download", args=[export.rfp_id, export.pk]))
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content) == content(export)  # type: ignore[attr-defined]


def test_an_answer_the_cells_list_does_not_offer_is_reported_and_not_written(
    workbook: RFPQuestionDocument, alice: User
) -> None:
    question = workbook.questions.order_by("position")[3]
    answered(question, text="", choice="Perhaps")
    cells = question.answer_cells
    cells[0]["allowed"] = None  # as if the detection had not seen the list
    Question.objects.filter(pk=question.pk).update(answer_cells=cells)
    export = create_export(workbook, drafts=True, user=alice)
    assert [row["cell"] for row in export.report["skipped"]] == ["D5"]
    assert load_workbook(BytesIO(content(export)))["Questions"]["D5"].value is None
    assert export.answered_count == 2


@pytest.mark.django_db(transaction=True)
def test_two_exports_at_once_get_two_versions(workbook: RFPQuestionDocument, alice: User) -> None:
    start = threading.Barrier(2)
    problems: list[Exception] = []

    def export() -> None:
        start.wait()
        try:
            create_export(workbook, drafts=False, user=alice)
        except Exception as problem:  # noqa: BLE001 - reported by the assertion below
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=export) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert set(RFPExport.objects.values_list("version", flat=True)) == {"1", "2"}
    assert len(set(RFPExport.objects.values_list("export_file", flat=True))) == 2


def test_a_question_that_left_its_row_is_reported_and_its_cells_stay_blank(
    workbook: RFPQuestionDocument, alice: User
) -> None:
    Question.objects.filter(document=workbook, position=0).update(text="Asked in an earlier file only?")
    export = create_export(workbook, drafts=True, user=alice)
    assert {row["cell"] for row in export.report["skipped"]} == {"D2", "E2"}
    assert export.report["counts"]["changed since import"] == 2
    assert load_workbook(BytesIO(content(export)))["Questions"]["D2"].value is None
    assert export.answered_count == 1


def test_the_report_names_what_stays_open_and_what_was_reworded(
    workbook: RFPQuestionDocument, alice: User
) -> None:
    Question.objects.filter(document=workbook, position=1).update(previous_text="Is MFA on?")
    report = create_export(workbook, drafts=True, user=alice).report
    assert [row["identifier"] for row in report["unfilled"]] == ["A-3", "D-1", "D-2", "D-3", "C-1", "C-2"]
    assert report["unfilled"][0]["reason"] == "Declined"
    assert [row["identifier"] for row in report["reworded"]] == ["A-2"]


def test_the_report_is_a_page_and_a_file_with_every_digest(
    client: Client, workbook: RFPQuestionDocument, alice: User, original: bytes
) -> None:
    export = create_export(workbook, drafts=True, user=alice)
    client.force_login(alice)
    page = client.get(reverse("rfp_manager:export", args=[export.rfp_id, export.pk])).content.decode()
    assert "Left open" in page
    assert "parts of the file are the same, byte for byte" in page
    response = client.get(reverse("rfp_manager:export_report", args=[export.rfp_id, export.pk]))
    assert response.headers["Content-Disposition"].startswith("attachment")
    account = response.json()
    assert (account["questions"], account["answered"]) == (8, 2)
    with ZipFile(BytesIO(original)) as before, ZipFile(BytesIO(content(export))) as after:
        for part in account["report"]["parts"]:
            assert part["before"] == hashlib.sha256(before.read(part["part"])).hexdigest()
            assert part["after"] == hashlib.sha256(after.read(part["part"])).hexdigest()
