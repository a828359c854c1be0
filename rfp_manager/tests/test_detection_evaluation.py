"""What the customer's evaluators write, and titles in capitals, with criteria or tool tips, that mislead."""

import pytest

from rfp_manager.tests.detection_texts import QUESTIONS
from rfp_manager.tests.test_detection_titles import OPTIONS, asked, detected, roles_of
from rfp_manager.tests.workbook_factory import Sheet, computed, heading


@pytest.mark.parametrize(
    "title",
    [
        "To be completed by Client",
        "Bank use only",
        "Ifylls av UM",
        "Vom AG auszufüllen",
        "Réservé à l'acheteur",
    ],
)
def test_what_a_group_title_leaves_to_the_customer_takes_no_answers(title: str):
    group = heading("Requirement", "", "Tenderer", "", title, "")
    rows = [group, heading("ID", "Text", "Compliance", "Explanation", "Score", "Remarks")]
    rows += [[f"T{n}", text, "", "", "", ""] for n, text in enumerate(QUESTIONS, 1)]
    lists = {f"C{row}": OPTIONS for row in range(3, 15)} | {
        f"E{row}": ["0", "1", "2"] for row in range(3, 15)
    }
    layout = detected(Sheet("S", rows, lists=lists, merges=["A1:B1", "C1:D1", "E1:F1"]))
    assert roles_of(layout) == [("C", "choice"), ("D", "narrative")]


def test_a_table_of_what_each_bidder_scored_asks_nothing():
    rows = asked(
        "Ref",
        "Criterion",
        "Weight",
        "Score Bidder A",
        "Score Bidder B",
        "Rationale of evaluators",
        texts=QUESTIONS,
    )
    for row in rows[1:]:
        row += [10, "", "", ""]
    assert not detected(Sheet("S", rows)).is_question_sheet


def test_positions_of_a_bill_of_quantities_are_identifiers_and_no_dates():
    rows = [heading("OZ", "Leistung", "Angaben des Bieters")]
    rows += [[f"01.02.{n:04}", text, ""] for n, text in enumerate(QUESTIONS, 1)]
    assert detected(Sheet("S", rows)).questions[0].identifier == "01.02.0001"


def test_capitals_without_accents_and_questions_with_a_semicolon_are_read():
    texts = [
        "Διαθέτει ο προσφέρων πιστοποίηση;",
        "Περιγράψτε τη μεθοδολογία του έργου.",
        "Ποιος είναι ο χρόνος βλάβης;",
    ]
    rows = [heading("Α/Α", "ΠΡΟΔΙΑΓΡΑΦΗ", "ΑΠΑΙΤΗΣΗ", "ΑΠΑΝΤΗΣΗ", "ΠΑΡΑΠΟΜΠΗ")]
    rows += [[str(n), text, "ΝΑΙ", "", ""] for n, text in enumerate(texts * 2, 1)]
    assert roles_of(detected(Sheet("S", rows)))[0] == ("D", "narrative")


def test_a_tool_tip_that_tells_what_to_write_is_not_where_to_write_it():
    rows = asked("Ref", "Evidence text", "Your evidence", "Tool tip", texts=QUESTIONS)
    for row in rows[1:]:
        row += ["", "Please attach a document or explain."]
    assert [column for column, _ in roles_of(detected(Sheet("S", rows)))] == ["C"]


@pytest.mark.parametrize(
    "titles",
    [
        ("Punkte Bieter 1", "Punkte Bieter 2", "Begründung"),
        ("Poids", "Note attribuée", "Observations de la commission"),
    ],
)
def test_reasons_beside_the_scores_of_suppliers_are_not_asked_of_them(titles: tuple[str, ...]):
    rows = asked("Nr.", "Kriterium", *titles, cells=("", "", ""), texts=QUESTIONS)
    assert not detected(Sheet("S", rows)).is_question_sheet


def test_the_criteria_of_acceptance_are_not_the_requirement():
    rows = asked(
        "ID", "Requirement", "Acceptance criteria", "OOTB / Config / Custom / Not supported", "Comments"
    )
    for n, row in enumerate(rows[1:]):
        row += [f"Given the item {n}, when it is tested by the team, then it passes.", "", ""]
    layout = detected(Sheet("S", rows))
    assert (layout.question_column, roles_of(layout)) == ("B", [("D", "choice"), ("E", "narrative")])


def test_a_sheet_that_repeats_questions_and_answers_for_evaluators_asks_nothing():
    rows: list[list[object]] = [heading("No", "Question", "Supplier answer", "Score 0-5", "Comments")]
    rows += [[str(n), computed(text), computed(""), "", ""] for n, text in enumerate(QUESTIONS, 1)]
    assert not detected(Sheet("S", rows)).is_question_sheet


def test_the_answer_that_the_customer_expects_is_none_to_give():
    rows = asked("ID", "Question", "Answer", "Details", "Compliant answer", texts=QUESTIONS)
    for row in rows[1:]:
        row += ["", "", "Yes"]
    layout = detected(Sheet("S", rows, lists={"C2:C13": OPTIONS}))
    assert [column for column, _ in roles_of(layout)] == ["C", "D"]


def test_a_log_of_questions_that_are_answered_asks_nothing():
    rows = asked("No.", "Date received", "Clarification question", "Authority response", texts=[])
    for n, text in enumerate(QUESTIONS[:4], 1):
        rows.append(
            [n, f"2026-03-0{n}", text, "No." if n % 2 else "Please see section 4 of the tender documents."]
        )
    assert not detected(Sheet("S", rows)).is_question_sheet


