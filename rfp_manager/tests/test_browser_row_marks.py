"""On a sheet's own grid, header rows and section rows are named: by a letter and by words, not by colour alone."""

import io
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from core.models import User
from rfp_manager.models import RFP
from rfp_manager.tests.test_browser_layouts import cell, open_grid, take_in
from themis.tests.accessibility import assert_accessible
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = pytest.mark.django_db(transaction=True)


def sectioned_sheet() -> bytes:
    """Headings on row 1, sections on rows 2 and 6, three questions under each."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["No.", "Question", "Response"])
    for section, topic in (("Access  control", "sign in"), ("Data at rest", "store data")):
        sheet.append([section])
        for number in range(1, 4):
            sheet.append(
                [f"{section[0]}.{number}", f"How do people of group {number} {topic} in the service?"]
            )
    sheet.column_dimensions["B"].width = 60
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def row_head(page: Page, row: int) -> Any:
    return page.locator(f'.sg-row[aria-rowindex="{row}"] .sg-row-head')


def letter(locator: Any, pseudo: str) -> str:
    return str(locator.evaluate(f"element => getComputedStyle(element, '{pseudo}').content"))


@pytest.mark.parametrize("theme", ["spelunker", "spelunker-dark"])
def test_header_and_section_rows_are_marked(surfer: Surfer, rfp: RFP, alice: User, theme: str) -> None:
    document = take_in(rfp, alice, sectioned_sheet())
    page = open_grid(surfer, document, alice)
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    expect(row_head(page, 1)).to_have_attribute("aria-label", "1, Header row")
    for row in (2, 6):
        expect(row_head(page, row)).to_have_attribute("aria-label", f"{row}, Section row")
        assert '"§"' in letter(row_head(page, row), "::before")
        assert '"§"' in letter(cell(page, row, 1), "::after")
    assert '"H"' in letter(row_head(page, 1), "::before")
    assert row_head(page, 3).get_attribute("aria-label") is None
    assert letter(row_head(page, 3), "::before") == "none"
    assert_accessible(page)


def test_marks_of_rows_follow_a_correction(surfer: Surfer, rfp: RFP, alice: User) -> None:
    document = take_in(rfp, alice, sectioned_sheet())
    page = open_grid(surfer, document, alice)
    page.fill("[data-selection]", "3:5")
    page.click("#act-not-questions")
    # Nothing is asked any more between the two headings: the upper one heads no question.
    expect(row_head(page, 6)).to_have_attribute("aria-label", "6, Section row")
    expect(row_head(page, 2)).not_to_have_attribute("aria-label", "2, Section row")
