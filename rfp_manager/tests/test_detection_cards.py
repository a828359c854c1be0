"""Answers below their questions: cards with a labelled blank, boxes; and cells that are merged over several columns."""

import pytest

from rfp_manager.tests.detection_texts import GERMAN, QUESTIONS
from rfp_manager.tests.workbook_factory import Cell, Sheet, build, heading
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.layout import SheetLayout


def detected(sheet: Sheet) -> SheetLayout:
    return detect_layout(build(sheet)).sheets[0]


@pytest.mark.parametrize(
    ("name", "answer", "texts"),
    [
        ("Question {}", "Response:", QUESTIONS[:5]),
        ("Frage", "Antwort", GERMAN),
        ("Q{}", "Supplier answer", QUESTIONS[:5]),
    ],
)
def test_a_blank_that_is_labelled_as_the_answer_belongs_to_the_question_above(
    name: str, answer: str, texts: list[str]
):
    rows: list[list[object]] = [[Cell("Concept", "title")], []]
    for n, text in enumerate(texts, 1):
        rows += [[name.format(n), text], [answer, Cell("", "answer")], []]
    layout = detected(Sheet("S", rows))
    assert [(q.row, q.text) for q in layout.questions] == [(3 * n, text) for n, text in enumerate(texts, 1)]
    assert [q.answers[0].cell for q in layout.questions] == [f"B{q.row + 1}" for q in layout.questions]
    assert (layout.questions[0].identifier == "Question 1") is (name == "Question {}")


def test_a_title_above_boxed_answers_is_no_question():
    rows: list[list[object]] = [[Cell("Please answer all of this in the yellow boxes", "title")], []]
    for n, text in enumerate(QUESTIONS, 1):
        rows += [[f"{n}. {text}"], [Cell("", "answer")], []]
    layout = detected(Sheet("S", rows))
    assert [q.answers[0].cell for q in layout.questions] == [f"A{3 * n + 1}" for n in range(1, 13)]


def test_an_answer_merged_over_columns_in_all_rows_is_one_answer():
    rows: list[list[object]] = [heading("No.", "Question", "", "Response", "", "")]
    rows += [[f"{n}.1", text, "", "", "", ""] for n, text in enumerate(QUESTIONS, 1)]
    merges = [f"{area[0]}{row}:{area[1]}{row}" for row in range(1, 14) for area in ("BC", "DF")]
    layout = detected(Sheet("S", rows, merges=merges))
    assert [column.column for column in layout.answer_columns] == ["D"]
    assert [[answer.cell for answer in q.answers] for q in layout.questions] == [
        [f"D{row}"] for row in range(2, 14)
    ]


def test_an_answer_merged_over_columns_in_one_row_is_one_answer_there():
    rows = [heading("No.", "Question", "Answer", "Comment")]
    rows += [[f"{n}.1", text, "", ""] for n, text in enumerate(QUESTIONS, 1)]
    layout = detected(Sheet("S", rows, merges=["C4:D4"]))
    assert [[answer.cell for answer in q.answers] for q in layout.questions[1:4]] == [
        ["C3", "D3"],
        ["C4"],
        ["C5", "D5"],
    ]


def test_a_note_that_shares_the_answer_of_the_question_above_is_no_question():
    rows: list[list[object]] = [heading("No.", "Question", "Response")]
    merges = []
    for n, text in enumerate(QUESTIONS, 1):
        merges.append(f"C{len(rows) + 1}:C{len(rows) + 2}")
        rows += [[f"{n}", text, ""], ["", f"Please describe the process and name document {n}.", ""]]
    assert [q.row for q in detected(Sheet("S", rows, merges=merges)).questions] == list(range(2, 26, 2))


def test_a_label_over_a_drawn_blank_belongs_to_the_question_of_its_card():
    rows: list[list[object]] = []
    merges = []
    for n, text in enumerate(QUESTIONS[:4], 1):
        rows += [[Cell(f"Method statement {n} - Quality of service", "section")], ["Question", text]]
        rows += [["Word limit", "1,000 words"], ["Bidder response (type below)"], [Cell("", "answer")], []]
        merges += [f"A{len(rows) - at}:B{len(rows) - at}" for at in (1, 2, 5)]
    layout = detected(Sheet("S", rows, merges=merges))
    assert [(q.row, q.text) for q in layout.questions] == [
        (6 * n + 2, text) for n, text in enumerate(QUESTIONS[:4])
    ]
    assert [q.answers[0].cell for q in layout.questions] == [f"A{6 * n + 5}" for n in range(4)]


CARD_TEXTS = [
    "All data must be exported in an open format.",
    *QUESTIONS[:3],
    "Describe the test environment.",
]


def cards(answers: list[str]) -> Sheet:
    rows: list[list[object]] = []
    for n, (text, said) in enumerate(zip(CARD_TEXTS, answers, strict=True)):
        rows += [["ID", f"REQ-{n}"], ["Requirement", text], ["Priority", "High"]]
        rows += [["Response", said], ["Comment", ""], ["Score (buyer)", ""], []]
    return Sheet("S", rows)


def test_cards_that_are_answered_already_are_questions_like_the_open_ones():
    layout = detected(cards(["Yes", "", "No", "", ""]))
    assert [(q.row, q.text) for q in layout.questions] == [
        (2 + 7 * n, text) for n, text in enumerate(CARD_TEXTS)
    ]
    assert [[a.cell for a in q.answers] for q in layout.questions] == [
        [f"B{4 + 7 * n}", f"B{5 + 7 * n}"] for n in range(5)
    ]
    assert [q.answers[0].filled for q in layout.questions] == [True, False, True, False, False]


def test_cards_that_are_all_answered_are_there_to_be_read():
    assert not detected(cards(["Yes"] * 5)).is_question_sheet


def test_two_labelled_blanks_beside_one_another_below_a_question_are_two_answers():
    rows: list[list[object]] = []
    for n, text in enumerate(QUESTIONS[:4], 1):
        rows += [
            [f"Question {n}", text],
            ["Compliance:", Cell("", "answer"), "Comments:", Cell("", "answer")],
            [],
        ]
    layout = detected(Sheet("S", rows))
    assert [[a.cell for a in q.answers] for q in layout.questions] == [
        [f"B{3 * n + 2}", f"D{3 * n + 2}"] for n in range(4)
    ]
