"""What titles say about columns: who writes there, what is already written, and what only looks like an answer."""

import pytest

from rfp_manager.tests.detection_texts import QUESTIONS, REQUIREMENTS
from rfp_manager.tests.workbook_factory import Sheet, build, heading
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.layout import AnswerCell, SheetLayout

OPTIONS = ["Yes", "No", "Partial"]


def detected(sheet: Sheet) -> SheetLayout:
    return detect_layout(build(sheet)).sheets[0]


def asked(
    *titles: str, cells: tuple[object, ...] = (), texts: list[str] = REQUIREMENTS
) -> list[list[object]]:
    return [heading(*titles), *[[f"R-{n:02}", text, *cells] for n, text in enumerate(texts, 1)]]


def roles_of(layout: SheetLayout) -> list[tuple[str, str]]:
    return [(column.column, column.role) for column in layout.answer_columns]


def answers_in(layout: SheetLayout, column: str) -> list[AnswerCell]:
    return [a for q in layout.questions for a in q.answers if a.cell.rstrip("0123456789") == column]


@pytest.mark.parametrize(
    ("answer", "reviewer", "note"),
    [
        ("Offeror's response", "Score", "For agency use only"),
        ("Réponse du candidat", "Note /5", "Observations de l'acheteur"),
        ("Antwort des Bieters", "Punkte (vergibt der Auftraggeber)", "Anmerkung des Auftraggebers"),
        ("Antwoord inschrijver", "Score", "Opmerking opdrachtgever"),
        ("Response", "Evaluator score", "Evaluation comments"),
        ("Respuesta del licitador", "Puntuación", "Evaluación"),
        ("Antwoord", "Beoordeling", "Score"),
    ],
)
def test_blank_columns_for_the_customers_own_evaluation_take_no_answers(
    answer: str, reviewer: str, note: str
):
    layout = detected(Sheet("S", asked("Ref", "Requirement", answer, reviewer, note, cells=("", "", ""))))
    assert roles_of(layout) == [("C", "narrative")]


def test_a_list_of_scores_for_the_evaluators_is_no_answer_where_answers_are_written():
    rows = asked("Ref", "Requirement", "Response", "Comments", "Score (internal use)", cells=("", "", ""))
    layout = detected(Sheet("S", rows, lists={"E2:E9": ["0", "1", "2"]}))
    assert roles_of(layout) == [("C", "narrative"), ("D", "narrative")]


def test_whether_a_requirement_is_mandatory_is_the_customers_word_though_it_reads_like_an_answer():
    rows = asked("Ref", "Requirement", "Mandatory (Y/N)", "Compliant (Y/N)", "Remarks")
    for n, row in enumerate(rows[1:]):
        row += ["N" if n % 3 else "Y", "", ""]
    layout = detected(Sheet("S", rows))
    assert roles_of(layout) == [("D", "choice"), ("E", "narrative")]
    assert answers_in(layout, "D")[0].allowed == ("Y", "N")


def test_a_priority_that_is_the_same_in_all_rows_is_no_default_answer():
    rows = asked("Ref", "Requirement", "Priority", "Compliance", "Comment", cells=("Must", "", ""))
    layout = detected(Sheet("S", rows, lists={"C2:C9": ["Must", "Should"], "D2:D9": OPTIONS}))
    assert roles_of(layout) == [("D", "choice"), ("E", "narrative")]


def test_guidance_for_suppliers_that_recurs_in_all_rows_is_not_where_they_answer():
    rows = asked("Ref", "Question", "Guidance for suppliers", "Supplier response", texts=QUESTIONS)
    for row in rows[1:]:
        row += ["State the policy and when it was last reviewed.", ""]
    assert roles_of(detected(Sheet("S", rows))) == [("D", "narrative")]


@pytest.mark.parametrize(
    "title", ["Uppfylls (Ja/Nej)", "Voldoet? (Ja / Nee)", "Oui/Non", "In place (Yes/No/N/A)"]
)
def test_a_title_that_lists_options_asks_for_one_wherever_its_column_stands(title: str):
    rows = [heading("Ref", "Requirement", "Class", title, "Evidence of it")]
    rows += [[f"K{n}", text, f"Class {n % 2}", "", ""] for n, text in enumerate(REQUIREMENTS, 1)]
    layout = detected(Sheet("S", rows))
    assert roles_of(layout) == [("D", "choice"), ("E", "evidence")]
    left = [heading(title, "Requirement", "Comment"), *[["", text, ""] for text in REQUIREMENTS]]
    assert roles_of(detected(Sheet("S", left))) == [("A", "choice"), ("C", "narrative")]


