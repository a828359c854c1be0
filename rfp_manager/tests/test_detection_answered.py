"""Forms that somebody has begun to answer, or has answered whole, ask what they asked when they were blank."""

import pytest

from rfp_manager.tests.detection_texts import QUESTIONS, REQUIREMENTS
from rfp_manager.tests.workbook_factory import Cell, Sheet, build, heading
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.layout import SheetLayout

SAID = "We do this as our handbook for the service says in chapter {}."
NAMES = [
    "Offline mode",
    "Data retention rules",
    "Audit trail",
    "Workflow engine",
    "Full text search",
    "Bulk import",
]


def detected(sheet: Sheet) -> SheetLayout:
    return detect_layout(build(sheet)).sheets[0]


def said(number: int, answered: int) -> str:
    return SAID.format(number) if number <= answered else ""


def cells(layout: SheetLayout) -> list[list[str]]:
    return [[answer.cell for answer in question.answers] for question in layout.questions]


@pytest.mark.parametrize("answered", [0, 1, 3, 5])
@pytest.mark.parametrize("title", ["Supplier response", "Respuesta del licitador"])
def test_short_names_are_the_questions_however_long_the_suppliers_answers_are(title: str, answered: int):
    rows: list[list[object]] = [heading("No.", "Requirement", title, "Comments")]
    rows += [[f"R-{n}", name, said(n, answered), said(n, answered)] for n, name in enumerate(NAMES, 1)]
    layout = detected(Sheet("S", rows))
    assert layout.question_column == "B"
    assert cells(layout) == [[f"C{row}", f"D{row}"] for row in range(2, 8)]
    assert sum(question.answers[0].filled for question in layout.questions) == answered


def test_a_form_that_the_supplier_has_answered_whole_still_asks():
    rows: list[list[object]] = [heading("No.", "Requirement", "Supplier response")]
    rows += [[f"R-{n}", text, SAID.format(n)] for n, text in enumerate(REQUIREMENTS, 1)]
    layout = detected(Sheet("S", rows))
    assert [question.text for question in layout.questions] == REQUIREMENTS
    assert all(question.answers[0].filled for question in layout.questions)


def test_a_heading_is_one_over_rows_that_are_answered_as_well():
    rows: list[list[object]] = []
    for part in range(3):
        rows += [["No.", "Description", "Response"]]
        rows += [[f"{n}", QUESTIONS[n - 1], said(n, 8)] for n in range(4 * part + 1, 4 * part + 5)]
        rows += [[]]
    layout = detected(Sheet("S", rows))
    assert layout.header_rows == (1, 7, 13)
    assert len(layout.questions) == 12


def test_titles_below_a_divided_one_belong_to_the_heading_over_answered_rows():
    rows: list[list[object]] = [
        heading("No.", "Specification", "Supplier", ""),
        heading("", "", "Answer", "Remarks"),
    ]
    rows += [[f"{n}", name, said(n, 4), said(n, 4)] for n, name in enumerate(NAMES, 1)]
    layout = detected(Sheet("S", rows, merges=["A1:A2", "B1:B2", "C1:D1"]))
    assert layout.header_rows == (1, 2)
    assert cells(layout) == [[f"C{row}", f"D{row}"] for row in range(3, 9)]


def test_the_last_row_with_a_choice_is_no_heading_of_the_open_ones():
    rows: list[list[object]] = [heading("Area", "ID", "Requirement", "Vendor answer")]
    for n, text in enumerate(REQUIREMENTS, 1):
        rows += [["General", f"REQ-{n}", text, "Yes" if n < 4 else ""], []]
    lists = {f"D{row}": ["Yes", "No"] for row in range(2, len(rows) + 1, 2)}
    layout = detected(Sheet("S", rows, lists=lists))
    assert layout.header_rows == (1,)
    assert [question.row for question in layout.questions] == list(range(2, len(rows) + 1, 2))


def test_the_remarks_of_a_supplier_are_not_the_questions():
    rows: list[list[object]] = [heading("Ref", "Criteria", "Yes", "No", "Remarks")]
    rows += [[f"A{n}", name, "x" if n < 4 else "", "", said(n, 3)] for n, name in enumerate(NAMES, 1)]
    layout = detected(Sheet("S", rows))
    assert layout.question_column == "B"
    assert cells(layout) == [[f"C{row}", f"D{row}", f"E{row}"] for row in range(2, 8)]


def test_a_register_of_suppliers_is_not_their_answers():
    rows: list[list[object]] = [heading("Contract", "Service that is provided to us", "Supplier", "Country")]
    rows += [[f"C-{n}", text, f"Northern Lights {n} Ltd", "Norway"] for n, text in enumerate(REQUIREMENTS, 1)]
    assert not detected(Sheet("Register", rows)).is_question_sheet
    rows[3][2] = Cell("")
    assert not detected(Sheet("Register", rows)).is_question_sheet


def dialogue(*titles: str) -> list[list[object]]:
    rows: list[list[object]] = [heading(*titles)]
    return rows + [[text, SAID.format(n)] for n, text in enumerate(QUESTIONS, 1)]


def test_the_only_sheet_with_questions_that_are_all_answered_is_a_form_filled_in_before():
    layout = detected(Sheet("S", dialogue("Question", "Answer")))
    assert [question.text for question in layout.questions] == QUESTIONS
    assert all(question.answers[0].filled for question in layout.questions)


def test_beside_another_sheet_answered_questions_are_there_to_be_read():
    other = Sheet(
        "Form", [heading("ID", "Question", "Answer"), *[[n, t, ""] for n, t in enumerate(QUESTIONS)]]
    )
    layout = detect_layout(build(Sheet("FAQ", dialogue("Question", "Answer")), other))
    assert [sheet.is_question_sheet for sheet in layout.sheets] == [False, True]


def test_a_log_that_tells_when_each_answer_was_given_asks_nothing():
    rows = dialogue("Question", "Answer")
    rows = [[*row, "Given on" if at == 0 else f"2026-03-{at:02}"] for at, row in enumerate(rows)]
    assert not detected(Sheet("S", rows)).is_question_sheet
