"""Where the answers go: dropdowns however they are defined, option columns, codes, blanks; never formulas."""

import pytest

from rfp_manager.tests.detection_texts import QUESTIONS, REQUIREMENTS
from rfp_manager.tests.filling import fill, statuses
from rfp_manager.tests.workbook_factory import Cell, Sheet, build, computed, heading
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.layout import AnswerCell, SheetLayout

OPTIONS = ["Yes", "No", "Partial"]


def detected(*sheets: Sheet, **names: str) -> SheetLayout:
    return detect_layout(build(*sheets, names=names)).sheets[0]


def asked(*titles: str, texts: list[str] = QUESTIONS, cells: tuple[object, ...] = ()) -> list[list[object]]:
    """A heading and numbered questions, each row ended with the given cells."""
    return [heading(*titles), *[[f"Q{n}", text, *cells] for n, text in enumerate(texts, 1)]]


def answers_in(layout: SheetLayout, column: str) -> list[AnswerCell]:
    return [a for q in layout.questions for a in q.answers if a.cell.rstrip("0123456789") == column]


def roles_of(layout: SheetLayout) -> list[tuple[str, str]]:
    return [(column.column, column.role) for column in layout.answer_columns]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (OPTIONS, {}),
        ("=Lists!$B$2:$B$4", {}),
        ("=AnswerOptions", {"AnswerOptions": "=Lists!$B$2:$B$4"}),
        ('=INDIRECT("AnswerOptions")', {"AnswerOptions": "=Lists!$B$2:$B$4"}),
        ("=OFFSET(Lists!$B$2,0,0,COUNTA(Lists!$B:$B)-1,1)", {}),
    ],
    ids=["literal", "other sheet", "defined name", "indirect name", "offset"],
)
def test_allowed_values_are_found_wherever_the_list_is_kept(source: object, names: dict[str, str]):
    form = Sheet("Form", asked("ID", "Question", "Answer"), lists={"C2:C13": source})
    lists = Sheet("Lists", [["", "Options"], *[["", option] for option in OPTIONS]], hidden=True)
    cells = answers_in(detected(form, lists, **names), "C")
    assert len(cells) == 12
    assert {(cell.role, cell.allowed) for cell in cells} == {("choice", tuple(OPTIONS))}


def test_dropdowns_that_exist_only_in_the_extension_list_count():
    form = Sheet("Form", asked("ID", "Question", "Answer"), extended_lists={"C2:C13": "Lists!$A$1:$A$3"})
    cells = answers_in(detected(form, Sheet("Lists", [[option] for option in OPTIONS])), "C")
    assert [cell.allowed for cell in cells] == [tuple(OPTIONS)] * 12


def test_blanks_after_the_commas_of_a_literal_list_are_no_part_of_the_options():
    form = Sheet("Form", asked("ID", "Question", "Answer"), extended_lists={"C2:C13": '"Yes, No , Partial"'})
    assert answers_in(detected(form), "C")[0].allowed == tuple(OPTIONS)


def test_a_list_computed_from_another_cell_is_a_choice_of_its_own_in_each_row():
    rows = asked("ID", "Question", "Kind", "Answer")
    for n, row in enumerate(rows[1:]):
        row += ["YesNo" if n % 2 else "Scale", ""]
    form = Sheet("Form", rows, lists={"D2:D13": "=INDIRECT($C2)"})
    lists = Sheet("Lists", [["Yes", "Low"], ["No", "High"]])
    layout = detected(form, lists, YesNo="=Lists!$A$1:$A$2", Scale="=Lists!$B$1:$B$2")
    cells = answers_in(layout, "D")
    assert [cell.allowed for cell in cells[:2]] == [("Low", "High"), ("Yes", "No")]


def test_a_list_that_only_excel_can_compute_leaves_the_options_unknown():
    form = Sheet(
        "Form", asked("ID", "Question", "Answer"), lists={"C2:C13": '=INDIRECT(SUBSTITUTE($A2,"Q","List"))'}
    )
    cells = answers_in(detected(form), "C")
    assert {(cell.role, cell.allowed) for cell in cells} == {("choice", None)}


def test_a_list_that_differs_by_row_is_read_for_each_row():
    form = Sheet(
        "Form", asked("ID", "Question", "Answer"), lists={"C2:C7": OPTIONS, "C8:C13": ["0", "1", "2"]}
    )
    cells = answers_in(detected(form), "C")
    assert (cells[0].allowed, cells[-1].allowed) == (tuple(OPTIONS), ("0", "1", "2"))


def test_choice_with_comment_and_link_get_three_roles():
    rows = asked("ID", "Question", "Answer", "Comment", "Link to evidence")
    layout = detected(Sheet("Form", rows, lists={"C2:C13": OPTIONS}))
    assert roles_of(layout) == [("C", "choice"), ("D", "narrative"), ("E", "evidence")]


