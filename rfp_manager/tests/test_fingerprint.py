"""A form is known again by its structure: filled in, shuffled or longer; and other forms are not taken for it."""

import io
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from rfp_manager.tests.detection_texts import QUESTIONS, REQUIREMENTS
from rfp_manager.tests.two_tables import NOTES, two_tables
from rfp_manager.tests.workbook_factory import Sheet, build, heading
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.fingerprint import Fingerprint, fingerprint_of
from rfp_manager.workbooks.reading import open_book
from rfp_manager.workbooks.writing import CellAnswer, fill_workbook

TITLES = ("ID", "Question", "Answer", "Comment")
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "Zs")), min_size=1, max_size=60).map(
    str.strip
)


def fingerprint(source: io.BytesIO) -> Fingerprint:
    with open_book(source) as book:
        return fingerprint_of(book)


def form(
    texts: list[str], answers: list[str] | None = None, titles: tuple[str, ...] = TITLES, name: str = "Form"
) -> io.BytesIO:
    answers = answers or [""] * len(texts)
    body = [
        [f"A-{n}", text, "", answer] for n, (text, answer) in enumerate(zip(texts, answers, strict=True), 1)
    ]
    return build(NOTES, Sheet(name, [heading(*titles), *body], lists={f"C2:C{len(body) + 1}": ["Yes", "No"]}))


def test_a_form_that_was_filled_in_is_the_same_form() -> None:
    blank = two_tables()
    layout = detect_layout(blank)
    answers = [
        CellAnswer(sheet.sheet, cell.cell, cell.allowed[0] if cell.allowed else "We do, every month.")
        for sheet in layout.sheets
        for question in sheet.questions
        for cell in question.answers
    ]
    filled = io.BytesIO()
    fill_workbook(blank, answers, filled)
    assert fingerprint(filled) == fingerprint(blank)


@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(st.sampled_from(QUESTIONS + REQUIREMENTS), min_size=4, max_size=20, unique=True),
    data=st.data(),
)
def test_questions_their_order_and_number_and_the_answers_do_not_matter(
    texts: list[str], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(texts))[: max(4, len(texts) // 2)]
    answers = data.draw(
        st.lists(st.one_of(st.just(""), WORDS), min_size=len(shuffled), max_size=len(shuffled))
    )
    assert fingerprint(form(shuffled, answers)) == fingerprint(form(texts))


def test_other_titles_columns_sheets_or_dropdowns_make_another_form() -> None:
    usual = fingerprint(form(QUESTIONS))
    others = [
        form(QUESTIONS, titles=("ID", "Question", "Answer", "Evidence")),
        form(QUESTIONS, titles=("Question", "ID", "Answer", "Comment")),
        form(QUESTIONS, name="Security"),
        build(
            NOTES, Sheet("Form", [heading(*TITLES), *[[f"A-{n}", text] for n, text in enumerate(QUESTIONS)]])
        ),
    ]
    prints = {fingerprint(other).form for other in others}
    assert len(prints) == len(others)
    assert usual.form not in prints


def test_a_form_with_a_sheet_more_shares_the_sheets_it_had() -> None:
    smaller, larger = fingerprint(two_tables(notes=False)), fingerprint(two_tables())
    assert smaller.form != larger.form
    assert smaller.sheets["Form"] == larger.sheets["Form"]


def test_a_fingerprint_shows_nothing_of_the_form() -> None:
    found = fingerprint(two_tables())
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in [found.form, *found.sheets.values()])
