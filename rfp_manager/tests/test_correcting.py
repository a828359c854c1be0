"""Each correction that a person can make, on sheets with one table and with two."""

import io

import pytest

from rfp_manager.tests.detection_texts import QUESTIONS, REQUIREMENTS
from rfp_manager.tests.two_tables import two_tables
from rfp_manager.tests.workbook_factory import Sheet, build, heading
from rfp_manager.workbooks.detection.correcting import LEFT_OUT, correct_sheet
from rfp_manager.workbooks.detection.corrections import Correction, CorrectionRefused, Selection
from rfp_manager.workbooks.layout import SheetLayout
from rfp_manager.workbooks.reading import open_book


def said(action: str, selection: str = "", table: int | None = None) -> Correction:
    return Correction(action, Selection.parse(selection) if selection else Selection(), table)


def corrected(source: io.BytesIO, *corrections: Correction, sheet: str = "Form") -> SheetLayout:
    with open_book(source) as book:
        grid = book.grid(sheet)
        assert grid is not None
        return correct_sheet(book, grid, corrections)


def rows(layout: SheetLayout) -> list[int]:
    return [question.row for question in layout.questions]


def roles(layout: SheetLayout, row: int) -> dict[str, str]:
    question = next(question for question in layout.questions if question.row == row)
    return {answer.cell: answer.role for answer in question.answers}


def one_table() -> io.BytesIO:
    body = [
        [f"A.{n}", q, r, "", ""] for n, (q, r) in enumerate(zip(QUESTIONS[:8], REQUIREMENTS, strict=True), 1)
    ]
    return build(
        Sheet(
            "Form",
            [heading("ID", "Question", "Requirement", "Answer", "Comment"), *body],
            lists={"D2:D9": ["Yes", "No"]},
        )
    )


def test_nothing_said_is_what_was_detected() -> None:
    layout = corrected(two_tables())
    assert rows(layout) == [*range(2, 8), *range(11, 17)]
    assert [table.question_column for table in layout.tables] == ["B", "B"]
    assert roles(layout, 2) == {"C2": "choice", "D2": "narrative"}
    assert roles(layout, 11) == {"C11": "narrative"}


def test_a_column_becomes_the_question_and_the_old_one_has_no_role() -> None:
    layout = corrected(one_table(), said("question", "C"))
    assert [question.text for question in layout.questions] == REQUIREMENTS
    assert layout.question_column == "C"
    assert layout.id_column == "A"
    assert "Column C is the question: a person chose it." in layout.evidence
    assert not any(reason.startswith("Column B is the question") for reason in layout.evidence)


def test_rows_of_a_question_that_is_merged_downwards_are_questions_with_its_text() -> None:
    body = [
        [f"{n}" if first else "", text if first else "", part, ""]
        for n, text in enumerate(QUESTIONS[:4])
        for part, first in (("for the cloud service", True), ("for the app", False), ("for support", False))
    ]
    form = Sheet(
        "Form",
        [heading("ID", "Question", "Part", "Answer"), *body],
        merges=[f"{column}{row}:{column}{row + 2}" for column in "AB" for row in (2, 5, 8, 11)],
        lists={"D2:D13": ["Yes", "No"]},
    )
    layout = corrected(build(form), said("question", "B"), said("identifier", "A"), said("questions", "2:13"))
    assert rows(layout) == [*range(2, 14)]
    assert [question.text for question in layout.questions] == [
        text for text in QUESTIONS[:4] for _ in range(3)
    ]
    assert [question.identifier for question in layout.questions[:4]] == ["0", "0", "0", "1"]
    assert roles(layout, 4) == {"D4": "choice"}


def test_identifier_and_section_are_taken_from_the_columns_given() -> None:
    layout = corrected(one_table(), said("section", "A"), said("identifier", "C"))
    assert (layout.section_column, layout.id_column) == ("A", "C")
    assert layout.questions[1].section == "A.2"
    assert layout.questions[1].identifier == REQUIREMENTS[1]


@pytest.mark.parametrize("role", ["choice", "narrative", "evidence", "code"])
def test_a_column_takes_answers_of_a_role(role: str) -> None:
    layout = corrected(one_table(), said(role, "E4:E5"))
    assert roles(layout, 2)["E2"] == role
    assert roles(layout, 2)["D2"] == "choice"


def test_several_columns_are_options_to_be_marked() -> None:
    layout = corrected(one_table(), said("option", "D:E"))
    cells = layout.questions[0].answers
    assert [(cell.cell, cell.kind, cell.option) for cell in cells] == [
        ("D2", "tick", "Answer"),
        ("E2", "tick", "Comment"),
    ]


def test_a_column_is_left_without_a_role() -> None:
    assert roles(corrected(one_table(), said("nothing", "E")), 2) == {"D2": "choice"}


