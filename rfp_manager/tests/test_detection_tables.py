"""Where the questions stand: headings anywhere, repeated, in several rows or absent; several tables."""

from rfp_manager.tests.detection_texts import QUESTIONS, REQUIREMENTS
from rfp_manager.tests.workbook_factory import Cell, Sheet, build, heading, section
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.layout import SheetLayout


def detected(sheet: Sheet, **names: str) -> SheetLayout:
    return detect_layout(build(sheet, names=names)).sheets[0]


def rows_of(layout: SheetLayout) -> list[int]:
    return [question.row for question in layout.questions]


def numbered(questions: list[str], first: int = 1) -> list[list[object]]:
    return [[f"Q-{number:02}", text, "", ""] for number, text in enumerate(questions, first)]


def test_heading_below_a_title_and_instructions_is_found():
    rows = [
        [Cell("Supplier security questionnaire", "title")],
        [],
        ["Please answer every question. Use the second column for remarks and return the file by e-mail."],
        [],
        heading("No.", "Question", "Response", "Remarks"),
        *numbered(QUESTIONS),
    ]
    layout = detected(Sheet("Form", rows))
    assert layout.header_rows == (5,)
    assert (layout.id_column, layout.question_column) == ("A", "B")
    assert [column.column for column in layout.answer_columns] == ["C", "D"]
    assert rows_of(layout) == list(range(6, 6 + len(QUESTIONS)))


def test_heading_repeated_for_each_section_is_never_a_question():
    rows: list[list[object]] = []
    for name, texts in (("Access", QUESTIONS[:4]), ("Backup", QUESTIONS[4:8]), ("People", QUESTIONS[8:])):
        rows += [heading("ID", name, "Answer", "Comment"), *numbered(texts), []]
    layout = detected(Sheet("Form", rows, lists={"C2:C5": ["Yes", "No"], "C8:C11": ["Yes", "No"]}))
    assert layout.header_rows == (1, 7, 13)
    assert rows_of(layout) == [2, 3, 4, 5, 8, 9, 10, 11, 14, 15, 16, 17]
    assert [q.section for q in layout.questions][::4] == ["Access", "Backup", "People"]


def test_heading_over_two_rows_is_one_heading():
    rows = [
        [*heading("Ref", "Requirement", "Supplier's response"), Cell("", "heading")],
        [*heading("", "", "Compliance", "Explanation")],
        *[[f"R{n}", text, "", ""] for n, text in enumerate(REQUIREMENTS, 1)],
    ]
    merges = ["A1:A2", "B1:B2", "C1:D1"]
    layout = detected(Sheet("Form", rows, merges=merges, lists={"C3:C10": ["Full", "Partial", "None"]}))
    assert layout.header_rows == (1, 2)
    assert rows_of(layout) == list(range(3, 11))
    assert [(c.column, c.role) for c in layout.answer_columns] == [("C", "choice"), ("D", "narrative")]


def test_heading_over_three_rows_is_one_heading():
    rows = [
        [*heading("Ref", "Requirement", "To be filled in by the bidder", "", "")],
        [*heading("", "", "Assessment", "", "Remarks")],
        [*heading("", "", "Fulfilled", "Planned for", "")],
        *[[f"R{n}", text, "", "", ""] for n, text in enumerate(REQUIREMENTS, 1)],
    ]
    merges = ["A1:A3", "B1:B3", "C1:E1", "C2:D2", "E2:E3"]
    layout = detected(Sheet("Form", rows, merges=merges, lists={"C4:C11": ["Yes", "No"]}))
    assert layout.header_rows == (1, 2, 3)
    assert rows_of(layout) == list(range(4, 12))


def test_questions_without_any_heading_are_found_by_their_dropdowns():
    rows = [[n, text, "", ""] for n, text in enumerate(QUESTIONS, 1)]
    layout = detected(Sheet("Form", rows, lists={"C1:C12": ["Yes", "No", "N/A"]}))
    assert layout.header_rows == ()
    assert layout.question_column == "B"
    assert rows_of(layout) == list(range(1, 13))
    assert layout.answer_columns[0].column == "C"


def test_questions_without_heading_or_dropdown_are_answered_in_the_next_column():
    rows = [[text, Cell("", "answer")] for text in QUESTIONS]
    layout = detected(Sheet("Form", rows))
    assert rows_of(layout) == list(range(1, 13))
    assert [q.answers[0].cell for q in layout.questions][:2] == ["B1", "B2"]


