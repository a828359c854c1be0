"""Answers that no title announces: beside or below questions that stand alone, in columns drawn as blanks."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from core.words import gettext as _
from rfp_manager.workbooks.detection.answers import AnswerRole
from rfp_manager.workbooks.detection.columns import ColumnProfile
from rfp_manager.workbooks.detection.requests import requests
from rfp_manager.workbooks.detection.tables import Table
from rfp_manager.workbooks.detection.text_shape import (
    asks,
    identifier_shape,
    is_statement,
    leading_identifier,
)
from rfp_manager.workbooks.layout import NARRATIVE
from rfp_manager.workbooks.reading.grid import Grid

# A bare list of mixed sentences asks so many questions at least.
BARE_QUESTIONS = 3
# Fewer fields than this stand beside a question.
FIELDS = 6


def beside_or_below(
    grid: Grid, own: ColumnProfile, sample: list[int], rows: list[int], last_column: int
) -> tuple[list[AnswerRole], list[int], bool]:
    """The answers to a bare list of questions, its rows, and whether nothing but its sentences told that it asks."""
    question = own.column
    if not _is_bare_list(grid, own, sample):
        return [], rows, False
    boxed = [row for row in sample if _is_boxed_below(grid, row, question)]
    if len(boxed) >= 0.8 * len(sample):
        reason = _("a framed blank cell stands below each question")
        below = [AnswerRole(question, NARRATIVE, reason, below=1)]
        return below, [row for row in rows if _is_boxed_below(grid, row, question)], False
    beside = _next_column(grid, sample, question, last_column)
    return beside, _numbered_alike(rows, grid.texts(question, rows)) if beside else rows, bool(beside)


def _is_bare_list(grid: Grid, own: ColumnProfile, rows: list[int]) -> bool:
    """Questions alone, perhaps with requests and requirements among them. Texts that answer themselves are not."""
    texts = [text for text in grid.texts(own.column, rows) if text]
    asking = [text for text in texts if asks(text)]
    if 2 * sum(asks(text[-2:]) for text in asking) < len(asking):
        return False
    numbered = sum(leading_identifier(text) is not None for text in texts)
    if own.asking >= 0.7 or (own.asking >= 0.4 and numbered >= 0.6 * len(texts)):
        return True
    # Instructions tell what to do as well: some questions must be among the requests.
    longer = list(filter(is_statement, texts))
    if len(asking) < BARE_QUESTIONS or len(asking) < 0.2 * len(longer) or len(longer) < 0.7 * len(texts):
        return False
    asked = sum(map(requests, longer))
    if numbered >= 0.6 * len(longer):
        return asked >= 0.3 * len(longer)
    if asked < 0.4 * len(longer):
        return False
    return asked - len(asking) >= 0.1 * len(longer) or not _are_answered_below(texts)


def _numbered_alike(rows: list[int], texts: Sequence[str]) -> list[int]:
    """The rows that are numbered as most are, where nearly all are: titles between them are not, or otherwise."""
    numbers = [parts[0] if (parts := leading_identifier(text)) else "" for text in texts]
    shapes = Counter(identifier_shape(number) for number in numbers if number)
    if shapes.total() < 0.7 * sum(map(is_statement, texts)):
        return rows
    usual = {shape for shape, count in shapes.items() if count >= max(2.0, 0.15 * shapes.total())}
    return [
        row for row, number in zip(rows, numbers, strict=True) if number and identifier_shape(number) in usual
    ]


def _are_answered_below(texts: list[str]) -> bool:
    """Questions and answers take turns, as on a page of frequent ones."""
    followed = [not asks(below) for text, below in pairwise(texts) if asks(text)]
    return sum(followed) > 0.8 * len(followed)


def _is_boxed_below(grid: Grid, row: int, question: int) -> bool:
    """Forms for writing by hand leave a framed blank under each question."""
    area = grid.merge(row + 1, question)
    wide = area is not None and area.first_row == row + 1 and area.last_column > question
    return not grid.text(row + 1, question) and (wide or grid.style(row + 1, question).filled)


def untitled_columns(grid: Grid, table: Table, rows: list[int], question: int) -> list[AnswerRole]:
    """Beside the questions, where the heading says nothing: blank cells that are drawn, or left unlocked, as fields."""
    reason = _("it is drawn as the blank field beside each question")
    found: list[AnswerRole] = []
    for column in range(question + 1, min(table.last_column, question + FIELDS) + 1):
        if not _is_field(grid, rows, question, column):
            return found
        found.append(AnswerRole(column, NARRATIVE, reason))
        if not _is_unlocked(grid, rows[0], question, column):
            return found  # what is merely framed like it, further on, may be framed for somebody else
    return found[:1]  # all the rest of the sheet is unlocked


def _is_field(grid: Grid, rows: list[int], question: int, column: int) -> bool:
    if any(grid.text(*grid.anchor(row, column)) for row in rows):
        return False
    drawn = sum(
        (style := grid.style(row, column)).framed
        or (style.filled and style.look != grid.style(row, question).look)
        or _is_unlocked(grid, row, question, column)
        for row in rows
        if grid.is_writable(row, column)
    )
    return drawn >= 0.8 * len(rows)


def _is_unlocked(grid: Grid, row: int, question: int, column: int) -> bool:
    """On a protected sheet, where the question is locked: nothing else is said so plainly to be filled in."""
    return grid.facts.protected and grid.is_writable(row, column) and not grid.is_writable(row, question)


def _next_column(grid: Grid, rows: list[int], question: int, last: int) -> list[AnswerRole]:
    """A bare list of questions is answered beside each, when that column is blank."""
    column = question + 1
    if column > last or any(grid.text(*grid.anchor(row, column)) for row in rows):
        return []
    return [AnswerRole(column, NARRATIVE, _("it is the blank column beside a bare list of questions"))]
