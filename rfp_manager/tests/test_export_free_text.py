"""Rows without a dropdown in a column of dropdowns ask for words, and get them."""

import pytest

from core.models import User
from rfp_manager.models import RFP, Question
from rfp_manager.tests.detection_texts import REQUIREMENTS
from rfp_manager.tests.exporting import approved, exported, imported, not_written
from rfp_manager.tests.workbook_factory import Sheet, heading

pytestmark = pytest.mark.django_db


def form(*titles: str) -> Sheet:
    """A dropdown on the first five rows, none on the last three."""
    rows = [
        heading("ID", "Requirement", "Answer", *titles),
        *[[f"R{n}", text, "", *[""] * len(titles)] for n, text in enumerate(REQUIREMENTS, 1)],
    ]
    return Sheet("Form", rows, lists={"C2:C6": ["Yes", "No"]})


def stored_before(question: Question) -> None:
    """As layouts were stored that gave every row the column's role."""
    question.answer_cells[0]["role"] = "choice"
    question.save()


def test_a_row_without_a_dropdown_takes_a_text(rfp: RFP, alice: User) -> None:
    questions = imported(rfp, alice, form())
    assert [question.answer_cells[0]["role"] for question in questions] == ["choice"] * 5 + ["narrative"] * 3
    assert questions[6].takes_text
    assert not questions[0].takes_text
    approved(questions[6], user=alice, choice="", text="By signed releases.")
    sheet, export = exported(questions[6], alice)
    assert sheet["C8"].value == "By signed releases."
    assert (export.answered_count, not_written(export)) == (1, {})


def test_the_text_is_in_the_answer_column_and_not_once_more_beside_it(rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, form("Comment"))[6]
    approved(question, user=alice, choice="", text="By signed releases.")
    sheet, _export = exported(question, alice)
    assert (sheet["C8"].value, sheet["D8"].value) == ("By signed releases.", None)


def test_a_layout_from_before_gives_the_text_its_only_cell(rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, form())[6]
    stored_before(question)
    assert question.takes_text
    approved(question, user=alice, choice="", text="By signed releases.")
    sheet, export = exported(question, alice)
    assert (sheet["C8"].value, export.report["unfilled"][-1]["row"]) == ("By signed releases.", 9)


def test_a_layout_from_before_says_a_text_once(rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, form("Comment"))[6]
    stored_before(question)
    approved(question, user=alice, choice="", text="By signed releases.")
    sheet, _export = exported(question, alice)
    assert {sheet["C8"].value, sheet["D8"].value} == {"By signed releases.", None}


def test_a_choice_column_without_any_list_takes_choice_and_comment(rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, form("Comment"))[6]
    stored_before(question)
    approved(question, user=alice, choice="Partly", text="From June on.")
    sheet, _export = exported(question, alice)
    assert (sheet["C8"].value, sheet["D8"].value) == ("Partly", "From June on.")


def test_beside_a_list_the_cell_without_one_takes_the_text(rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, form("Comment"))[0]
    question.answer_cells[1]["role"] = "choice"
    question.save()
    assert question.takes_text
    approved(question, user=alice, choice="Yes", text="From June on.")
    sheet, _export = exported(question, alice)
    assert (sheet["C2"].value, sheet["D2"].value) == ("Yes", "From June on.")
