"""Columns that are answers by what their titles count, whose they are, or by being the unlocked ones."""

import pytest

from rfp_manager.tests.detection_texts import QUESTIONS, REQUIREMENTS
from rfp_manager.tests.workbook_factory import Cell, Sheet, build, heading
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.layout import SheetLayout

LABELS = ["Customer", "Contact person", "Period", "Value", "Short description", "Own share"]


def detected(sheet: Sheet) -> SheetLayout:
    return detect_layout(build(sheet)).sheets[0]


def columns(layout: SheetLayout) -> list[str]:
    return [answer.column for answer in layout.answer_columns]


@pytest.mark.parametrize(
    "titles", [("Contract 1", "Contract 2", "Contract 3"), ("Referenz A", "Referenz B", "Referenz C")]
)
@pytest.mark.parametrize("numbered", [False, True])
def test_each_reference_has_a_column_for_all_that_is_asked(titles: tuple[str, ...], numbered: bool):
    before = ["No.", "Detail"] if numbered else [""]
    rows: list[list[object]] = [heading(*before, *titles)]
    rows += [[*([n] if numbered else []), label, "", "", ""] for n, label in enumerate(LABELS, 1)]
    layout = detected(Sheet("Projects", rows))
    assert [q.text for q in layout.questions] == LABELS
    assert columns(layout) == (["C", "D", "E"] if numbered else ["B", "C", "D"])


@pytest.mark.parametrize("name", ["Year", "Phase", "Site", "Week"])
def test_columns_that_count_anything_else_ask_nothing(name: str):
    rows = [heading("", *(f"{name} {n}" for n in (1, 2, 3))), *([label, "", "", ""] for label in LABELS)]
    assert not detected(Sheet("Plan", rows)).is_question_sheet


def test_unlocked_columns_without_titles_are_answers():
    rows: list[list[object]] = [heading("Item", "Description", "", "")]
    rows += [[n, text, Cell("", "open"), Cell("", "open")] for n, text in enumerate(REQUIREMENTS, 1)]
    assert columns(detected(Sheet("S", rows, protected=True))) == ["C", "D"]


def test_what_the_institution_notes_is_no_answer():
    rows: list[list[object]] = [heading("ID", "Question", "Vendor answer", "University's notes")]
    rows += [[f"Q-{n}", text, "", ""] for n, text in enumerate(QUESTIONS, 1)]
    assert columns(detected(Sheet("S", rows))) == ["C"]


def test_short_comments_of_the_supplier_beside_answers_that_are_given_are_answers():
    rows: list[list[object]] = [heading("ID", "Question", "Supplier response", "Supplier comments")]
    rows += [
        [f"Q-{n}", text, "YesNo"[3 * (n % 2) :], f"See our manual, chapter {n}."]
        for n, text in enumerate(QUESTIONS, 1)
    ]
    layout = detected(Sheet("S", rows, lists={"C2:C13": ["Yes", "No"]}))
    assert columns(layout) == ["C", "D"]
    assert all(answer.filled for q in layout.questions for answer in q.answers)


@pytest.mark.parametrize("title", ["評価 (○/△/×)", "評価（○・△・×）"])
def test_signs_in_a_title_are_its_options(title: str):
    rows: list[list[object]] = [heading("項番", "確認内容", title, "備考")]
    rows += [
        [n, f"{text}であること。", "", ""]
        for n, text in enumerate(
            [
                "多要素認証を導入していること",
                "ログを一年以上保管していること",
                "責任者が任命されていること",
                "規程を毎年見直していること",
            ],
            1,
        )
    ]
    layout = detected(Sheet("S", rows))
    assert layout.questions[0].answers[0].allowed == ("○", "△", "×")


def test_what_a_supplier_offers_between_its_answers_is_asked_as_well():
    rows: list[list[object]] = [
        heading("ID", "Requirement", "Compliance", "Available from (version)", "Effort", "Points", "Remarks")
    ]
    rows += [[f"R-{n}", text, "", "", "", "", ""] for n, text in enumerate(REQUIREMENTS, 1)]
    assert columns(detected(Sheet("S", rows))) == ["C", "D", "E", "G"]


@pytest.mark.parametrize(
    ("title", "role"),
    [("Explanation and link to the policy", "narrative"), ("Link to the policy", "evidence")],
)
def test_an_explanation_with_a_link_is_a_text(title: str, role: str):
    rows: list[list[object]] = [heading("ID", "Question", "Yes / No", title)]
    rows += [[f"Q-{n}", text, "", ""] for n, text in enumerate(QUESTIONS, 1)]
    assert detected(Sheet("S", rows)).answer_columns[1].role == role


def test_remarks_of_whoever_scores_the_supplier_are_no_answers():
    rows: list[list[object]] = [
        heading("No.", "Question", "Self-score (0-3)", "Supplier remarks", "SQE score", "SQE remarks")
    ]
    rows += [[n, text, "", "", "", ""] for n, text in enumerate(QUESTIONS, 1)]
    assert columns(detected(Sheet("S", rows))) == ["C", "D"]


def test_values_offered_beside_values_required_are_answers():
    rows: list[list[object]] = [heading("Pos.", "Parameter", "Required value", "Offered value", "Remarks")]
    rows += [
        [n, f"{name} at full load", f"{n} kW", "", ""]
        for n, name in enumerate(["Power", "Noise", "Weight", "Losses", "Heat"], 1)
    ]
    assert columns(detected(Sheet("S", rows))) == ["D", "E"]


def test_codes_before_the_questions_are_answers_though_comments_stand_behind():
    rows: list[list[object]] = [["A - available now"], ["B - in the next release"], ["C - not available"], []]
    rows += [heading("Ref", "Response", "Specification", "Vendor comments")]
    rows += [[f"C-{n}", "", text, ""] for n, text in enumerate(REQUIREMENTS, 1)]
    layout = detected(Sheet("S", rows))
    assert layout.question_column == "C"
    assert layout.questions[0].answers[0].allowed == ("A", "B", "C")
    assert columns(layout) == ["B", "D"]


def test_the_options_that_the_customer_lists_row_by_row_are_no_answers():
    rows: list[list[object]] = [heading("ID", "Question", "Answer", "Answer options")]
    rows += [[f"Q-{n}", text, "", "Yes;No" if n % 3 == 0 else ""] for n, text in enumerate(QUESTIONS, 1)]
    assert columns(detected(Sheet("S", rows))) == ["C"]


def test_a_blank_for_the_rebate_does_not_make_a_price_list_ask():
    rows: list[list[object]] = [heading("SKU", "Description", "Unit", "Price", "Discount")]
    rows += [
        [f"SKU-{n}", f"Toner cartridge for printers of series {n}", "pc", 20 + n, ""] for n in range(1, 8)
    ]
    assert not detected(Sheet("S", rows)).is_question_sheet


def test_projects_without_a_client_are_ones_own_plans():
    rows: list[list[object]] = [heading("", "Project 1", "Project 2", "Project 3")]
    rows += [[label, "", "", ""] for label in ("Sponsor", "Budget", "Spent to date", "Start", "End", "State")]
    assert not detected(Sheet("Portfolio", rows)).is_question_sheet
