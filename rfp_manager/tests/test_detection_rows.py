"""Which rows are questions: hidden ones are, guidance and notes are not, formulas count by their value."""

import pytest

from rfp_manager.tests.detection_texts import ARABIC, GERMAN, HUNGARIAN, JAPANESE, QUESTIONS, REQUIREMENTS
from rfp_manager.tests.workbook_factory import Cell, Sheet, build, computed, heading
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.layout import SheetLayout


def detected(*sheets: Sheet) -> SheetLayout:
    return detect_layout(build(*sheets)).sheets[0]


def rows_of(layout: SheetLayout) -> list[int]:
    return [question.row for question in layout.questions]


def test_question_text_that_is_a_formula_is_read_by_its_last_value():
    rows: list[list[object]] = [heading("ID", "Question", "Answer", "Comment")]
    rows += [[f"Q{n}", computed(text, f"Texts!A{n}"), "", ""] for n, text in enumerate(QUESTIONS, 1)]
    layout = detected(
        Sheet("Form", rows, lists={"C2:C13": ["Yes", "No"]}),
        Sheet("Texts", [[text] for text in QUESTIONS], hidden=True),
    )
    assert [question.text for question in layout.questions] == QUESTIONS


def test_guidance_rows_between_the_questions_are_left_out():
    rows: list[list[object]] = [heading("ID", "Question", "Answer", "Notes")]
    for n, text in enumerate(QUESTIONS, 1):
        hint = f"Explain what you do in practice, and name the document number {n} that describes it."
        rows += [[f"{n}", text, "", ""], ["", Cell(hint, "hint"), "", ""]]
    lists = {f"C{row}": ["Yes", "No"] for row in range(2, 26, 2)}
    layout = detected(Sheet("Form", rows, lists=lists))
    assert rows_of(layout) == list(range(2, 26, 2))


def test_guidance_rows_are_left_out_without_dropdowns_too():
    rows: list[list[object]] = [heading("ID", "Question", "Answer")]
    for n, text in enumerate(QUESTIONS, 1):
        rows += [
            [f"{n}.0", text, ""],
            ["", Cell(f"Say how it is done and who does it, part {n}.", "hint"), ""],
        ]
    assert rows_of(detected(Sheet("Form", rows))) == list(range(2, 26, 2))


def test_hidden_rows_are_questions_like_the_others():
    rows = [
        heading("ID", "Question", "Answer"),
        *[[f"{n}.1", text, ""] for n, text in enumerate(QUESTIONS, 1)],
    ]
    layout = detected(Sheet("Form", rows, lists={"C2:C13": ["Yes", "No"]}, hidden_rows=[4, 5, 6]))
    assert rows_of(layout) == list(range(2, 14))


def test_identifiers_inside_the_question_text_are_found():
    rows = [heading("Question", "Answer"), *[[f"{n}.{n} {text}", ""] for n, text in enumerate(QUESTIONS, 1)]]
    layout = detected(Sheet("Form", rows))
    assert layout.id_column is None
    assert [question.identifier for question in layout.questions][:3] == ["1.1", "2.2", "3.3"]


def test_duplicated_identifiers_are_kept_as_they_are():
    rows = [
        heading("ID", "Question", "Answer"),
        *[[f"{1 + n // 2}.1", t, ""] for n, t in enumerate(QUESTIONS)],
    ]
    layout = detected(Sheet("Form", rows))
    assert layout.id_column == "A"
    assert [question.identifier for question in layout.questions][:4] == ["1.1", "1.1", "2.1", "2.1"]


def test_sub_questions_with_their_own_answer_cells_are_questions():
    rows: list[list[object]] = [heading("No", "Question", "Answer")]
    for n, text in enumerate(QUESTIONS[:6], 1):
        rows += [
            [f"{n}", text, ""],
            [f"{n}.a", "Since when?", ""],
            [f"{n}.b", "Who is responsible for it?", ""],
        ]
    layout = detected(Sheet("Form", rows, lists={"C2:C19": ["Yes", "No"]}))
    assert rows_of(layout) == list(range(2, 20))


def test_a_question_that_has_no_dropdown_among_ones_that_have_is_a_question():
    rows = [
        heading("ID", "Question", "Answer", "More"),
        *[[f"A-{n:02}", t, "", ""] for n, t in enumerate(QUESTIONS)],
    ]
    lists = {"C2:C4": ["Yes", "No"], "C6:C13": ["Yes", "No"]}
    layout = detected(Sheet("Form", rows, lists=lists))
    assert rows_of(layout) == list(range(2, 14))
    assert layout.questions[3].answers[0].allowed is None


