"""Tables in a passage are tables again, and what is marked in it stays marked."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.template.loader import render_to_string

from themis.passage_blocks import passage_blocks

TABLE = "| Plan | Price |\n| --- | --- |\n| Small | 10 |\n| Large \\| XL | 20 |"


@dataclass(frozen=True)
class Cut:
    text: str
    marked: bool


def shown(passage: Any) -> str:
    return " ".join(render_to_string("components/passage.html", {"passage": passage}).split())


def cells(passage: Any) -> list[list[str]]:
    (table,) = (block for block in passage_blocks(passage) if block.is_table)
    rows = [table.head, *table.rows] if table.head else table.rows
    return [["".join(text for text, _marked in cell) for cell in row] for row in rows]


def test_a_table_between_paragraphs_has_its_heading_and_rows() -> None:
    blocks = passage_blocks(f"What it costs:\n\n{TABLE}\n\nWithout tax.")
    assert [block.is_table for block in blocks] == [False, True, False]
    assert [blocks[0].runs, blocks[2].runs] == [[("What it costs:", False)], [("Without tax.", False)]]
    assert cells(TABLE) == [["Plan", "Price"], ["Small", "10"], ["Large | XL", "20"]]


def test_rows_whose_heading_is_in_another_passage_have_none() -> None:
    assert cells("| A | 1 |\n| B |  |\n| C |") == [["A", "1"], ["B", ""], ["C", ""]]
    assert "<th" not in shown("| A | 1 |\n| B |  |")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("| Encryption at rest | AES-256-GCM |", "Encryption at rest · AES-256-GCM"),
        ("Choose A | B.", "Choose A | B."),
        ("|", "|"),
        ("| Half a row", "| Half a row"),
        ("One.\n\n  Two.\nThree.", "One.\n\n  Two.\nThree."),
        ("| --- | --- |", ""),
    ],
)
def test_what_is_no_table_stays_words(text: str, said: str) -> None:
    blocks = passage_blocks(text)
    assert "".join(run for block in blocks for run, _marked in block.runs) == said
    assert not any(block.is_table for block in blocks)


def test_marks_stay_in_cells_and_across_lines() -> None:
    before, row, after = "Kept\n| Plan | Price |\n| --- | --- |\n", "| Small | 10 |", "\n| Large | 20 |"
    page = shown([Cut("It is so.", True), Cut("\n" + before, False), Cut(row, True), Cut(after, False)])
    assert "<mark>It is so.</mark>" in page
    assert "<mark>Small</mark>" in page and "<mark>10</mark>" in page
    assert "<mark>Large" not in page
    assert page.count("<mark>") == 3


def test_a_mark_within_a_cell_is_no_wider() -> None:
    page = shown([Cut("| A | for ", False), Cut("30 days", True), Cut(" |\n| B | - |", False)])
    assert "for <mark>30 days</mark></td>" in page


def test_nothing_of_a_passage_runs() -> None:
    page = shown("| <script>alert(1)</script> | <img src=x> |\n| A | B |\n\n<b>bold</b>")
    assert "<script" not in page and "<img" not in page and "<b>" not in page
