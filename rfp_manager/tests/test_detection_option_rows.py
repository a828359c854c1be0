"""Options listed in the rows below their question are marked there, each in the cell beside it."""

import io

import openpyxl
import pytest

from rfp_manager.tests.workbook_factory import Cell, Sheet, build
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.detection.correcting import correct_sheet
from rfp_manager.workbooks.layout import SheetLayout
from rfp_manager.workbooks.reading import open_book
from rfp_manager.workbooks.remembering import recall_sheet, remember_sheet
from rfp_manager.workbooks.writing import CellAnswer, fill_workbook

ASKED = {
    "Which hosting model do you propose?": ["On premises", "Private cloud", "Public cloud"],
    "How many people do you employ?": ["Fewer than 50", "50 to 249", "250 or more"],
    "Is the service certified?": ["Yes", "No"],
}
FIELD = Cell("", "answer")


def survey(mark: object = FIELD, *, after: bool = False) -> list[list[object]]:
    rows: list[list[object]] = [["Supplier survey"], []]
    for n, (question, options) in enumerate(ASKED.items(), 1):
        rows.append([f"{n}.", question])
        rows += [["", option, mark] if after else [mark, option] for option in options]
        rows.append([])
    return rows


def detected(rows: list[list[object]], **settings: object) -> SheetLayout:
    return detect_layout(build(Sheet("Survey", rows, **settings))).sheets[0]  # type: ignore[arg-type]


def marks(layout: SheetLayout) -> list[list[tuple[str, str | None]]]:
    return [
        [(answer.cell, answer.option) for answer in question.answers if answer.kind == "tick"]
        for question in layout.questions
    ]


def wanted(column: str) -> list[list[tuple[str, str]]]:
    row, expected = 3, []
    for options in ASKED.values():
        expected.append([(f"{column}{row + at}", option) for at, option in enumerate(options, 1)])
        row += len(options) + 2
    return expected


def test_the_cell_left_of_each_option_is_marked():
    layout = detected(survey(), widths={"A": 5})
    assert [question.text for question in layout.questions] == list(ASKED)
    assert [question.identifier for question in layout.questions] == ["1.", "2.", "3."]
    assert marks(layout) == wanted("A")


@pytest.mark.parametrize("after", [False, True])
def test_a_box_beside_each_option_is_marked_whatever_its_column_looks_like(after: bool):
    assert marks(detected(survey("☐", after=after))) == wanted("C" if after else "A")


def test_an_option_that_is_marked_already_is_filled():
    rows = survey("☐")
    rows[3][0] = "☒"
    first, second = (answer.filled for answer in detected(rows).questions[0].answers[:2])
    assert (first, second) == (True, False)


def test_wide_blanks_beside_the_parts_of_a_question_take_words_and_no_marks():
    layout = detected(survey(after=True), widths={"C": 60})
    assert not any(marks(layout))


def test_every_mark_is_written_and_nothing_else():
    book = build(Sheet("Survey", survey(), widths={"A": 5}))
    layout = detect_layout(book).sheets[0]
    out = io.BytesIO()
    answers = [CellAnswer("Survey", question.answers[-1].cell, "X") for question in layout.questions]
    fill_workbook(book, answers, out)
    written = openpyxl.load_workbook(out)["Survey"]
    assert [cell.row for cell in written["A"] if cell.value == "X"] == [6, 11, 15]
    assert [written.cell(row, 2).value for row in (6, 11, 15)] == ["Public cloud", "250 or more", "No"]


def test_a_survey_that_was_seen_before_is_mapped_as_it_was():
    book = build(Sheet("Survey", survey(), widths={"A": 5}))
    layout = detect_layout(book).sheets[0]
    with open_book(book) as opened:
        grid = opened.grids[0]
        again = correct_sheet(opened, grid, (), start=recall_sheet(remember_sheet(grid, layout)))
    assert marks(again) == wanted("A")


def test_boxes_below_other_questions_are_found_and_remembered_beside_the_options():
    rows = survey()
    told = ["Describe your support.", "Who are your subcontractors?", "How do you handle an incident?"]
    for n, text in enumerate(told, 4):
        rows += [[f"{n}.", text], ["", Cell("", "answer")], []]
    book = build(Sheet("Survey", rows, widths={"A": 5}))
    layout = detect_layout(book).sheets[0]
    assert [question.text for question in layout.questions] == [*ASKED, *told]
    assert [question.answers[0].cell for question in layout.questions[3:]] == ["B18", "B21", "B24"]
    with open_book(book) as opened:
        grid = opened.grids[0]
        again = correct_sheet(opened, grid, (), start=recall_sheet(remember_sheet(grid, layout)))
    assert again.questions == layout.questions