def test_one_column_for_each_option_is_a_choice_to_be_marked():
    rows = [
        [
            *heading("ID", "Requirement", "Fulfilment"),
            Cell("", "heading"),
            Cell("", "heading"),
            *heading("Remarks"),
        ],
        heading("", "", "Yes", "No", "Partly", ""),
        *[[f"R{n}", text, "", "", "", ""] for n, text in enumerate(REQUIREMENTS, 1)],
    ]
    layout = detected(Sheet("Form", rows, merges=["A1:A2", "B1:B2", "C1:E1", "F1:F2"]))
    ticks = [(a.cell, a.kind, a.option) for a in layout.questions[0].answers if a.kind == "tick"]
    assert ticks == [("C3", "tick", "Yes"), ("D3", "tick", "No"), ("E3", "tick", "Partly")]
    assert layout.questions[0].answers[-1].role == "narrative"


def test_option_columns_in_an_unknown_language_are_known_by_their_shape():
    rows = [
        [
            *heading("Kód", "Követelmény", "Megítélés"),
            Cell("", "heading"),
            Cell("", "heading"),
            *heading("Egyéb"),
        ],
        heading("", "", "Megvan", "Lesz", "Hiányzik", ""),
        *[[f"K{n}", text, "", "", "", ""] for n, text in enumerate(REQUIREMENTS, 1)],
    ]
    widths = {"B": 60, "C": 9, "D": 9, "E": 9, "F": 40}
    layout = detected(Sheet("Lap", rows, merges=["A1:A2", "B1:B2", "C1:E1", "F1:F2"], widths=widths))
    assert [a.option for a in layout.questions[0].answers if a.kind == "tick"] == [
        "Megvan",
        "Lesz",
        "Hiányzik",
    ]


def test_marks_set_by_the_customer_beside_a_dropdown_are_no_answers():
    rows = asked("ID", "Requirement", "Level 1", "Level 2", "Status", "Comment", texts=REQUIREMENTS)
    for n, row in enumerate(rows[1:]):
        row += ["✓" if n % 3 else "", "✓", "", ""]
    layout = detected(Sheet("Form", rows, lists={"E2:E9": ["Pass", "Fail"]}))
    assert roles_of(layout) == [("E", "choice"), ("F", "narrative")]


def test_codes_explained_in_a_legend_are_the_allowed_values():
    rows = [
        ["F = fully compliant"],
        ["P = partially compliant"],
        ["N = not compliant"],
        [],
        *asked("Ref", "Requirement", "Compliance", "Remarks", texts=REQUIREMENTS),
    ]
    layout = detected(Sheet("Form", rows))
    cells = answers_in(layout, "C")
    assert {(cell.role, cell.allowed) for cell in cells} == {("code", ("F", "P", "N"))}
    assert roles_of(layout)[1] == ("D", "narrative")


def test_codes_explained_in_a_small_table_below_are_found_and_are_no_questions():
    rows = [
        *asked("Ref", "Requirement", "Compliance", "Remarks", texts=REQUIREMENTS),
        [],
        [],
        heading("Code", "Meaning"),
        ["C", "The supplier complies with the requirement in full"],
        ["PC", "The supplier complies with a part of the requirement"],
        ["NC", "The supplier does not comply with the requirement"],
    ]
    layout = detected(Sheet("Form", rows))
    assert [q.row for q in layout.questions] == list(range(2, 10))
    assert answers_in(layout, "C")[0].allowed == ("C", "PC", "NC")


def test_options_named_in_a_title_are_the_allowed_values():
    layout = detected(Sheet("Form", asked("Ref", "Requirement", "Compliant (Yes/No/N/A)", "Comment")))
    cell = answers_in(layout, "C")[0]
    assert (cell.role, cell.allowed) == ("choice", ("Yes", "No", "N/A"))


def test_cells_with_the_customers_formula_are_never_answer_cells():
    rows = asked("ID", "Question", "Answer", "Score", "Comment")
    for n, row in enumerate(rows[1:], 2):
        row += [computed("Yes", "Other!A1") if n == 5 else "", computed(0, f'IF(C{n}="Yes",1,0)'), ""]
    layout = detected(Sheet("Form", rows, lists={"C2:C13": OPTIONS}), Sheet("Other", [["Yes"]]))
    assert roles_of(layout) == [("C", "choice"), ("E", "narrative")]
    assert [a.cell for a in layout.questions[3].answers] == ["E5"]


def test_filled_answers_are_marked_as_filled():
    rows = asked("ID", "Question", "Answer", "Comment")
    for n, row in enumerate(rows[1:]):
        row += ["Yes" if n % 2 else "No", "We do this every year." if n < 3 else ""]
    layout = detected(Sheet("Form", rows, lists={"C2:C13": OPTIONS}))
    assert all(cell.filled for cell in answers_in(layout, "C"))
    assert [cell.filled for cell in answers_in(layout, "D")] == [True] * 3 + [False] * 9


