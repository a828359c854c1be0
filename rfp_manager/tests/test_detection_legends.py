"""Codes that a form explains: which are asked for, and which the customer has used for priorities of its own."""

import pytest

from rfp_manager.tests.detection_texts import QUESTIONS, REQUIREMENTS
from rfp_manager.tests.workbook_factory import Cell, Sheet, build, heading
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.layout import SheetLayout

PRIORITIES = [["H = high"], ["M = medium"], ["L = low"]]
CODES = [["FC = fully compliant"], ["PC = partially compliant"], ["NC = not compliant"]]


def detected(*above: list[object], titles: tuple[str, ...], cells: list[list[object]]) -> SheetLayout:
    rows = [*above, [], heading(*titles)]
    rows += [[f"R{n}", text, *cells[n % len(cells)]] for n, text in enumerate(REQUIREMENTS, 1)]
    return detect_layout(build(Sheet("S", rows))).sheets[0]


def test_codes_of_the_customers_priorities_are_not_the_answers():
    titles = ("ID", "Requirement", "Priority", "Response", "Comments")
    cells: list[list[object]] = [["H", "", ""], ["M", "", ""], ["L", "", ""]]
    layout = detected(*PRIORITIES, titles=titles, cells=cells)
    assert [(c.column, c.role) for c in layout.answer_columns] == [("D", "narrative"), ("E", "narrative")]
    layout = detected(*PRIORITIES, ["Compliance"], *CODES, titles=titles, cells=cells)
    assert layout.questions[0].answers[0].role == "code"
    assert layout.questions[0].answers[0].allowed == ("FC", "PC", "NC")


@pytest.mark.parametrize(
    ("legend", "codes"),
    [
        ([["0 = not supported"], ["1 = with customisation"], ["2 = out of the box"]], ("0", "1", "2")),
        ([["Response codes: F - fully met; P - partly met; N - not met"]], ("F", "P", "N")),
        ([["F = fully met, P = partly met, N = not met"]], ("F", "P", "N")),
    ],
    ids=["digits", "after a title", "commas"],
)
def test_a_legend_is_read_however_it_is_written(legend: list[list[object]], codes: tuple[str, ...]):
    layout = detected(*legend, titles=("ID", "Requirement", "Response", "Comments"), cells=[["", ""]])
    assert layout.questions[0].answers[0].allowed == codes


def test_steps_of_an_instruction_are_no_legend():
    steps: list[list[object]] = [
        ["1 - Read all of the sheets"],
        ["2 - Answer each question"],
        ["3 - Send it back"],
    ]
    layout = detected(*steps, titles=("ID", "Requirement", "Response", "Comments"), cells=[["", ""]])
    assert layout.questions[0].answers[0].role == "narrative"


@pytest.mark.parametrize(
    ("title", "options"),
    [
        ("Compliance (FC/PC/NC)", ("FC", "PC", "NC")),
        ("Standard / Config / Custom / Not available", ("Standard", "Config", "Custom", "Not available")),
    ],
)
def test_codes_and_kinds_of_fit_in_a_title_are_the_options(title: str, options: tuple[str, ...]):
    layout = detected([], titles=("ID", "Requirement", title, "Comments"), cells=[["", ""]])
    assert layout.questions[0].answers[0].allowed == options


def test_a_numbered_section_that_is_drawn_over_its_answer_cell_is_no_question():
    rows: list[list[object]] = [heading("ID", "Requirements", "Answer")]
    for n, name in enumerate(
        ("General requirements for the solution", "Requirements for its maintenance"), 1
    ):
        rows.append([Cell(str(n), "section"), Cell(name, "section"), Cell("", "section")])
        rows += [[f"{n}.{m}", text, ""] for m, text in enumerate(REQUIREMENTS, 1)]
    layout = detect_layout(build(Sheet("S", rows, lists={"C2:C40": ["Yes", "No"]}))).sheets[0]
    assert [q.row for q in layout.questions] == [*range(3, 11), *range(12, 20)]
    assert layout.questions[-1].section == "Requirements for its maintenance"


def test_a_main_question_in_bold_with_its_own_answer_is_a_question():
    rows: list[list[object]] = [heading("ID", "Question", "Answer")]
    for n, text in enumerate(QUESTIONS, 1):
        rows += [[str(n), Cell(text, "title"), ""], [f"{n}.1", "If so, since when and for whom?", ""]]
    layout = detect_layout(build(Sheet("S", rows))).sheets[0]
    assert [q.row for q in layout.questions] == list(range(2, 26))


def test_boxes_to_be_ticked_in_the_answer_cell_make_a_short_text_a_question():
    rows: list[list[object]] = [heading("No.", "Question", "Response")]
    rows += [["2.1", "Indicate whether you have been convicted of any of the offences below.", ""]]
    rows += [
        ["", name, "☐ Yes   ☐ No"] for name in ("Corruption", "Fraud", "Terrorist offences", "Child labour")
    ]
    rows += [[f"2.{n}", text, ""] for n, text in enumerate(QUESTIONS[:3], 2)]
    layout = detect_layout(build(Sheet("S", rows))).sheets[0]
    assert [q.row for q in layout.questions] == list(range(2, 10))
    assert not any(q.answers[0].filled for q in layout.questions)


def test_a_legend_that_names_a_column_is_for_that_column():
    rows: list[list[object]] = [
        ["Niveau : O = obligatoire, S = souhaité"],
        ["Couverture : T = totale, N = non couverte"],
    ]
    rows += [[], heading("Réf.", "Exigence", "Niveau", "Couverture", "Commentaires")]
    rows += [[f"F{n}", text, "OS"[n % 2], "", ""] for n, text in enumerate(REQUIREMENTS, 1)]
    layout = detect_layout(build(Sheet("S", rows))).sheets[0]
    assert [(a.column, a.role) for a in layout.answer_columns] == [("D", "code"), ("E", "narrative")]
    assert layout.questions[0].answers[0].allowed == ("T", "N")