@pytest.mark.parametrize(
    ("group", "titles"),
    [("Sparkasse", ("Bewertung", "Kommentar")), ("Bank assessment", ("Risk", "Notes"))],
    ids=["scores", "assessment"],
)
@pytest.mark.parametrize("merges", [(), ("A1:B1", "C1:D1", "E1:F1")], ids=["unmerged", "merged"])
def test_beside_the_suppliers_group_the_one_that_judges_takes_no_answers(
    group: str, titles: tuple[str, str], merges: tuple[str, ...]
):
    rows = [
        heading("Requirement", "", "Anbieter", "", group, ""),
        heading("ID", "Text", "Status", "Remarks", *titles),
    ]
    rows += [[f"T{n}", text, "", "", "", ""] for n, text in enumerate(QUESTIONS, 1)]
    layout = detected(Sheet("S", rows, merges=merges, lists={"C3:C14": OPTIONS, "E3:E14": ["0", "1", "2"]}))
    assert roles_of(layout) == [("C", "choice"), ("D", "narrative")]
    assert layout.header_rows == (1, 2)


@pytest.mark.parametrize("name", ["Vendor", "Bieter", "Soumissionnaire"])
def test_a_column_for_each_of_several_suppliers_is_there_to_compare_them(name: str):
    titles = [f"{name} {letter}" for letter in "ABC"]
    rows = asked("Ref", "Requirement", "Weight", *titles, cells=(25, "", "", ""), texts=QUESTIONS)
    assert not detected(Sheet("S", rows)).is_question_sheet


def risks(title: str) -> list[list[object]]:
    rows: list[list[object]] = [heading("ID", "Risk", "Likelihood", "Impact", title)]
    return rows + [
        [f"R{n}", f"{text} This may fail.", "M", "H", ""] for n, text in enumerate(QUESTIONS[:6], 1)
    ]


def test_risks_that_the_customer_has_rated_ask_nothing_unless_the_supplier_is_named():
    assert not detected(Sheet("S", risks("Status"), lists={"E2:E7": ["Open", "Closed"]})).is_question_sheet
    assert roles_of(detected(Sheet("S", risks("Supplier's mitigation")))) == [("E", "narrative")]


def test_the_page_of_the_offer_is_asked_for_beside_the_response():
    rows = asked(
        "No", "Criterion", "Weight %", "Bidder response", "Page reference in bid", "Score (0-10)", texts=[]
    )
    rows += [[n, text, 10, "", "", ""] for n, text in enumerate(QUESTIONS, 1)]
    assert roles_of(detected(Sheet("S", rows))) == [("D", "narrative"), ("E", "evidence")]


@pytest.mark.parametrize(
    "title",
    [
        "Bank rating",
        "Rating",
        "Council comments",
        "Buyer notes",
        "Insurer validation",
        "Reviewed by",
        "Legal review",
    ],
)
def test_what_the_customer_rates_or_notes_beside_the_response_takes_no_answers(title: str):
    rows = asked("No.", "Question", "Vendor response", title, texts=QUESTIONS)
    assert [column for column, _ in roles_of(detected(Sheet("S", rows)))] == ["C"]


@pytest.mark.parametrize("group", ["", "Priority"])
def test_priorities_that_the_customer_has_ticked_are_not_the_answers(group: str):
    titles = ("ID", "Requirement", "Must", "Should", "Could", "Compliance (Y/N/P)", "Supplier comments")
    rows: list[list[object]] = [heading("Needs", "", group, "", "", "Offer", "")] if group else []
    rows.append(heading(*titles))
    for n, text in enumerate(QUESTIONS):
        ticks = ["x" if n % 3 == at else "" for at in range(3)]
        rows.append([f"L{n}", text, *ticks, "", ""])
    merges = ["A1:B1", "C1:E1", "F1:G1"] if group else []
    assert roles_of(detected(Sheet("S", rows, merges=merges))) == [("F", "choice"), ("G", "narrative")]


def test_an_agenda_asks_nothing():
    rows: list[list[object]] = [heading("Time", "Topic", "Presenter", "Notes")]
    topics = [
        "Welcome and introduction of the teams",
        "Demonstration of the main processes",
        "Questions and answers",
    ]
    rows += [[f"{8 + n}:30", text, "", ""] for n, text in enumerate(topics * 2)]
    assert not detected(Sheet("Agenda", rows)).is_question_sheet


def test_the_date_of_the_customers_own_validation_is_the_customers_as_well():
    rows = asked(
        "ID",
        "Question",
        "Response",
        "Vendor remarks",
        "Insurer validation",
        "Validation date",
        texts=QUESTIONS,
    )
    lists = {"C2:C13": OPTIONS, "E2:E13": ["Accepted", "Rejected"]}
    assert roles_of(detected(Sheet("S", rows, lists=lists))) == [("C", "choice"), ("D", "narrative")]


def test_an_abbreviated_option_beside_yes_and_no_is_marked_like_them():
    rows: list[list[object]] = [heading("Nr.", "Prüffrage", "ja", "nein", "teilw.", "Erläuterung")]
    rows += [[n, text, "", "", "", ""] for n, text in enumerate(QUESTIONS, 1)]
    layout = detected(Sheet("S", rows))
    assert [answer.option for answer in layout.questions[0].answers] == ["ja", "nein", "teilw.", None]


def test_an_inventory_with_a_blank_for_notes_asks_nothing():
    rows: list[list[object]] = [heading("Asset", "Description", "Location", "Owner", "Notes")]
    things = ["Server for the files of all departments", "Switch in the main hall of the plant"]
    rows += [[f"AS-{n}", f"{things[n % 2]} {n}", "Turin", "IT", ""] for n in range(6)]
    assert not detected(Sheet("Inventory", rows)).is_question_sheet
