"""A form's fingerprint: the same for every copy of the form, whoever has filled it in.

It is made of structure alone: titles of the sheets, titles over the columns, and which columns are guarded by
which dropdowns. Answers, questions, their order and their number do not change it.
"""

import hashlib
from dataclasses import dataclass

from rfp_manager.workbooks.detection.headings import find_headings
from rfp_manager.workbooks.detection.text_shape import normalised, word_count
from rfp_manager.workbooks.reading import Book, Grid, column_letters

TITLE_WORDS = 12


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`form` names the whole workbook; `sheets` its worksheets by title, so that a form with one more is known."""

    form: str
    sheets: dict[str, str]


def fingerprint_of(book: Book) -> Fingerprint:
    sheets = {grid.name: sheet_fingerprint(grid) for grid in book.grids}
    return Fingerprint(_digest(sorted(sheets.values())), sheets)


def sheet_fingerprint(grid: Grid) -> str:
    """Of one sheet. A sheet without headings and dropdowns is known by its title alone."""
    return _digest([normalised(grid.name), *_titles(grid), *_rules(grid)])


def _titles(grid: Grid) -> list[str]:
    """The titles of the first heading, by column; what stands in the rows below does not count."""
    for heading in find_headings(grid)[:1]:
        return [
            f"{column_letters(column)}={normalised(title)}"
            for column, title in sorted(heading.titles.items())
            if word_count(title) <= TITLE_WORDS
        ]
    return []


def _rules(grid: Grid) -> list[str]:
    """The kinds of data validation by column; over how many rows they reach does not count."""
    found = set()
    for rule in grid.facts.rules:
        for area in rule.areas:
            for column in range(area.first_column, min(area.last_column, area.first_column + 40) + 1):
                found.add(f"{column_letters(column)}:{rule.kind}")
    return sorted(found)


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()