def test_titles_that_are_questions_themselves_are_a_heading():
    how = (
        "How does your solution meet this requirement? Please describe, and name the documents that show it."
    )
    rows = asked("Ref", "Requirement", "Does your solution meet this requirement? (Y/N)", how, cells=("", ""))
    layout = detected(Sheet("S", rows))
    assert layout.header_rows == (1,)
    assert roles_of(layout) == [("C", "choice"), ("D", "narrative")]
    assert len(layout.questions) == len(REQUIREMENTS)


def test_a_long_title_that_mentions_attachments_asks_for_words():
    title = (
        "Supplier response. Answer in full; attachments may be used only where the question asks for them."
    )
    assert roles_of(detected(Sheet("S", asked("Ref", "Question", title, texts=QUESTIONS)))) == [
        ("C", "narrative")
    ]


@pytest.mark.parametrize("done", [5, 11])
def test_answers_that_somebody_has_begun_to_write_keep_their_column(done: int):
    rows = asked("Ref", "Question", "Answer", "Comment", texts=QUESTIONS)
    for n, row in enumerate(rows[1:]):
        row += ["Yes", f"See chapter {n}."] if n < done else ["", ""]
    layout = detected(Sheet("S", rows, lists={"C2:C13": OPTIONS}))
    assert roles_of(layout) == [("C", "choice"), ("D", "narrative")]
    assert [cell.filled for cell in answers_in(layout, "D")] == [True] * done + [False] * (12 - done)


@pytest.mark.parametrize(
    "hints",
    [
        ("[Supplier to complete]", "<enter response>"),
        ("Please enter your answer", "Please attach a document", "Please complete"),
        ("Bitte ausfüllen", "Hier eintragen"),
        ("Veuillez compléter", "À compléter"),
        ("________", "......"),
    ],
    ids=lambda hints: hints[0],
)
def test_hints_what_to_enter_leave_a_cell_blank(hints: tuple[str, ...]):
    rows = asked("Ref", "Requirement", "Compliance", "Response")
    for n, row in enumerate(rows[1:]):
        row += ["Please select", hints[n % len(hints)] if n % 3 else hints[0]]
    layout = detected(Sheet("S", rows, lists={"C2:C9": ["Please select", *OPTIONS]}))
    assert roles_of(layout) == [("C", "choice"), ("D", "narrative")]
    assert not any(cell.filled for question in layout.questions for cell in question.answers)


def test_a_hidden_key_is_not_the_identifier_beside_a_visible_one():
    rows = [heading("Key", "No.", "Question", "Answer")]
    rows += [
        [f"3f2504e0-4f89-11d3-9a0c-0305e82c33{n:02}", f"{n}.0", text, ""]
        for n, text in enumerate(QUESTIONS, 10)
    ]
    assert detected(Sheet("S", rows, hidden_columns=["A"])).id_column == "B"


@pytest.mark.parametrize(
    "ids", [("i.", "ii.", "iii.", "iv.", "v."), ("I", "II", "III", "IV", "V"), ("a)", "b)", "c)", "d)", "e)")]
)
def test_roman_numerals_and_letters_are_identifiers(ids: list[str]):
    rows = [
        heading("", "Question", "Response"),
        *[[n, t, ""] for n, t in zip(ids, QUESTIONS[:5], strict=True)],
    ]
    layout = detected(Sheet("S", rows))
    assert layout.id_column == "A"
    assert [question.identifier for question in layout.questions] == list(ids)


def test_an_answer_before_the_question_is_found_where_there_is_no_other_place_for_it():
    rows = [heading("ID", "Answer", "Question", "Comment")]
    rows += [[f"{n}.1", "", text, ""] for n, text in enumerate(QUESTIONS, 1)]
    assert roles_of(detected(Sheet("S", rows))) == [("B", "narrative"), ("D", "narrative")]
    tracked = [heading("ID", "Status", "Question", "Answer")]
    tracked += [[f"{n}.1", "", text, ""] for n, text in enumerate(QUESTIONS, 1)]
    assert roles_of(detected(Sheet("S", tracked))) == [("D", "narrative")]


