"""The main job as a person does it: a library document, a workbook in, drafts, approval, the workbook back."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation
from playwright.sync_api import FilePayload, expect

from core.models import User
from core.tests.factories import OrganizationFactory
from rfp_manager.models import Question, RFPExport
from solution_library.models import Solution
from themis.tests.accessibility import assert_accessible
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = pytest.mark.django_db(transaction=True)

PAPER = b"""# Security

Customer data is encrypted at rest with AES-256.
Backups are made every night and kept for 35 days.
Administrators sign in with multi-factor authentication.
"""
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
QUESTIONS = [
    "Is customer data encrypted at rest?",
    "How long are backups kept?",
    "Do administrators sign in with multi-factor authentication?",
    "Which football club does the chief executive support?",
]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Form"
    sheet.append(["No.", "Question", "Compliant", "Comment"])
    for number, text in enumerate(QUESTIONS, 1):
        sheet.append([f"1.{number}", text])
    rule = DataValidation(type="list", formula1='"Yes,No,N/A"')
    rule.add("C2:C5")
    sheet.add_data_validation(rule)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_comes_back_answered(
    alice: User, surfer: Surfer, celery_worker_process: Callable[..., Any], tmp_path: Any
) -> None:
    solution = Solution.objects.create(vendor=OrganizationFactory(name="Vendor"), name="Vault", owner=alice)
    celery_worker_process()
    page = surfer.open(solution.get_absolute_url(), user=alice)
    page.set_default_timeout(30_000)

    page.locator("input[type=file]").set_input_files(
        FilePayload(name="security.md", mimeType="text/markdown", buffer=PAPER)
    )
    upload = page.get_by_role("button", name="Upload")
    if upload.is_visible():
        upload.click()
    expect(page.locator("table .status-badge", has_text="Embedded")).to_be_visible(timeout=60_000)

    page.goto("/rfps/new/")
    page.get_by_label("Title").fill("Safe storage")
    page.locator('input[name="customer_name"]').fill("Harbour Board")
    page.get_by_label("Vault").check()
    page.get_by_role("button", name="Create RFP").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Safe storage")
    book = FilePayload(name="form.xlsx", mimeType=EXCEL, buffer=workbook())
    page.locator("input[type=file]").first.set_input_files(book)
    upload = page.get_by_role("button", name="Upload workbooks")
    if upload.is_visible():
        upload.click()
    expect(page.get_by_role("button", name="Import 4 questions")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Import 4 questions").click()
    expect(page.get_by_text(QUESTIONS[0])).to_be_visible()

    page.get_by_role("button", name="Draft all").click()
    expect(page.get_by_text("Last draft run")).to_be_visible(timeout=60_000)
    expect(page.locator("#question-list .status-badge", has_text="Not in the library")).to_have_count(1)
    assert_accessible(page)
    page.get_by_role("link", name=QUESTIONS[0]).click()
    expect(page.locator("blockquote")).to_contain_text("encrypted at rest with AES-256")
    page.locator("#answer-form textarea[name=text]").fill("Yes: AES-256, with keys of your own on request.")
    page.get_by_role("button", name="Save and approve").click()
    expect(page.locator("#answer").get_by_text("Approved", exact=True)).to_be_visible()
    page.get_by_label("Choose all questions of this page").check()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator("#question-list .status-badge", has_text="Approved")).to_have_count(3)
    assert Question.objects.filter(status=Question.Status.APPROVED).count() == 3

    page.get_by_role("link", name="Exports").click()
    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").first.click()
    path = tmp_path / "answered.xlsx"
    download.value.save_as(path)
    sheet = openpyxl.load_workbook(path)["Form"]
    assert sheet["D2"].value == "Yes: AES-256, with keys of your own on request."
    assert "35 days" in sheet["D3"].value
    assert sheet["C4"].value == "Yes"
    assert (sheet["C5"].value, sheet["D5"].value) == (None, None)
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["C2:C5"]
    export = RFPExport.objects.get()
    assert (export.question_count, export.answered_count) == (4, 3)
    assert export.file_size == path.stat().st_size
