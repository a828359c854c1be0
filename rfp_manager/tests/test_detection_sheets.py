"""Which sheets ask: forms do; instructions, lookups, scores, logs, covers and hidden sheets do not."""

import datetime

import pytest

from rfp_manager.tests.detection_texts import QUESTIONS, REQUIREMENTS
from rfp_manager.tests.workbook_factory import Cell, Sheet, build, computed, heading
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.layout import WorkbookLayout

FORM = Sheet(
    "Form",
    [heading("ID", "Question", "Answer"), *[[f"{n}.1", t, ""] for n, t in enumerate(QUESTIONS, 1)]],
    lists={"C2:C13": ["Yes", "No"]},
)
INSTRUCTIONS = Sheet(
    "Read me",
    [
        [Cell("How to fill in this workbook", "title")],
        [],
        ["1.", "Answer every question on the following sheets. Choose from the list where there is one."],
        ["2.", "Use the comment column to explain answers that need more than a yes or a no."],
        ["3.", "Do not change the structure of the workbook, and do not add sheets or columns."],
        ["4.", "Do you have questions? Write to the address on the cover of the tender documents."],
        ["5.", "Return the file before the date that is given in the invitation, in the same format."],
    ],
    widths={"B": 90},
)
LOOKUP = Sheet(
    "Lists",
    [
        heading("Answer", "Rating", "Country", "Maturity"),
        ["Yes", "High", "Austria", "Initial"],
        ["No", "Medium", "Belgium", "Repeatable"],
        ["Partial", "Low", "Chile", "Defined"],
        ["N/A", "", "Denmark", "Managed"],
    ],
)
SCORES = Sheet(
    "Scores",
    [
        heading("Category", "Answered", "Total", "Percentage"),
        *[
            [name, computed(3, "COUNTA(Form!C:C)"), computed(12, "12"), computed(0.25, "B2/C2")]
            for name in ("Access control and identity", "Operations and backup", "People", "Suppliers")
        ],
    ],
)
CHANGES = Sheet(
    "History",
    [
        heading("Version", "Date", "Author", "Description of the change", "Approved"),
        *[
            [
                f"1.{n}",
                datetime.date(2026, n, 3),
                "A. Person",
                f"The questions of part {n} were reworded.",
                "",
            ]
            for n in range(1, 9)
        ],
    ],
)
GLOSSARY = Sheet(
    "Terms",
    [
        heading("Term", "Meaning"),
        ["Personal data", "Any information that relates to an identified or identifiable person."],
        ["Incident", "An event that harms the confidentiality, integrity or availability of data."],
        ["Supplier", "The company that answers this form and that will sign the contract."],
        ["Service", "What the supplier provides, as it is described in the specification."],
    ],
)
ANSWERED_BEFORE = Sheet(
    "FAQ",
    [
        heading("Question", "Answer"),
        *[
            [text, f"Yes. {requirement} This was explained before."]
            for text, requirement in zip(QUESTIONS, REQUIREMENTS, strict=False)
        ],
    ],
)
COVER = Sheet(
    "Cover",
    [
        [Cell("Security assessment of suppliers", "title")],
        [],
        ["Supplier:", Cell("", "answer")],
        ["Address:", Cell("", "answer")],
        ["Contact:", Cell("", "answer")],
        ["E-mail:", Cell("", "answer")],
        ["Date:", Cell("", "answer")],
    ],
)
EMPTY_REGISTER = Sheet(
    "Risks", [heading("ID", "Risk", "Owner", "Measure", "Status")], lists={"E2:E100": ["Open", "Done"]}
)
REPEATED_ANSWERS = Sheet(
    "Report",
    [
        heading("ID", "Question", "Answer"),
        *[[computed(f"{n}.1"), computed(t), computed("Yes")] for n, t in enumerate(QUESTIONS, 1)],
    ],
    lists={"C2:C13": ["Yes", "No"]},
)


def detected(*sheets: Sheet) -> WorkbookLayout:
    return detect_layout(build(*sheets))


@pytest.mark.parametrize(
    "sheet",
    [
        INSTRUCTIONS,
        LOOKUP,
        SCORES,
        CHANGES,
        GLOSSARY,
        ANSWERED_BEFORE,
        COVER,
        EMPTY_REGISTER,
        REPEATED_ANSWERS,
    ],
    ids=lambda sheet: sheet.name,
)
def test_a_sheet_that_asks_nothing_is_known_as_such(sheet: Sheet):
    layout = detected(FORM, sheet)
    assert [found.is_question_sheet for found in layout.sheets] == [True, False]
    assert layout.sheets[1].questions == ()
    assert layout.sheets[1].evidence


@pytest.mark.parametrize("hidden", [True, False])
def test_a_hidden_sheet_is_never_asked(hidden: bool):
    copy = Sheet("Copy", FORM.rows, lists=FORM.lists, hidden=hidden)
    assert detected(FORM, copy).sheets[1].is_question_sheet is not hidden


def test_every_sheet_is_listed_in_the_order_of_the_workbook():
    layout = detected(INSTRUCTIONS, FORM, LOOKUP, SCORES)
    assert [sheet.sheet for sheet in layout.sheets] == ["Read me", "Form", "Lists", "Scores"]
    assert layout.question_count == len(QUESTIONS)


def test_an_empty_sheet_asks_nothing():
    assert detected(Sheet("Empty", []), FORM).sheets[0].is_question_sheet is False


def test_a_list_of_questions_without_a_place_for_answers_still_asks():
    rows = [
        ["ref", "text", "kind"],
        *[[f"{n}.1", t, "TXT" if n % 3 else "YN"] for n, t in enumerate(QUESTIONS, 1)],
    ]
    sheet = detected(Sheet("Content", rows)).sheets[0]
    assert sheet.is_question_sheet
    assert [len(question.answers) for question in sheet.questions] == [0] * len(QUESTIONS)


def test_the_verdict_is_explained_in_sentences():
    sheet = detected(FORM).sheets[0]
    text = " ".join(sheet.evidence)
    assert all(sentence.endswith(".") for sentence in sheet.evidence)
    assert "Column B is the question" in text
    assert "Column C takes answers (choice)" in text


def test_a_short_form_of_three_questions_is_found():
    rows = [heading("Question", "Answer", "Comment"), *[[text, "", ""] for text in QUESTIONS[:3]]]
    assert len(detected(Sheet("Form", rows, lists={"B2:B4": ["Yes", "No"]})).sheets[0].questions) == 3


@pytest.mark.parametrize("announced", [True, False])
def test_a_few_answered_rows_below_the_word_example_ask_nothing(announced: bool):
    rows: list[list[object]] = [["An example is given below." if announced else "Please answer below."], []]
    rows += [heading("No.", "Question", "Answer", "Comment")]
    rows += [[1, QUESTIONS[0], "Yes", "On all devices"], [2, QUESTIONS[1], "No", "Planned for next year"]]
    assert detect_layout(build(Sheet("How to", rows))).sheets[0].is_question_sheet is not announced


def test_scripts_for_tests_ask_nothing():
    rows: list[list[object]] = [
        heading("TC", "Step", "Expected result", "Actual result", "Pass/Fail", "Tester")
    ]
    rows += [[f"TC{n}", text, "As specified", "", "", ""] for n, text in enumerate(REQUIREMENTS[:6], 1)]
    assert not detect_layout(build(Sheet("Tests", rows))).sheets[0].is_question_sheet