@pytest.mark.parametrize("title", ["Self-score (0-5)", "Selbstbewertung (Punkte)", "Auto-évaluation"])
def test_a_score_that_suppliers_give_themselves_is_an_answer(title: str):
    rows = asked("No.", "Statement", title, "Justification", cells=("", ""))
    assert [column for column, _ in roles_of(detected(Sheet("S", rows)))] == ["C", "D"]


def test_numbers_that_begin_anew_in_each_section_are_identifiers():
    rows = [heading("N°", "Question", "Response")]
    rows += [[str(n % 3 + 1), text, ""] for n, text in enumerate(QUESTIONS)]
    layout = detected(Sheet("S", rows))
    assert [question.identifier for question in layout.questions] == ["1", "2", "3"] * 4


NAMES = ["Single sign-on", "Audit trail", "Webhooks", "Legal hold", "Offline mode", "Full text search"]


def test_answers_that_are_longer_than_the_names_they_answer_are_not_the_questions():
    rows = asked("No.", "Feature", "Supplier response", texts=NAMES)
    for n, row in enumerate(rows[1:]):
        row.append(f"We do this as our handbook says in chapter {n}." if n < 4 else "")
    layout = detected(Sheet("S", rows))
    assert (layout.question_column, roles_of(layout)) == ("B", [("C", "narrative")])


def test_help_that_is_longer_than_the_names_it_explains_is_not_the_question():
    rows = asked("No.", "Feature", "Guidance", "Supplier response", texts=NAMES)
    for n, row in enumerate(rows[1:], 1):
        row += [f"See chapter {n} of the specification for more background on this.", ""]
    layout = detected(Sheet("S", rows))
    assert (layout.question_column, roles_of(layout)) == ("B", [("D", "narrative")])


def test_links_and_explanations_that_are_begun_beside_choices_keep_their_columns():
    rows = asked("No.", "Question", "Answer", "Comment", "Evidence", texts=QUESTIONS)
    for n, row in enumerate(rows[1:]):
        row += ["Yes", f"See chapter {n}.", f"doc {n}.pdf"] if n < 7 else ["", "", ""]
    layout = detected(Sheet("S", rows, lists={f"C{row}": OPTIONS for row in range(2, 14)}))
    assert roles_of(layout) == [("C", "choice"), ("D", "narrative"), ("E", "evidence")]
    ticked = asked("No.", "Question", "Yes", "No", "Comment", texts=QUESTIONS)
    for n, row in enumerate(ticked[1:]):
        row += [["x", ""][n % 2], ["", "x"][n % 2], f"See chapter {n}."] if n < 7 else ["", "", ""]
    assert [column for column, _ in roles_of(detected(Sheet("S", ticked)))] == ["C", "D", "E"]


def test_an_answered_row_before_blank_ones_is_no_heading():
    rows = [["Topic", "Response", "Comment"]]
    rows += [
        [text, "Yes" if n < 3 else "", f"Chapter {n}." if n < 3 else ""]
        for n, text in enumerate(QUESTIONS[:6])
    ]
    layout = detected(Sheet("S", rows, lists={f"B{row}": OPTIONS for row in range(2, 8)}))
    assert [question.text for question in layout.questions] == QUESTIONS[:6]


def test_plain_titles_over_answers_that_are_begun_are_a_heading():
    rows: list[list[object]] = [["Frage", "Antwort des Bieters"]]
    rows += [[text, "Ja, gemäß Handbuch." if n < 7 else ""] for n, text in enumerate(QUESTIONS)]
    layout = detected(Sheet("S", rows))
    assert layout.header_rows == (1,)
    assert len(layout.questions) == len(QUESTIONS)


def test_a_blank_score_beside_answers_that_are_begun_is_no_answer():
    rows = asked("No.", "Question", "Answer", "Score", texts=QUESTIONS)
    for n, row in enumerate(rows[1:]):
        row += [f"See chapter {n}." if n < 7 else "", ""]
    assert roles_of(detected(Sheet("S", rows))) == [("C", "narrative")]


@pytest.mark.parametrize("title", ["Umsetzung", "Coverage", "Couverture"])
def test_how_far_a_requirement_is_covered_is_an_answer(title: str):
    rows = asked("ID", "Requirement", "Priority", title, "Remarks of the supplier", texts=[])
    rows += [[f"A{n}", text, "high", "", ""] for n, text in enumerate(REQUIREMENTS, 1)]
    assert [column for column, _ in roles_of(detected(Sheet("S", rows)))] == ["D", "E"]