def test_rows_are_taken_out_and_put_back() -> None:
    source = one_table()
    assert rows(corrected(source, said("not_questions", "3:5"))) == [2, 6, 7, 8, 9]
    assert rows(corrected(source, said("not_questions", "3:5"), said("questions", "B4"))) == [
        2,
        4,
        6,
        7,
        8,
        9,
    ]


def test_a_row_becomes_a_heading_and_a_question_again() -> None:
    source = one_table()
    layout = corrected(source, said("header", "2:2"))
    assert layout.header_rows == (1, 2)
    assert rows(layout) == list(range(3, 10))
    again = corrected(source, said("header", "2:2"), said("questions", "2:2"))
    assert (again.header_rows, rows(again)) == ((1,), list(range(2, 10)))


def test_correcting_one_of_two_tables_keeps_the_other() -> None:
    layout = corrected(two_tables(), said("evidence", "C12"), said("not_questions", "B13:B14"))
    assert roles(layout, 11) == {"C11": "evidence"}
    assert roles(layout, 2) == {"C2": "choice", "D2": "narrative"}
    assert rows(layout) == [*range(2, 8), 11, 12, 15, 16]
    by_number = corrected(two_tables(), said("nothing", "C", table=1), said("choice", "C", table=1))
    assert roles(by_number, 2)["C2"] == "choice"
    assert roles(by_number, 11)["C11"] == "choice"


def test_a_whole_column_of_a_sheet_with_two_tables_needs_the_table_as_well() -> None:
    with pytest.raises(CorrectionRefused, match="several tables"):
        corrected(two_tables(), said("evidence", "C"))


def test_a_sheet_is_left_out_and_taken_back_with_its_corrections() -> None:
    out = corrected(two_tables(), said("not_questions", "2:2"), said("not_this_sheet"))
    assert not out.is_question_sheet
    assert out.evidence == (LEFT_OUT,)
    back = corrected(two_tables(), said("not_questions", "2:2"), said("not_this_sheet"), said("this_sheet"))
    assert rows(back) == [*range(3, 8), *range(11, 17)]


def test_reset_is_what_was_detected() -> None:
    source = two_tables()
    wild = [said("question", "A5"), said("not_questions", "2:5"), said("not_this_sheet"), said("reset")]
    assert corrected(source, *wild) == corrected(source)


def test_a_sheet_that_was_not_found_is_read_by_the_column_named() -> None:
    odd = build(Sheet("Odd", [["Topic", "Reply"], ["Premises", ""], ["Staff", ""], ["Tools", ""]]))
    assert not corrected(odd, sheet="Odd").is_question_sheet
    layout = corrected(odd, said("question", "A"), said("narrative", "B"), sheet="Odd")
    assert [question.text for question in layout.questions] == ["Premises", "Staff", "Tools"]
    assert roles(layout, 3) == {"B3": "narrative"}


def test_this_sheet_too_reads_a_hidden_sheet() -> None:
    body = [[f"A.{n}", text, ""] for n, text in enumerate(QUESTIONS[:6], 1)]
    hidden = build(
        Sheet("Seen", [["x"]]), Sheet("Form", [heading("ID", "Question", "Answer"), *body], hidden=True)
    )
    assert not corrected(hidden).is_question_sheet
    assert rows(corrected(hidden, said("this_sheet"))) == list(range(2, 8))


@pytest.mark.parametrize(
    ("correction", "sentence"),
    [
        (said("question", "B:C"), "single column"),
        (said("question", "F"), "no text"),
        (said("choice", "B"), "is the question"),
        (said("choice", "2:3"), "Select a column"),
        (said("header", "C"), "Select the rows"),
        (said("header", "2:9"), "one to four rows"),
        (said("header", "12:12"), "one to four rows"),
        (said("questions", "40:50"), "no text"),
        (said("not_questions", "1:1"), "None of the selected rows"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(correction: Correction, sentence: str) -> None:
    with pytest.raises(CorrectionRefused, match=sentence):
        corrected(one_table(), correction)


@pytest.mark.parametrize(
    ("text", "rows", "columns", "written"),
    [
        ("C", None, (3, 3), "C"),
        ("d:b", None, (2, 4), "B:D"),
        ("5:9", (5, 9), None, "5:9"),
        ("7", (7, 7), None, "7:7"),
        ("$B$5", (5, 5), (2, 2), "B5"),
        (" C9 : B5 ", (5, 9), (2, 3), "B5:C9"),
    ],
)
def test_selections_are_read_as_a_spreadsheet_writes_them(
    text: str, rows: tuple[int, int] | None, columns: tuple[int, int] | None, written: str
) -> None:
    selection = Selection.parse(text)
    assert (selection.rows, selection.columns, str(selection)) == (rows, columns, written)
    assert Selection.parse(written) == selection


@pytest.mark.parametrize("text", ["", ":", "hello", "5:C", "ZZZ", "A0", "B5:", "A1:B2:C3", "A99999999"])
def test_what_is_no_selection_is_refused(text: str) -> None:
    with pytest.raises(CorrectionRefused):
        Selection.parse(text)
