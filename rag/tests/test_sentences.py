"""Passages to citable units whose quotes can be found again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.services.sentences import split_sentences


def texts(passage: str) -> list[tuple[str, str]]:
    return [(unit.kind, unit.text) for unit in split_sentences(passage)]


@pytest.mark.parametrize(
    ("passage", "parts"),
    [
        ("One is here. Two is there.", ["One is here.", "Two is there."]),
        ("We use e.g. Postgres. It is fast!", ["We use e.g. Postgres.", "It is fast!"]),
        ("See Fig. 3 and Art. 28. It says so.", ["See Fig. 3 and Art. 28.", "It says so."]),
        ("Logs, metrics, etc. They are kept.", ["Logs, metrics, etc.", "They are kept."]),
        ("Version 2.1 runs. 99.9 % of it.", ["Version 2.1 runs.", "99.9 % of it."]),
        ("Dr. Smith signs. Then it ends", ["Dr. Smith signs.", "Then it ends"]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("", []),
        ("---", []),
    ],
)
def test_prose_is_cut_where_a_sentence_ends(passage: str, parts: list[str]) -> None:
    assert [unit.text for unit in split_sentences(passage)] == parts


def test_a_list_comes_as_its_items_and_once_whole_with_what_introduces_it() -> None:
    assert texts("We keep:\n- names\n- dates") == [
        ("prose", "We keep:"),
        ("item", "We keep: names"),
        ("item", "We keep: dates"),
        ("list", "We keep: names; dates."),
    ]


def test_a_row_is_told_with_its_headers_words() -> None:
    table = "| Plan | Kept | Where |\n| --- | --- | --- |\n| Standard | 35 days | EU |\n| Free | | EU |"
    assert texts(table) == [("row", "Standard (Kept: 35 days; Where: EU)"), ("row", "Free: EU")]


def test_a_row_keeps_a_bar_in_a_cell() -> None:
    assert texts("| Key | Value |\n| --- | --- |\n| in\\|out | c |") == [("row", "in|out: c")]


def test_a_heading_in_the_passage_is_no_sentence_and_stands_with_those_under_it() -> None:
    (unit,) = split_sentences("Backups\nThey run every night.")
    assert (unit.text, unit.heading) == ("They run every night.", "Backups")


_passages = st.lists(
    st.sampled_from(
        [
            "One is here. Two!",
            "- an item",
            "  goes on",
            "| a | b |",
            "| --- | --- |",
            "",
            "Head",
            "1. one",
            "x:",
            "```",
        ]
    )
    | st.text(max_size=40),
    max_size=12,
).map("\n".join)


@settings(max_examples=200, deadline=None)
@given(passage=_passages)
def test_every_quote_stands_verbatim_at_its_place(passage: str) -> None:
    for unit in split_sentences(passage):
        assert passage[unit.start : unit.end] == unit.quote
        assert unit.quote.strip() == unit.quote
        assert unit.text
