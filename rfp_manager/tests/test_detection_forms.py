"""Forms of labels and blanks: about the supplier they ask; about an audit, a price or a signature they do not."""

import pytest

from rfp_manager.tests.detection_texts import QUESTIONS
from rfp_manager.tests.workbook_factory import Cell, Sheet, build, computed, heading
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.layout import SheetLayout

BLANK = Cell("", "answer")


def detected(sheet: Sheet) -> SheetLayout:
    return detect_layout(build(sheet)).sheets[0]


def test_labels_beside_coloured_cells_ask_after_the_supplier():
    rows: list[list[object]] = [
        [Cell("Supplier information", "title")],
        [],
        [Cell("Company", "section"), Cell("", "section")],
        *[
            [label, BLANK]
            for label in ("Legal name", "Registered office", "Year of incorporation", "VAT number")
        ],
        [Cell("Contact person", "section"), Cell("", "section")],
        *[[label, BLANK] for label in ("Name", "E-mail", "Telephone")],
    ]
    layout = detected(Sheet("Form", rows))
    assert [question.row for question in layout.questions] == [4, 5, 6, 7, 9, 10, 11]
    assert {question.answers[0].cell[0] for question in layout.questions} == {"B"}
    assert [layout.questions[n].section for n in (0, -1)] == ["Company", "Contact person"]


@pytest.mark.parametrize(
    "labels",
    [
        ("Firmenname:", "Rechtsform:", "Anschrift:", "Umsatz 2025:", "Ansprechpartner:"),
        ("Raison sociale", "Adresse", "SIRET", "Téléphone", "Effectif total"),
        ("Razón social", "Domicilio social", "CIF", "Correo electrónico"),
        ("Bedrijfsnaam", "Adres", "KvK-nummer", "Contactpersoon"),
    ],
    ids=["german", "french", "spanish", "dutch"],
)
def test_plain_labels_of_any_companys_form_need_no_colour(labels: tuple[str, ...]):
    layout = detected(Sheet("Form", [["Formular"], [], *[[label, "", "Hint"] for label in labels]]))
    assert [question.text for question in layout.questions] == list(labels)
    assert layout.questions[0].answers[0].cell == "B3"


def test_references_are_asked_for_block_by_block():
    rows: list[list[object]] = []
    for n in (1, 2):
        rows.append([Cell(f"Reference {n}", "section"), Cell("", "section")])
        rows += [[label, BLANK] for label in ("Client", "Contract period", "Services delivered")]
    assert [q.row for q in detected(Sheet("Cases", rows)).questions] == [2, 3, 4, 6, 7, 8]


def test_a_label_with_a_dropdown_is_a_choice_and_a_hint_leaves_the_cell_blank():
    rows = [
        [label, "[please complete]"] for label in ("Company name", "VAT number", "Size of company", "Website")
    ]
    layout = detected(Sheet("Form", rows, lists={"B3": ["Small", "Large"]}))
    roles = [question.answers[0].role for question in layout.questions]
    assert roles == ["narrative", "narrative", "choice", "narrative"]
    assert not any(question.answers[0].filled for question in layout.questions)


@pytest.mark.parametrize(
    "labels",
    [
        ("Client name", "Name of tester", "Start date", "End date", "Version"),
        ("Name of supplier", "Position", "Date", "Signature"),
        ("Severity", "Likelihood", "Impact", "Rating"),
    ],
    ids=["an audit's head", "signature", "no company"],
)
def test_other_blanks_beside_labels_ask_nothing(labels: tuple[str, ...]):
    assert not detected(Sheet("Form", [[label, BLANK] for label in labels])).is_question_sheet


def test_prices_beside_labels_ask_nothing():
    rows: list[list[object]] = [["Supplier's offer", "Price in EUR"]]
    rows += [[label, BLANK] for label in ("Licences", "Company-wide roll-out", "Training of employees")]
    assert not detected(Sheet("Prices", rows)).is_question_sheet
    rows[0][1] = ""
    rows.append(["Total", computed(0, "SUM(B2:B4)")])
    assert not detected(Sheet("Prices", rows)).is_question_sheet


