"""Short names ask as well, and so does a single question, where the form plainly has cells for the answers."""

import pytest

from rfp_manager.tests.detection_texts import QUESTIONS, REQUIREMENTS
from rfp_manager.tests.workbook_factory import Sheet, build, heading
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.layout import SheetLayout

NAMES = [
    "Encryption at rest",
    "Single sign-on",
    "Audit trail",
    "Webhooks",
    "Legal hold",
    "Offline mode",
    "ISO 9001",
]


def detected(sheet: Sheet) -> SheetLayout:
    return detect_layout(build(sheet)).sheets[0]


@pytest.mark.parametrize(
    ("titles", "lists"),
    [
        (("Topic", "Supported?", "Comments"), {"B2:B8": ["Yes", "No", "Roadmap"]}),
        (("Thema", "Vorhanden (Ja/Nein)", "Bemerkung"), {}),
        (("Feature", "Vendor response", "Comments"), {}),
    ],
    ids=["dropdown", "options in the title", "free text"],
)
def test_names_without_identifiers_are_asked_about(titles: tuple[str, ...], lists: dict[str, list[str]]):
    rows = [heading(*titles), *[[name, "", ""] for name in NAMES]]
    layout = detected(Sheet("S", rows, lists=lists))
    assert [question.text for question in layout.questions] == NAMES
    assert [column.column for column in layout.answer_columns] == ["B", "C"]


@pytest.mark.parametrize(
    "titles",
    [("Milestone", "Date", "Owner"), ("Item", "Quantity", "Unit price"), ("Criterion", "Weight", "Score")],
)
def test_names_beside_blank_cells_of_another_kind_ask_nothing(titles: tuple[str, ...]):
    rows = [heading(*titles), *[[name, "", ""] for name in NAMES]]
    assert not detected(Sheet("S", rows)).is_question_sheet


def test_one_question_under_plain_titles_is_a_questionnaire():
    layout = detected(Sheet("S", [heading("No.", "Question", "Supplier response"), [1, QUESTIONS[3], ""]]))
    assert [question.text for question in layout.questions] == [QUESTIONS[3]]


def test_sub_questions_that_recur_are_questions():
    rows: list[list[object]] = [heading("No.", "Question", "Response")]
    for n, text in enumerate(QUESTIONS[:6], 1):
        rows += [[n, text, ""], ["", "a) State the owner.", ""], ["", "b) Attach a copy.", ""]]
    assert len(detected(Sheet("S", rows)).questions) == 18


@pytest.mark.parametrize(
    "titles",
    [
        ("Yes", "No", "Roadmap"),
        ("Standard", "Configuration", "Customisation", "Not available"),
        ("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"),
        ("1", "2", "3", "4", "5"),
        ("S", "C", "D", "N"),
    ],
    ids=lambda titles: "-".join(titles),
)
def test_narrow_columns_side_by_side_are_options_to_be_marked(titles: tuple[str, ...]):
    rows: list[list[object]] = [heading("No.", "Statement", *titles, "Remarks")]
    rows += [[f"{n}.1", text, *[""] * (len(titles) + 1)] for n, text in enumerate(REQUIREMENTS, 1)]
    letters = "CDEFG"[: len(titles)]
    layout = detected(
        Sheet("S", rows, widths={"B": 70, **dict.fromkeys(letters, 7), "CDEFGH"[len(titles)]: 40})
    )
    ticks = [(a.cell, a.option) for a in layout.questions[0].answers if a.kind == "tick"]
    assert ticks == [(f"{letter}2", title) for letter, title in zip(letters, titles, strict=True)]
    assert layout.questions[0].answers[-1].role == "narrative"


def test_codes_of_a_legend_over_columns_are_options_to_be_marked():
    rows: list[list[object]] = [
        ["FC = fully compliant"],
        ["PC = partially compliant"],
        ["NC = not compliant"],
        [],
    ]
    rows += [heading("No.", "Requirement", "FC", "PC", "NC", "Explanation")]
    rows += [[f"{n}.1", text, "", "", "", ""] for n, text in enumerate(REQUIREMENTS, 1)]
    answers = detected(Sheet("S", rows)).questions[0].answers
    assert [a.option for a in answers] == ["FC", "PC", "NC", None]


def test_phases_over_blank_columns_are_no_scale():
    rows: list[list[object]] = [heading("Practice", "Notes", "1", "2", "3")]
    rows += [[name, "", "", "", ""] for name in NAMES]
    assert not any(a.kind == "tick" for q in detected(Sheet("S", rows)).questions for a in q.answers)