def test_a_choice_that_lost_its_dropdown_still_has_its_columns_options():
    rows = [
        heading("ID", "Question", "Answer", "More"),
        *[[f"A-{n:02}", t, "No" if n == 3 else "", ""] for n, t in enumerate(QUESTIONS)],
    ]
    lists = {"C2:C4": ["Yes", "No"], "C6:C13": ["Yes", "No"]}
    questions = detected(Sheet("Form", rows, lists=lists)).questions
    assert questions[3].answers[0].allowed == ("Yes", "No")


def test_a_closing_remark_below_the_table_is_no_question():
    rows: list[list[object]] = [
        heading("ID", "Question", "Answer"),
        *[[f"A-{n:02}", text, ""] for n, text in enumerate(QUESTIONS)],
        [],
        [],
        ["", "All information in this form is confidential and is used for this tender only."],
        ["© 2026 The authority that buys. No part of this form may be copied without a written permission."],
    ]
    assert rows_of(detected(Sheet("Form", rows))) == list(range(2, 14))


def test_line_breaks_inside_a_question_are_kept():
    text = "Do you have certificates?\nIf so, which ones?\n- ISO\n- other"
    rows = [
        heading("ID", "Question", "Answer"),
        ["1.0", text, ""],
        *[[f"{n}.1", t, ""] for n, t in enumerate(QUESTIONS)],
    ]
    assert detected(Sheet("Form", rows)).questions[0].text == text


@pytest.mark.parametrize(
    ("titles", "texts"),
    [
        (("Nr.", "Frage", "Antwort", "Bemerkung"), GERMAN),
        (("الرقم", "السؤال", "الإجابة", "ملاحظات"), ARABIC),
        (("番号", "質問", "回答", "備考"), JAPANESE),
        (("Ssz.", "Tétel", "Itt felelj", "Egyebek"), HUNGARIAN),
    ],
    ids=["german", "arabic", "japanese", "words unknown to us"],
)
@pytest.mark.parametrize("with_list", [True, False], ids=["dropdown", "free text"])
def test_any_language_is_read(titles: tuple[str, ...], texts: list[str], with_list: bool):
    rows = [heading(*titles), *[[f"{n}.1", text, "", ""] for n, text in enumerate(texts, 1)]]
    lists = {f"C2:C{len(rows)}": ["A", "B"]} if with_list else {}
    layout = detected(Sheet("S", rows, lists=lists, right_to_left=texts is ARABIC, widths={"B": 60, "D": 40}))
    assert [question.text for question in layout.questions] == texts
    assert (layout.id_column, layout.question_column) == ("A", "B")
    expected = [("C", "choice" if with_list else "narrative"), ("D", "narrative")]
    assert [(column.column, column.role) for column in layout.answer_columns] == expected


def test_columns_from_right_to_left_are_read_the_same():
    rows = [
        heading("ملاحظات", "الإجابة", "السؤال", "م"),
        *[["", "", t, f"{n}.1"] for n, t in enumerate(ARABIC, 1)],
    ]
    layout = detected(Sheet("S", rows, lists={"B2:B6": ["نعم", "لا"]}))
    assert (layout.question_column, layout.id_column) == ("C", "D")
    assert ("B", "choice") in [(column.column, column.role) for column in layout.answer_columns]


def test_a_statement_without_question_mark_is_asked_as_well():
    rows = [heading("#", "Anforderung", "Erfüllung"), *[[n, t, ""] for n, t in enumerate(REQUIREMENTS, 1)]]
    layout = detected(Sheet("S", rows, lists={"C2:C9": ["A", "B"]}))
    assert rows_of(layout) == list(range(2, 10))


def test_guidance_beside_the_question_is_not_taken_for_the_question():
    rows: list[list[object]] = [heading("ID", "Question", "Guidance", "Answer", "Comment")]
    for n, text in enumerate(QUESTIONS, 1):
        hint = (
            f"We expect a description of the controls that you have, of how you test them, and of item {n}."
        )
        rows.append([f"{n}.1", text, hint, "", ""])
    layout = detected(Sheet("S", rows, lists={"D2:D13": ["Yes", "No"]}))
    assert layout.question_column == "B"
    assert [column.column for column in layout.answer_columns] == ["D", "E"]