def test_two_tables_side_by_side_are_both_read():
    rows: list[list[object]] = [
        [*heading("No", "Question", "Answer"), "", *heading("No", "Question", "Answer")]
    ]
    rows += [[f"1.{n + 1}", QUESTIONS[n], "", "", f"2.{n + 1}", QUESTIONS[n + 6], ""] for n in range(6)]
    lists = {"C2:C7": ["Yes", "No"], "G2:G7": ["Yes", "No", "N/A"]}
    layout = detected(Sheet("Form", rows, lists=lists))
    assert len(layout.questions) == 12
    assert len(layout.tables) == 2
    assert {q.text for q in layout.questions} == set(QUESTIONS)
    right = next(q for q in layout.questions if q.identifier == "2.3")
    assert (right.row, right.answers[0].cell, right.answers[0].allowed) == (4, "G4", ("Yes", "No", "N/A"))


def test_two_tables_side_by_side_without_a_gap_are_parted_where_titles_recur():
    rows: list[list[object]] = [heading("No", "Question", "Answer", "No", "Question", "Answer")]
    rows += [[f"1.{n + 1}", QUESTIONS[n], "", f"2.{n + 1}", QUESTIONS[n + 6], ""] for n in range(6)]
    layout = detected(Sheet("Form", rows))
    assert len(layout.questions) == 12
    assert {q.answers[0].cell for q in layout.questions} == {f"{c}{r}" for c in "CF" for r in range(2, 8)}


def test_stacked_tables_with_different_columns_keep_their_own_columns():
    rows: list[list[object]] = [
        [Cell("Part 1: information security", "title")],
        heading("ID", "Question", "Answer", "Comment"),
        *[[f"A{n}", text, "", ""] for n, text in enumerate(QUESTIONS[:6], 1)],
        [],
        [Cell("Part 2: requirements", "title")],
        heading("Requirement", "Priority", "Ref", "Compliance", "Explanation of the compliance"),
        *[[text, "must", f"B{n}", "", ""] for n, text in enumerate(REQUIREMENTS, 1)],
    ]
    layout = detected(
        Sheet("Form", rows, lists={"C3:C8": ["Yes", "No"], "D12:D19": ["Full", "Partial", "None"]})
    )
    assert rows_of(layout) == [*range(3, 9), *range(12, 20)]
    upper, lower = layout.questions[0], layout.questions[-1]
    assert [a.cell for a in upper.answers] == ["C3", "D3"]
    assert (lower.text, lower.identifier) == (REQUIREMENTS[-1], "B8")
    assert [a.cell for a in lower.answers] == ["D19", "E19"]
    assert len(layout.tables) == 2


def test_section_rows_name_the_section_and_are_no_questions():
    rows: list[list[object]] = [heading("ID", "Question", "Answer", "Comment")]
    for letter, name, texts in (("A", "Access control", QUESTIONS[:6]), ("B", "Operations", QUESTIONS[6:])):
        rows.append(
            [Cell(letter, "section"), Cell(name, "section"), Cell("", "section"), Cell("", "section")]
        )
        rows += [[f"{letter}.{n}", text, "", ""] for n, text in enumerate(texts, 1)]
    layout = detected(Sheet("Form", rows, lists={"C2:C15": ["Yes", "No"]}))
    assert rows_of(layout) == [*range(3, 9), *range(10, 16)]
    assert layout.questions[0].section == "Access control"
    assert layout.questions[-1].section == "Operations"


def test_section_rows_merged_over_the_table_are_no_questions():
    rows: list[list[object]] = [
        heading("Question", "Answer", "Comment"),
        [Cell("Is this about access? Then answer here", "section")],
        *[[text, "", ""] for text in QUESTIONS[:5]],
        [Cell("Operations of the service", "section")],
        *[[text, "", ""] for text in QUESTIONS[5:]],
    ]
    layout = detected(Sheet("Form", rows, merges=["A2:C2", "A8:C8"]))
    assert rows_of(layout) == [3, 4, 5, 6, 7, *range(9, 16)]
    assert layout.questions[-1].section == "Operations of the service"


def test_sections_in_a_vertically_merged_column_reach_all_their_rows():
    rows: list[list[object]] = [heading("Area", "No", "Question", "Answer")]
    for n, text in enumerate(QUESTIONS):
        rows.append(["Access" if n == 0 else "Operations" if n == 6 else "", f"{n + 1}", text, ""])
    layout = detected(Sheet("Form", rows, merges=["A2:A7", "A8:A13"], lists={"D2:D13": ["Yes", "No"]}))
    assert layout.section_column == "A"
    assert [q.section for q in layout.questions] == ["Access"] * 6 + ["Operations"] * 6