def test_a_few_blanks_above_a_questionnaire_are_not_mixed_into_it():
    rows: list[list[object]] = [
        *[[label, BLANK] for label in ("Company name", "VAT number", "Completed by")],
        [],
        heading("ID", "Question", "Answer"),
        *[[f"{n}.1", text, ""] for n, text in enumerate(QUESTIONS, 1)],
    ]
    assert [question.row for question in detected(Sheet("Form", rows)).questions] == list(range(6, 18))


def test_a_list_of_names_beside_nothing_is_no_form():
    rows = [["Company"], *[[name] for name in ("Germany", "France", "Spain", "Company car", "Company size")]]
    assert not detected(Sheet("Lists", rows)).is_question_sheet


def test_blocks_that_count_contracts_ask_the_supplier():
    rows: list[list[object]] = []
    for n in range(1, 4):
        rows += [[Cell(f"Contract {n}", "section")]]
        rows += [[label, Cell("", "answer")] for label in ("Customer", "Description", "Value", "Start date")]
        rows += [[]]
    layout = detect_layout(build(Sheet("Experience", rows))).sheets[0]
    assert [(q.row, q.section) for q in layout.questions] == [
        (6 * n + at, f"Contract {n + 1}") for n in range(3) for at in range(2, 6)
    ]


def test_questions_with_lists_within_a_form_do_not_hide_its_labels():
    labels = ["Legal name", "VAT number", "Number of employees", "Website"]
    asked = ["Do you have a code of conduct?", "Are you certified to ISO 9001?", "Do you audit suppliers?"]
    rows: list[list[object]] = [[label, Cell("", "answer")] for label in (*labels, *asked)]
    layout = detect_layout(build(Sheet("Form", rows, lists={"B5:B7": ["Yes", "No"]}))).sheets[0]
    assert [q.text for q in layout.questions] == [*labels, *asked]
    assert [q.answers[0].allowed for q in layout.questions] == [None] * 4 + [("Yes", "No")] * 3


def test_a_form_may_have_two_labels_with_a_blank_each_in_a_row():
    blank = Cell("", "answer")
    pairs = [("Legal name", "VAT number"), ("Address", "Number of employees"), ("Turnover", "Website")]
    rows: list[list[object]] = [[left, blank, right, blank] for left, right in pairs]
    layout = detect_layout(build(Sheet("Company", rows))).sheets[0]
    assert sorted((q.row, q.text, q.answers[0].cell) for q in layout.questions) == sorted(
        (row, text, f"{column}{row}")
        for row, pair in enumerate(pairs, 1)
        for text, column in zip(pair, "BD", strict=True)
    )


LABELS = ("Legal name", "VAT number", "Registered office", "Number of employees")


def test_a_titled_block_of_fields_above_a_table_is_asked_like_the_table():
    rows: list[list[object]] = [
        [Cell("Tender 12", "title")],
        [],
        [Cell("A. The company", "section")],
        *[[label, BLANK] for label in LABELS],
        [],
        [Cell("B. Questions", "section")],
        heading("ID", "Question", "Answer"),
        *[[f"{n}.1", text, ""] for n, text in enumerate(QUESTIONS, 1)],
    ]
    layout = detected(Sheet("Form", rows))
    assert [question.row for question in layout.questions] == [4, 5, 6, 7, *range(11, 23)]
    assert [question.answers[0].cell for question in layout.questions[:5]] == ["B4", "B5", "B6", "B7", "C11"]
    assert layout.questions[0].section == "A. The company"


@pytest.mark.parametrize("title", ["For the evaluation panel", "Evaluator's notes"])
def test_a_titled_block_for_the_customers_own_people_is_not_asked(title: str):
    rows: list[list[object]] = [
        heading("ID", "Question", "Answer"),
        *[[f"{n}.1", text, ""] for n, text in enumerate(QUESTIONS, 1)],
        [],
        [Cell(title, "section")],
        *[[label, BLANK] for label in LABELS],
    ]
    assert [question.row for question in detected(Sheet("Form", rows)).questions] == list(range(2, 14))
