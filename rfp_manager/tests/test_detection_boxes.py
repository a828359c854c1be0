"""Answers some rows below their questions, and questions that stand on a sheet with nothing else."""

import pytest

from rfp_manager.tests.detection_texts import GERMAN, QUESTIONS, REQUIREMENTS
from rfp_manager.tests.workbook_factory import Cell, Sheet, build
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.detection.correcting import correct_sheet
from rfp_manager.workbooks.layout import NEXT_BOX, SheetLayout
from rfp_manager.workbooks.reading import open_book
from rfp_manager.workbooks.remembering import recall_sheet, remember_sheet

REQUESTS = [
    "Describe how you would take over the service in the first ninety days.",
    "Please set out how complaints are recorded and closed.",
    "State the share of consumables that carry a label.",
]


def detected(sheet: Sheet) -> SheetLayout:
    return detect_layout(build(sheet)).sheets[0]


def places(layout: SheetLayout) -> list[tuple[int, str]]:
    return [(question.row, question.answers[0].cell) for question in layout.questions]


@pytest.mark.parametrize("between", [1, 2, 3])
def test_rows_may_stand_between_the_question_of_a_card_and_its_answer(between: int):
    rows: list[list[object]] = []
    for n, text in enumerate(QUESTIONS[:6], 1):
        rows += [
            [f"Question {n}", text],
            *([["Weighting", "10 %"]] * between),
            ["Response", Cell("", "answer")],
            [],
        ]
    layout = detected(Sheet("S", rows))
    high = between + 3
    assert places(layout) == [(1 + n * high, f"B{2 + between + n * high}") for n in range(6)]
    assert layout.answer_columns[0].below == between + 1


def test_an_answer_may_stand_beside_its_label_under_a_question_over_both_columns():
    rows: list[list[object]] = []
    for n, text in enumerate(GERMAN, 1):
        rows += [[f"{n}. {text}"], ["Antwort", Cell("", "answer")], []]
    merges = [f"A{3 * n + 1}:B{3 * n + 1}" for n in range(len(GERMAN))]
    layout = detected(Sheet("S", rows, merges=merges))
    assert places(layout) == [(3 * n + 1, f"B{3 * n + 2}") for n in range(len(GERMAN))]


@pytest.mark.parametrize(
    "hint", [[["At most 300 words."]], [["Your answer must not exceed 300 words."]], [["Answer:"]], [[]]]
)
def test_a_drawn_box_below_a_hint_belongs_to_the_question_above(hint: list[list[object]]):
    rows: list[list[object]] = [[Cell("Quality", "title")], []]
    for n, text in enumerate([*REQUESTS, *QUESTIONS[:3]], 1):
        rows += [[f"Q{n}. {text}"], *hint, [Cell("", "answer")], []]
    assert places(detected(Sheet("S", rows))) == [(3 + 4 * n, f"A{5 + 4 * n}") for n in range(6)]


def test_numbers_before_questions_over_boxes_are_their_identifiers():
    rows: list[list[object]] = []
    for n, text in enumerate(QUESTIONS[:6], 1):
        rows += [[f"Q{n}", text], ["", Cell("", "answer")], []]
    layout = detected(Sheet("S", rows))
    assert places(layout) == [(1 + 3 * n, f"B{2 + 3 * n}") for n in range(6)]
    assert layout.questions[0].identifier == "Q1"


def test_a_remembered_form_has_its_answers_as_far_below_as_before():
    rows: list[list[object]] = []
    for n, text in enumerate(QUESTIONS[:5], 1):
        rows += [[f"Question {n}", text], ["Points", 5], ["Answer", Cell("", "answer")], []]
    sheet = Sheet("S", rows)
    with open_book(build(sheet)) as book:
        grid = book.grids[0]
        layout = correct_sheet(book, grid, [])
        again = correct_sheet(book, grid, [], start=recall_sheet(remember_sheet(grid, layout)))
    assert places(again) == places(layout) == [(1 + 4 * n, f"B{3 + 4 * n}") for n in range(5)]


def test_a_blank_below_labels_that_ask_nothing_is_no_box():
    rows: list[list[object]] = []
    for n in range(1, 5):
        rows += [[f"SHA{n} Hash of the package that was tested"], [Cell("", "answer")], []]
    assert not detected(Sheet("S", rows)).is_question_sheet


def test_questions_requests_and_requirements_may_stand_on_a_sheet_alone():
    texts = [*QUESTIONS[:5], *REQUESTS, *REQUIREMENTS[:5]]
    assert places(detected(Sheet("S", [[text] for text in texts]))) == [
        (row, f"B{row}") for row in range(1, len(texts) + 1)
    ]