def test_a_specification_that_spans_several_questions_is_not_taken_for_the_question():
    rows: list[list[object]] = [
        heading("Control", "Specification", "Question ID", "Question", "Answer", "Notes")
    ]
    merges = []
    for n, text in enumerate(QUESTIONS):
        first = n % 3 == 0
        control = f"AC-{n // 3 + 1}" if first else ""
        long = REQUIREMENTS[n // 3] + " " + REQUIREMENTS[n // 3 + 1] if first else ""
        rows.append([control, long, f"AC-{n // 3 + 1}.{n % 3 + 1}", text, "", ""])
        if first:
            merges += [f"A{n + 2}:A{n + 4}", f"B{n + 2}:B{n + 4}"]
    layout = detected(Sheet("S", rows, merges=merges, lists={"E2:E13": ["Yes", "No", "NA"]}))
    assert (layout.question_column, layout.id_column) == ("D", "C")
    assert len(layout.questions) == 12


@pytest.mark.parametrize("name", ["Example", "Beispiel 1", "Exemple :", "e.g."])
def test_an_answered_example_row_is_no_question(name: str):
    rows: list[list[object]] = [heading("ID", "Question", "Answer", "Details")]
    rows += [[name, "Do you have a fire safety policy?", "Yes", "Our policy was approved in 2024."]]
    rows += [[f"Q{n}", text, "", ""] for n, text in enumerate(QUESTIONS, 1)]
    layout = detected(Sheet("S", rows, lists={"C2:C14": ["Yes", "No"]}))
    assert rows_of(layout) == list(range(3, 15))


def test_the_parts_of_a_question_that_is_merged_over_them_are_the_questions():
    parts = ("Is it documented?", "Who is responsible?", "When was it last reviewed?")
    rows: list[list[object]] = [heading("No", "Question", "Part", "Answer", "Comments")]
    merges = []
    for n, text in enumerate(QUESTIONS):
        first = len(rows) + 1
        rows += [
            [n + 1 if part == 0 else "", text if part == 0 else "", parts[part], "", ""] for part in range(3)
        ]
        merges += [f"A{first}:A{first + 2}", f"B{first}:B{first + 2}"]
    layout = detected(Sheet("S", rows, merges=merges))
    assert (layout.question_column, len(layout.questions)) == ("C", 3 * len(QUESTIONS))
    assert {(q.section, q.text, q.identifier) for q in layout.questions[3:5]} == {
        (QUESTIONS[1], parts[0], "2"),
        (QUESTIONS[1], parts[1], "2"),
    }


def test_main_questions_keep_their_number_where_their_parts_have_none():
    rows: list[list[object]] = [heading("No.", "Question", "Response")]
    for n, text in enumerate(QUESTIONS, 1):
        rows += [[n, text, ""], ["", "a) State the owner.", ""], ["", "b) Attach a copy.", ""]]
    layout = detected(Sheet("S", rows))
    assert [question.identifier for question in layout.questions[:4]] == ["1", None, None, "2"]


def test_a_framed_column_under_no_title_takes_the_answers():
    rows: list[list[object]] = [heading("Nr.", "Vraag")]
    rows += [[f"{n}.", text, Cell("", "answer")] for n, text in enumerate(REQUIREMENTS, 1)]
    layout = detected(Sheet("S", rows))
    assert [question.answers[0].cell for question in layout.questions] == [f"C{row}" for row in range(2, 10)]


def test_texts_that_answer_themselves_ask_nothing():
    rows = [["Why do we ask?"], ["Who completes this form? The person who is responsible for security."]]
    rows += [["How long does it take? About two hours."], ["What happens next? We will write to you."]]
    assert not detected(Sheet("Intro", rows)).is_question_sheet


def test_a_row_that_follows_up_is_a_question_without_a_number():
    rows: list[list[object]] = [heading("No.", "Question", "Response")]
    for n, text in enumerate(QUESTIONS[:8], 1):
        rows.append([f"{n}", text, ""])
        if n % 3 == 0:
            rows.append(["", "If yes, please give the dates and the amounts.", ""])
        if n % 4 == 0:
            rows.append(["", "The answer to this may be published by us.", ""])
    layout = detect_layout(
        build(Sheet("S", rows, lists={"C2:C3": ["Yes", "No"], "C8:C9": ["Yes", "No"]}))
    ).sheets[0]
    asked = [q.text for q in layout.questions]
    assert asked.count("If yes, please give the dates and the amounts.") == 2
    assert len(asked) == 10
