"""What stands in a customer's cells already: a text to be replaced, a box to be ticked, or words of their own."""

from dataclasses import replace

import pytest

from core.models import User
from rfp_manager.models import RFP
from rfp_manager.tests.detection_texts import REQUIREMENTS
from rfp_manager.tests.exporting import approved, exported, imported, not_written
from rfp_manager.tests.workbook_factory import Sheet, heading

pytestmark = pytest.mark.django_db
OWN_WORDS = "See our contract."


def form(choice: str, comment: str, *, own: int = 0) -> Sheet:
    """Each row begins with these texts; in row number `own` stand words of the customer's."""
    rows: list[list[object]] = [heading("ID", "Requirement", "Compliant", "Comment")]
    for n, text in enumerate(REQUIREMENTS, 1):
        rows.append([f"R{n}", text, choice, OWN_WORDS if n == own else comment])
    return Sheet("Form", rows, lists={"C2:C9": ["Please select", "Yes", "No"]})


def boxes(*, ticked: int = 0) -> Sheet:
    rows: list[list[object]] = [heading("ID", "Requirement", "Yes", "No", "Remarks")]
    for n, text in enumerate(REQUIREMENTS, 1):
        rows.append([f"R{n}", text, "☐", "☒" if n == ticked else "☐", ""])
    return Sheet("Form", rows)


def test_a_default_and_a_placeholder_give_way_to_the_answer(rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, form("Please select", "Enter your comment here"))[0]
    assert [cell["filled"] for cell in question.answer_cells] == [False, False]
    approved(question, user=alice, choice="Yes", text="It is there.")
    sheet, export = exported(question, alice)
    assert (sheet["C2"].value, sheet["D2"].value) == ("Yes", "It is there.")
    assert (sheet["C3"].value, sheet["D3"].value) == ("Please select", "Enter your comment here")
    assert not_written(export) == {}


def test_words_of_the_customers_own_stay_and_are_reported(rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, form("", "", own=3))[2]
    approved(question, user=alice, choice="Yes", text="It is there.")
    sheet, export = exported(question, alice)
    assert (sheet["C4"].value, sheet["D4"].value) == ("Yes", OWN_WORDS)
    assert not_written(export) == {"D4": "already filled in"}
    assert "own words" in export.report["skipped"][0]["detail"]


def test_a_choice_that_was_made_stays_where_all_other_rows_have_the_default(rfp: RFP, alice: User) -> None:
    book = form("Please select", "")
    book.rows[3][2] = "No"  # type: ignore[index]
    questions = imported(rfp, alice, book)
    assert [question.answer_cells[0]["filled"] for question in questions] == [n == 2 for n in range(8)]


def test_a_text_in_some_rows_is_no_placeholder(rfp: RFP, alice: User) -> None:
    book = form("", "")
    for row in book.rows[1:6]:
        row[2] = "Yes"  # type: ignore[index]
    questions = imported(rfp, alice, book)
    assert [question.answer_cells[0]["filled"] for question in questions] == [True] * 5 + [False] * 3


def test_words_in_a_cell_that_all_rows_share_are_no_placeholder(rfp: RFP, alice: User) -> None:
    book = form("", "")
    book.rows[1][3] = OWN_WORDS  # type: ignore[index]
    questions = imported(rfp, alice, replace(book, merges=["D2:D9"]))
    assert [question.answer_cells[1]["filled"] for question in questions] == [True] * 8


def test_an_empty_box_is_ticked(rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, boxes())[0]
    approved(question, user=alice, choice="No", text="")
    sheet, export = exported(question, alice)
    assert (sheet["C2"].value, sheet["D2"].value, not_written(export)) == ("☐", "X", {})


def test_no_second_box_is_ticked_beside_the_customers_own_mark(rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, boxes(ticked=1))[0]
    approved(question, user=alice, choice="Yes", text="")
    sheet, export = exported(question, alice)
    assert (sheet["C2"].value, sheet["D2"].value) == ("☐", "☒")
    assert not_written(export) == {"D2": "already filled in"}
