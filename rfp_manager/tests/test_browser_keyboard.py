"""The main job without a mouse: every control is reached with Tab, and one always sees where one is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import FilePayload, expect

from core.models import User
from core.tests.factories import OrganizationFactory
from rfp_manager.tests.test_browser_main_job import EXCEL, QUESTIONS, workbook
from solution_library.models import Solution
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer
from themis.tests.keyboard import press, reach, skip_to_content

__all__ = ["surfer"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_main_job_is_done_by_keyboard_alone(
    alice: User, surfer: Surfer, celery_worker_process: Callable[..., Any], tmp_path: Path
) -> None:
    Solution.objects.create(vendor=OrganizationFactory(name="Vendor"), name="Vault", owner=alice)
    celery_worker_process()
    page = surfer.open("/accounts/login/")
    page.set_default_timeout(30_000)
    if not page.evaluate("document.activeElement.matches('input[name=login]')"):
        reach(page, page.locator("input[name=login]"))
    page.keyboard.type(alice.email)
    reach(page, page.locator("input[name=password]"))
    page.keyboard.type("correct horse")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")

    press(page, page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="RFPs"))
    page.wait_for_url("**/rfps/")
    skip_to_content(page)
    press(page, page.locator("#content").get_by_role("link", name="New RFP").first)
    page.wait_for_url("**/rfps/new/")
    skip_to_content(page)
    reach(page, page.get_by_label("Title"))
    page.keyboard.type("Safe storage")
    reach(page, page.locator('input[name="customer_name"]'))
    page.keyboard.type("Harbour Board")
    expect(page.get_by_label("Vault")).to_be_checked()  # the only one there is
    press(page, page.get_by_role("button", name="Create RFP"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Safe storage")

    skip_to_content(page)
    reach(page, page.locator("input[type=file]").first)
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(FilePayload(name="form.xlsx", mimeType=EXCEL, buffer=workbook()))
    press(page, page.get_by_role("button", name="Upload workbooks"))
    confirm = page.get_by_role("button", name="Import 4 questions")
    expect(confirm).to_be_visible()
    skip_to_content(page)
    press(page, confirm)
    expect(page.get_by_text(QUESTIONS[0])).to_be_visible()

    skip_to_content(page)
    press(page, page.get_by_role("button", name="Draft all"))
    expect(page.get_by_text("Last draft run")).to_be_visible(timeout=60_000)
    skip_to_content(page)
    press(page, page.get_by_role("link", name=QUESTIONS[0]))
    words = page.locator("#answer-form textarea[name=text]")
    expect(words).to_be_visible()
    reach(page, words)
    page.keyboard.type("Yes: with AES-256.")
    press(page, page.get_by_role("button", name="Save and approve"))
    expect(page.locator("#answer").get_by_text("Approved", exact=True)).to_be_visible()
    # Its button is gone: the place is kept, not the top of the page.
    expect(page.locator("#answer")).to_be_focused()
    press(page, page.get_by_role("link", name="Next question"))
    expect(page.get_by_role("link", name="Previous question")).to_be_visible()
    expect(page.get_by_role("link", name="Next question")).to_be_focused()

    exports = page.get_by_role("navigation", name="Parts of this RFP").get_by_role("link", name="Exports")
    skip_to_content(page)
    press(page, exports)
    page.wait_for_url("**/exports/")
    skip_to_content(page)
    press(page, page.get_by_role("button", name="Export", exact=True))
    download = page.get_by_role("link", name="Download").first
    expect(download).to_be_visible(timeout=60_000)
    skip_to_content(page)
    reach(page, download)
    with page.expect_download() as file:
        page.keyboard.press("Enter")
    path = tmp_path / "answered.xlsx"
    file.value.save_as(path)
    assert openpyxl.load_workbook(path)["Form"]["D2"].value == "Yes: with AES-256."
