"""What is remembered of a confirmed layout, and how the next copy of the form is read by it."""

import io
import json
from typing import Any

from rfp_manager.tests.detection_texts import QUESTIONS, REQUIREMENTS
from rfp_manager.tests.test_correcting import corrected, one_table, rows, said
from rfp_manager.tests.two_tables import two_tables
from rfp_manager.tests.workbook_factory import Sheet, build, heading
from rfp_manager.workbooks.detection.correcting import correct_sheet
from rfp_manager.workbooks.layout import SheetLayout
from rfp_manager.workbooks.reading import open_book
from rfp_manager.workbooks.remembering import recall_sheet, remember_sheet


def remembered(source: io.BytesIO, *corrections: Any) -> tuple[SheetLayout, dict[str, Any]]:
    layout = corrected(source, *corrections)
    with open_book(source) as book:
        grid = book.grid("Form")
        assert grid is not None
        return layout, json.loads(json.dumps(remember_sheet(grid, layout)))


def recalled(source: io.BytesIO, memory: dict[str, Any], *corrections: Any) -> SheetLayout:
    with open_book(source) as book:
        grid = book.grid("Form")
        assert grid is not None
        return correct_sheet(book, grid, corrections, start=recall_sheet(memory))


def same_but_for_the_reasons(first: SheetLayout, second: SheetLayout) -> bool:
    return first.to_dict() | {"evidence": []} == second.to_dict() | {"evidence": []}


def test_the_same_form_is_read_exactly_as_it_was_confirmed() -> None:
    corrections = [said("evidence", "C12"), said("not_questions", "B4:B5"), said("nothing", "D2")]
    layout, memory = remembered(two_tables(), *corrections)
    again = recalled(two_tables(), memory)
    assert same_but_for_the_reasons(again, layout)
    assert "Column B is the question: the form was mapped this way before." in again.evidence


def test_a_sheet_left_out_is_left_out_again() -> None:
    _, memory = remembered(two_tables(), said("not_this_sheet"))
    assert not recalled(two_tables(), memory).is_question_sheet
    assert rows(recalled(two_tables(), memory, said("this_sheet"))) == [*range(2, 8), *range(11, 17)]


def test_a_form_with_more_questions_keeps_the_columns() -> None:
    layout, memory = remembered(
        one_table(), said("question", "C"), said("evidence", "E"), said("not_questions", "3:3")
    )
    assert rows(layout) == [2, *range(4, 10)]
    body = [
        [f"A.{n}", q, r, "", ""]
        for n, (q, r) in enumerate(zip(QUESTIONS, [*REQUIREMENTS, *QUESTIONS[:4]], strict=True), 1)
    ]
    longer = build(
        Sheet(
            "Form",
            [heading("ID", "Question", "Requirement", "Answer", "Comment"), *body],
            lists={"D2:D13": ["Yes", "No"]},
        )
    )
    again = recalled(longer, memory)
    assert (again.question_column, rows(again)) == ("C", list(range(2, 14)))
    assert [column.role for column in again.answer_columns] == ["choice", "evidence"]


def test_rows_inserted_above_move_the_whole_mapping() -> None:
    layout, memory = remembered(two_tables(), said("not_questions", "B4"))
    source = two_tables()
    with open_book(source) as book:
        grid = book.grids[1]
        values = [grid.row(row) for row in range(1, grid.height + 1)]
    rows_with_title: list[Any] = [
        ["Supplier form"],
        [""],
        heading(*values[0]),
        *values[1:9],
        heading(*values[9][:3]),
        *values[10:],
    ]
    moved = build(Sheet("Form", rows_with_title, lists={"C4:C9": ["Yes", "No"]}))
    again = recalled(moved, memory)
    assert rows(again) == [row + 2 for row in rows(layout)]


def test_corrections_go_on_from_what_was_remembered() -> None:
    _, memory = remembered(two_tables(), said("not_questions", "B4"))
    assert rows(recalled(two_tables(), memory, said("questions", "B4"))) == [*range(2, 8), *range(11, 17)]


def test_no_text_of_any_cell_is_remembered() -> None:
    _, memory = remembered(two_tables())
    kept = json.dumps(memory)
    assert not [text for text in [*QUESTIONS, *REQUIREMENTS, "A-01", "Vendor response"] if text in kept]
