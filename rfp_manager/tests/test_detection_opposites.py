"""Titles that deny one another, or end in "Yes/No", are options; questions beside titled blanks ask."""

import pytest

from rfp_manager.tests.detection_texts import QUESTIONS, REQUIREMENTS
from rfp_manager.tests.test_detection_titles import asked, detected, roles_of
from rfp_manager.tests.workbook_factory import Cell, Sheet, heading


@pytest.mark.parametrize(
    "pair",
    [
        ("trifft zu", "trifft nicht zu"),
        ("SÌ", "NO"),
        ("In place", "Not in place"),
        ("Aanwezig", "Niet aanwezig"),
    ],
)
def test_two_columns_of_which_one_denies_the_other_are_options(pair: tuple[str, str]):
    rows = asked("Nr.", "Statement", *pair, cells=("", ""), texts=REQUIREMENTS)
    layout = detected(Sheet("S", rows))
    assert [(column.kind, column.option) for column in layout.answer_columns] == [
        ("tick", one) for one in pair
    ]


@pytest.mark.parametrize(
    ("title", "options"),
    [
        ("Cumple Sí/No", ("Sí", "No")),
        ("Compliant Yes/No", ("Yes", "No")),
        ("Compliance Y/N/NA", ("Y", "N", "NA")),
        ("Fully met/Not met", ("Fully met", "Not met")),
    ],
)
def test_options_after_a_word_are_read_without_it(title: str, options: tuple[str, ...]):
    rows = asked("No.", "Requirement", title, "Comments", cells=("", ""), texts=REQUIREMENTS)
    layout = detected(Sheet("S", rows))
    assert roles_of(layout)[0] == ("C", "choice")
    assert layout.questions[0].answers[0].allowed == options


def test_a_few_questions_under_a_title_beside_blanks_ask():
    rows: list[list[object]] = []
    for title, texts in (("External infrastructure", QUESTIONS[:3]), ("Web application", QUESTIONS[3:6])):
        rows += [heading(title, "Details"), *[[text, Cell("", "answer")] for text in texts], []]
    assert [q.row for q in detected(Sheet("S", rows)).questions] == [2, 3, 4, 7, 8, 9]


def test_what_stands_between_an_option_and_its_denial_is_an_option():
    titles = ("Item", "Requisito", "Atende", "Atende parcialmente", "Não atende", "Justificativa")
    rows = [heading(*titles), *([f"1.{n}", text, "", "", "", ""] for n, text in enumerate(REQUIREMENTS, 1))]
    layout = detected(Sheet("S", rows))
    assert [(a.column, a.option) for a in layout.answer_columns] == [
        ("C", "Atende"),
        ("D", "Atende parcialmente"),
        ("E", "Não atende"),
        ("F", None),
    ]