def test_a_column_of_type_codes_is_not_where_answers_go():
    rows = asked("ref", "question", "answer", "response")
    for n, row in enumerate(rows[1:]):
        row += ["TXT" if n % 3 else "YNA", ""]
    layout = detected(Sheet("Form", rows))
    assert roles_of(layout) == [("D", "narrative")]


def test_columns_that_offer_the_options_of_each_question_are_not_where_answers_go():
    rows = asked("No", "Question", "Answer 1", "Answer 2", "Answer 3", "Your choice")
    for n, row in enumerate(rows[1:]):
        row += [f"Every month {n}", f"Every year {n}", f"Never {n}", ""]
    layout = detected(Sheet("Form", rows))
    assert roles_of(layout) == [("F", "narrative")]


def test_only_unlocked_cells_of_a_protected_sheet_take_answers():
    rows = asked("ID", "Question", "Weight", "Answer", "Comment", "Result")
    for row in rows[1:]:
        row += ["", Cell("", "open"), Cell("", "open"), ""]
    layout = detected(Sheet("Form", rows, protected=True, lists={"D2:D13": OPTIONS}))
    assert roles_of(layout) == [("D", "choice"), ("E", "narrative")]


def test_ranges_that_anyone_may_edit_take_answers_though_their_cells_are_locked():
    rows = asked("ID", "Question", "Answer", "Comment", "Result", cells=("", "", ""))
    ranges = {"C2:D9 C12:D13": "", "E2:E13": "secret"}
    form = Sheet("Form", rows, protected=True, editable=ranges, lists={"C2:C13": OPTIONS})
    layout = detected(form)
    assert roles_of(layout) == [("C", "choice"), ("D", "narrative")]
    assert len(layout.questions) == 12
    open_rows = [*range(2, 10), 12, 13]
    assert [cell.cell for cell in answers_in(layout, "C")] == [f"C{row}" for row in open_rows]
    assert [cell.cell for cell in answers_in(layout, "D")] == [f"D{row}" for row in open_rows]
    _, report = fill(build(form).getvalue(), {"D9": "Yes", "D10": "Yes", "E2": "Yes"}, sheet="Form")
    assert statuses(report) == {"D9": "filled", "D10": "locked", "E2": "locked"}


def test_an_answer_merged_over_two_columns_is_written_to_its_first_cell():
    rows = asked("ID", "Question", "Answer", "Comment", cells=("", ""))
    layout = detected(Sheet("Form", rows, lists={"C2:C11": OPTIONS}, merges=["C12:D12", "C13:D13"]))
    assert [a.cell for a in layout.questions[-1].answers][:1] == ["C13"]
    assert "D13" not in [a.cell for a in layout.questions[-1].answers]


def test_a_priority_that_the_customer_has_set_from_a_list_is_no_answer():
    rows = asked("ID", "Requirement", "Priority", "Status", "Remarks", texts=REQUIREMENTS)
    for n, row in enumerate(rows[1:]):
        row += [["High", "Medium", "Low"][n % 3], "", ""]
    layout = detected(Sheet("Form", rows, lists={"C2:C9": ["High", "Medium", "Low"], "D2:D9": OPTIONS}))
    assert roles_of(layout) == [("D", "choice"), ("E", "narrative")]


def test_a_default_choice_in_every_row_is_still_an_answer():
    rows = asked("ID", "Requirement", "Status", "Comment", texts=REQUIREMENTS, cells=("Open", ""))
    layout = detected(Sheet("Form", rows, lists={"C2:C9": ["Open", "Done"]}))
    assert roles_of(layout) == [("C", "choice"), ("D", "narrative")]


def test_cells_that_limit_the_length_of_a_text_take_a_narrative():
    layout = detected(Sheet("Form", asked("ID", "Question", "Xyzzy"), text_rules=["C2:C13"]))
    assert roles_of(layout) == [("C", "narrative")]


def test_numeric_options_are_read_as_they_are_typed():
    form = Sheet("Form", asked("ID", "Question", "Maturity"), lists={"C2:C13": "=Lists!$A$1:$A$4"})
    cells = answers_in(detected(form, Sheet("Lists", [[0], [1], [2], [2.5]])), "C")
    assert cells[0].allowed == ("0", "1", "2", "2.5")


def test_rows_without_a_dropdown_in_a_column_of_dropdowns_ask_for_text():
    form = Sheet("Form", asked("ID", "Question", "Answer"), lists={"C2:C9": OPTIONS}, merges=["C12:C13"])
    cells = answers_in(detected(form), "C")
    assert [(cell.role, cell.allowed) for cell in cells] == [
        *[("choice", tuple(OPTIONS))] * 8,
        *[("narrative", None)] * 4,
    ]