def test_first_question_far_down_a_wide_sheet_is_found():
    rows: list[list[object]] = [[]] * 30
    rows += [["", "", "", "", *heading("Ref", "Question", "Reply")]]
    rows += [["", "", "", "", f"{n}.1", text, ""] for n, text in enumerate(QUESTIONS, 1)]
    layout = detected(Sheet("Form", rows))
    assert (layout.id_column, layout.question_column, layout.header_rows) == ("E", "F", (31,))
    assert len(layout.questions) == len(QUESTIONS)


def test_plain_section_titles_without_any_style_are_no_questions():
    rows: list[list[object]] = [["ID", "Question", "Answer"]]
    rows += [["", "Access", ""], *[[f"1.{n}", t, ""] for n, t in enumerate(QUESTIONS[:6], 1)]]
    rows += [["", "Operations", ""], *[[f"2.{n}", t, ""] for n, t in enumerate(QUESTIONS[6:], 1)]]
    layout = detected(Sheet("Form", rows))
    assert rows_of(layout) == [*range(3, 9), *range(10, 16)]
    assert layout.questions[0].section == "Access"


def test_filled_section_row_is_found_by_its_helper():
    rows = [heading("Question", "Answer"), section("Access", width=2), *[[text, ""] for text in QUESTIONS]]
    layout = detected(Sheet("Form", rows, lists={"B3:B14": ["Yes", "No"]}))
    assert rows_of(layout) == list(range(3, 15))


def test_a_section_with_other_answers_over_the_same_columns_is_another_table():
    rows: list[list[object]] = [["Part A"], heading("No.", "Question", "Yes", "No", "Comment")]
    rows += [[f"A{n}", text, "", "", ""] for n, text in enumerate(QUESTIONS[:4], 1)]
    rows += [[], [], ["Part B"], heading("No.", "Question", "Response")]
    rows += [[f"B{n}", text, ""] for n, text in enumerate(QUESTIONS[4:8], 1)]
    layout = detect_layout(build(Sheet("S", rows))).sheets[0]
    kinds = [[(a.cell[0], a.kind) for a in q.answers] for q in layout.questions]
    assert kinds[:4] == [[("C", "tick"), ("D", "tick"), ("E", "value")]] * 4
    assert kinds[4:] == [[("C", "value")]] * 4


def test_the_lowest_divided_title_groups_the_columns_to_be_marked():
    rows: list[list[object]] = [heading("Requirement", "", "Solution", "", "", "")]
    rows += [
        heading("", "", "Tick one", "", "", "Notes"),
        heading("ID", "Description", "Standard", "Modified", "Missing", ""),
    ]
    rows += [[f"F{n}", text, "", "", "", ""] for n, text in enumerate(REQUIREMENTS, 1)]
    merges = ["A1:B1", "C1:F1", "C2:E2", "F2:F3"]
    layout = detect_layout(build(Sheet("S", rows, merges=merges))).sheets[0]
    assert [(a.column, a.kind) for a in layout.answer_columns] == [
        ("C", "tick"),
        ("D", "tick"),
        ("E", "tick"),
        ("F", "value"),
    ]


def test_a_table_below_another_with_fewer_columns_has_only_its_own():
    rows: list[list[object]] = [["N.", "Requisito", "Soddisfatto", "Note"]]
    rows += [[n, text, "", ""] for n, text in enumerate(REQUIREMENTS[:4], 1)]
    rows += [[], [], ["Parte C"], ["N.", "Quesito", "Risposta"]]
    rows += [[n, text, ""] for n, text in enumerate(QUESTIONS[:3], 1)]
    layout = detect_layout(build(Sheet("S", rows, lists={"C2:C5": ["Sì", "No"]}))).sheets[0]
    assert [question.row for question in layout.questions] == [2, 3, 4, 5, 10, 11, 12]
    assert [[answer.cell for answer in question.answers] for question in layout.questions[3:5]] == [
        ["C5", "D5"],
        ["C10"],
    ]


def test_words_that_part_a_merged_question_are_told_behind_it():
    parts = ["Detection", "Notification", "Follow-up"]
    rows: list[list[object]] = [heading("No.", "Question", "Aspect", "Answer")]
    for n, text in enumerate(QUESTIONS[:3], 1):
        rows += [[n if at == 0 else "", text if at == 0 else "", part, ""] for at, part in enumerate(parts)]
    merges = [f"{column}{row}:{column}{row + 2}" for row in (2, 5, 8) for column in "AB"]
    layout = detected(Sheet("S", rows, merges=merges))
    assert [question.text for question in layout.questions] == [
        f"{text} – {part}" for text in QUESTIONS[:3] for part in parts
    ]
    assert [question.answers[0].cell for question in layout.questions] == [f"D{row}" for row in range(2, 11)]
