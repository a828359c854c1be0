"""A person corrects the columns, and the questions follow; layouts survive being stored as JSON."""

import json

import pytest

from rfp_manager.tests.detection_texts import QUESTIONS, REQUIREMENTS
from rfp_manager.tests.workbook_factory import Cell, Sheet, build, heading
from rfp_manager.workbooks.detection import detect_layout, extract_questions
from rfp_manager.workbooks.layout import AnswerColumn, WorkbookLayout
from rfp_manager.workbooks.package import WorkbookError

ROWS = [
    heading("ID", "Question", "Requirement", "Answer", "Comment"),
    [Cell("A", "section"), Cell("Access", "section"), Cell("", "section")],
    *[[f"A.{n}", q, r, "", ""] for n, (q, r) in enumerate(zip(QUESTIONS[:8], REQUIREMENTS, strict=True), 1)],
]
FORM = Sheet("Form", ROWS, lists={"D2:D10": ["Yes", "No"]})


def test_corrected_columns_are_read_as_given():
    layout = extract_questions(
        build(FORM),
        "Form",
        question_column="C",
        id_column="A",
        answer_columns=[AnswerColumn("E", "narrative")],
        header_rows=[1],
    )
    assert [question.text for question in layout.questions] == REQUIREMENTS
    assert [question.identifier for question in layout.questions][:2] == ["A.1", "A.2"]
    assert [answer.cell for answer in layout.questions[0].answers] == ["E3"]
    assert layout.is_question_sheet


def test_excluded_rows_are_no_questions():
    layout = extract_questions(
        build(FORM),
        "Form",
        question_column="B",
        id_column="A",
        answer_columns=[AnswerColumn("D", "choice")],
        header_rows=[1],
        excluded_rows=[4, 6],
    )
    assert [question.row for question in layout.questions] == [3, 5, 7, 8, 9, 10]
    assert layout.questions[0].answers[0].allowed == ("Yes", "No")


def test_a_sheet_that_was_not_found_can_be_read_when_somebody_says_where():
    sheet = Sheet("Odd", [["Topic", "Reply"], ["Premises", ""], ["Staff", ""], ["Tools", ""]])
    assert not detect_layout(build(sheet)).sheets[0].is_question_sheet
    layout = extract_questions(
        build(sheet),
        "Odd",
        question_column="A",
        answer_columns=[AnswerColumn("B", "narrative")],
        header_rows=[1],
    )
    assert [question.text for question in layout.questions] == ["Premises", "Staff", "Tools"]


def test_an_unknown_sheet_is_refused_in_words():
    with pytest.raises(WorkbookError, match='no sheet named "Missing"'):
        extract_questions(build(FORM), "Missing", question_column="A")


def test_a_layout_is_the_same_after_a_trip_through_json():
    ticks = Sheet(
        "Ticks",
        [
            heading("ID", "Requirement", "Yes", "No", "Comment", "", "ID", "Requirement", "Answer"),
            *[
                [f"{n}.1", r, "", "", "", "", f"{n}.2", r + " Always.", ""]
                for n, r in enumerate(REQUIREMENTS, 1)
            ],
        ],
    )
    layout = detect_layout(build(FORM, ticks))
    assert len(layout.sheets[1].tables) == 2
    stored = json.loads(json.dumps(layout.to_dict(), ensure_ascii=False))
    assert WorkbookLayout.from_dict(stored) == layout
    assert WorkbookLayout.from_dict(stored).to_dict() == layout.to_dict()


def test_the_json_has_exactly_the_documented_keys():
    sheet = detect_layout(build(FORM)).to_dict()["sheets"][0]
    assert list(sheet) == [
        "sheet",
        "is_question_sheet",
        "state",
        "header_rows",
        "id_column",
        "question_column",
        "section_column",
        "answer_columns",
        "evidence",
        "questions",
    ]
    question = sheet["questions"][0]
    assert question == {
        "row": 3,
        "identifier": "A.1",
        "section": "Access",
        "text": QUESTIONS[0],
        "answers": [
            {"cell": "D3", "role": "choice", "kind": "value", "allowed": ["Yes", "No"], "filled": False},
            {"cell": "E3", "role": "narrative", "kind": "value", "allowed": None, "filled": False},
        ],
    }