def test_titles_between_numbered_questions_of_a_bare_list_are_no_questions():
    texts = ["Questions on security", "Please answer all of them in full.", "A. Organisation"]
    texts += [f"A{n} {text}" for n, text in enumerate([*QUESTIONS[:6], *REQUIREMENTS[:4]], 1)]
    assert [row for row, _ in places(detected(Sheet("S", [[text] for text in texts])))] == list(range(4, 14))


@pytest.mark.parametrize(
    "texts",
    [
        REQUIREMENTS,
        [
            part
            for text in QUESTIONS[:6]
            for part in (text, "This is answered on the portal of the authority.")
        ],
        [
            "Please complete all tabs.",
            "State your prices without taxes in euro.",
            "Which tabs? All the blue ones.",
            *REQUESTS,
        ],
    ],
)
def test_conditions_frequent_questions_and_instructions_ask_nothing(texts: list[str]):
    assert not detected(Sheet("S", [[text] for text in texts])).is_question_sheet


def test_titles_above_half_of_the_questions_are_not_the_questions():
    rows: list[list[object]] = []
    for n, text in enumerate(QUESTIONS[:4]):
        title = (
            [[Cell(f"Criterion {n} : Organisation of the work (40 points)", "section")]] if n % 2 == 0 else []
        )
        rows += [*title, [f"{n}. {text}"], [Cell("", "answer")], []]
    assert places(detected(Sheet("S", rows))) == [(2, "A3"), (5, "A6"), (9, "A10"), (12, "A13")]


def test_some_questions_may_have_more_hints_above_their_box_than_others():
    rows: list[list[object]] = [[Cell("Quality", "title")], []]
    wanted = []
    for n, text in enumerate([*REQUESTS, *QUESTIONS[:3]]):
        asked = len(rows) + 1
        hints = [[Cell("Include the names of those who lead.", "hint")], [Cell("At most 300 words.", "hint")]]
        rows += [[f"{n + 1}. {text}"], *hints[: n % 3], [Cell("", "answer")], []]
        wanted.append((asked, f"A{len(rows) - 1}"))
    sheet = Sheet("S", rows)
    with open_book(build(sheet)) as book:
        grid = book.grids[0]
        layout = correct_sheet(book, grid, [])
        again = correct_sheet(book, grid, [], start=recall_sheet(remember_sheet(grid, layout)))
    assert places(layout) == places(again) == wanted
    assert layout.answer_columns[0].below == NEXT_BOX


def test_boxes_that_are_filled_in_already_belong_to_questions_like_the_blank_ones():
    rows: list[list[object]] = [[Cell("Quality", "title")], []]
    for n, text in enumerate(QUESTIONS[:5]):
        said = (
            "We publish a report every quarter, and discuss it with all of our customers." if n == 2 else ""
        )
        rows += [[f"{n + 1}. {text}"], [Cell(said, "answer")], []]
    layout = detected(Sheet("S", rows))
    assert places(layout) == [(3 + 3 * n, f"A{4 + 3 * n}") for n in range(5)]
    assert [q.answers[0].filled for q in layout.questions] == [False, False, True, False, False]


def test_a_plain_row_below_each_coloured_question_is_for_its_answer():
    rows: list[list[object]] = [["", Cell("Due diligence", "title")], []]
    for n, text in enumerate([*REQUESTS, *QUESTIONS[:2], "Describe the ownership structure."], 1):
        rows += [[Cell(f"1.{n}", "section"), Cell(text, "section")], []]
    assert places(detected(Sheet("S", rows))) == [(1 + 2 * n, f"B{2 + 2 * n}") for n in range(1, 7)]


def test_coloured_titles_with_a_blank_row_below_ask_nothing():
    rows: list[list[object]] = []
    for n in range(1, 6):
        rows += [
            [Cell(f"Chapter {n} of the terms that apply to this", "section")],
            [],
            ["The terms apply to all orders."],
        ]
    assert not detected(Sheet("S", rows)).is_question_sheet


def test_hints_as_long_as_questions_are_not_taken_for_them():
    rows: list[list[object]] = []
    wanted = []
    for n, text in enumerate(REQUESTS + QUESTIONS[:1]):
        wanted.append(len(rows) + 1)
        hints = [
            [
                ["Responses should be limited to two pages of text."],
                ["Case studies may be included as well."],
            ],
            [],
        ]
        rows += [[f"B{n} {text}"], *hints[n % 2], [Cell("", "answer")], []]
    assert [row for row, _cell in places(detected(Sheet("S", rows)))] == wanted
