"""Cards: each question a small block of its own, "Question | text" with "Answer | blank" in a row below."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from core.words import gettext as _
from rfp_manager.workbooks.detection.answers import AnswerRole
from rfp_manager.workbooks.detection.boxes import is_box
from rfp_manager.workbooks.detection.column_owners import is_for_reviewer
from rfp_manager.workbooks.detection.findings import Finding
from rfp_manager.workbooks.detection.requests import requests
from rfp_manager.workbooks.detection.tables import Table
from rfp_manager.workbooks.detection.text_shape import (
    asks,
    is_identifier,
    is_placeholder,
    is_statement,
    normalised,
    word_count,
)
from rfp_manager.workbooks.detection.vocabulary import mentions
from rfp_manager.workbooks.layout import CHOICE, EVIDENCE, NARRATIVE
from rfp_manager.workbooks.reading.grid import Grid
from rfp_manager.workbooks.reading.references import column_letters

SCAN_LIMIT = 4_000
CARDS = 3
LABEL_WORDS = 5
# So many rows at most, such as the weighting and a hint, may stand between a question and its answer.
BETWEEN = 4
# So many further blanks at most follow on the answer's.
FURTHER = 3
# Where all but fewer than these are answered, the answers are there to be read.
OPEN_SHARE = 0.2
_ASKING = ("answer", "comment", "evidence_link")


class _Card(NamedTuple):
    """How a card is laid out: the columns of its labels, of its question, of its answer, and their distance."""

    label: int
    question: int
    answer: int
    below: int


def find_cards(grid: Grid) -> Finding | None:
    """The cards of a sheet that is no table; None where fewer than CARDS look alike."""
    found = {
        row - card.below: card
        for row in range(2, min(grid.height + 1, SCAN_LIMIT) + 1)
        if (card := _card_above(grid, row)) is not None
    }
    if not found:
        return None
    usual = Counter(found.values()).most_common(1)[0][0]
    open_rows = [row for row, card in found.items() if card == usual]
    rows = sorted({*open_rows, *_rows_alike(grid, usual, open_rows)})
    blank = sum(is_placeholder(grid.text(row + usual.below, usual.answer)) for row in rows)
    if len(rows) < CARDS or len(open_rows) * 2 < len(found) or blank < OPEN_SHARE * len(rows):
        return None
    own = usual.label != usual.question
    named = own and sum(is_identifier(grid.text(row, usual.label)) for row in rows) > 0.8 * len(rows)
    return Finding(
        Table((), 1, grid.height),
        usual.question,
        usual.label if named else None,
        None,
        _answers(grid, usual, rows),
        rows,
        evidence=[
            _("Column %(column)s holds questions, each with a blank labelled as its answer below.")
            % {"column": column_letters(usual.question)}
        ],
    )


def _rows_alike(grid: Grid, usual: _Card, open_rows: list[int]) -> list[int]:
    """The questions of cards with the same labels, answered already or not, however short the question is."""
    if usual.label == usual.question:
        return []
    labels = {_label(grid, row + usual.below, usual.label) for row in open_rows}
    names = {_label(grid, row, usual.label) for row in open_rows}
    return [
        row
        for row in range(1, min(grid.height, SCAN_LIMIT) - usual.below + 1)
        if _label(grid, row + usual.below, usual.label) in labels
        and _label(grid, row, usual.label) in names
        and grid.text(row, usual.question)
        and grid.is_writable(row + usual.below, usual.answer)
    ]


def _answers(grid: Grid, usual: _Card, rows: list[int]) -> list[AnswerRole]:
    """The blank labelled as the answer, and others with labels in all cards, beside or below it: "Comment"."""
    reason = _("a blank labelled as the answer stands below each question")
    found = [
        AnswerRole(usual.answer, _role(grid, usual.answer, usual.below, rows), reason, below=usual.below)
    ]
    for below in range(usual.below, usual.below + FURTHER + 1):
        labels = [usual.label] if below > usual.below and usual.label != usual.answer else []
        labels += [column for column, _text in grid.row_texts(rows[0] + below) if column > usual.answer]
        for column in labels:
            label, count = Counter(_label(grid, row + below, column) for row in rows).most_common(1)[0]
            if count < 0.8 * len(rows) or not any(mentions(label, concept) for concept in _ASKING):
                if column == usual.label:
                    return found  # the next card begins
                continue
            if is_for_reviewer(label):
                continue
            field = usual.answer if column == usual.label else grid.column_after(rows[0] + below, column)
            role = _role(grid, field, below, rows)
            links = mentions(label, "evidence_link") and not mentions(label, "answer")
            found.append(
                AnswerRole(field, EVIDENCE if links and role == NARRATIVE else role, reason, below=below)
            )
    return sorted(found, key=lambda answer: (answer.column, answer.below))


def _role(grid: Grid, column: int, below: int, rows: list[int]) -> str:
    return CHOICE if any(grid.has_list(row + below, column) for row in rows) else NARRATIVE


def _label(grid: Grid, row: int, column: int) -> str:
    """The label without its number: "question" of "Question 3"."""
    return normalised(grid.text(row, column)).rstrip("0123456789 .:")


def _card_above(grid: Grid, row: int) -> _Card | None:
    """The card that ends in `row`, where a blank stands beside a label such as "Answer"."""
    if not grid.row_texts(row):
        return _card_over_box(grid, row - 1)
    field = _blank_field(grid, row)
    if field is None or not mentions(grid.text(row, field[0]), "answer"):
        return None
    label, column = field
    block = list(rows_above(grid, row, BETWEEN))
    for upper in reversed(block):
        name, text = grid.text(upper, label), grid.text(upper, column)
        told = mentions(name, "question") and requests(text)
        if told or (is_statement(text) and (mentions(name, "question") or is_identifier(name))):
            return _Card(label, column, column, row - upper)
    for upper in reversed(block):
        text = grid.text(upper, label)
        if is_statement(text) and not grid.text(upper, column) and not _is_box_below(grid, row, label):
            return _Card(label, label, column, row - upper)
    return None


def _card_over_box(grid: Grid, row: int) -> _Card | None:
    """The card whose answer is a drawn blank below its label: "Question | text", then "Response", then the blank."""
    cells = grid.row_texts(row)
    if len(cells) != 1 or word_count(cells[0][1]) > LABEL_WORDS or not mentions(cells[0][1], "answer"):
        return None
    column = cells[0][0]
    if not _is_box_below(grid, row, column):
        return None
    for upper in rows_above(grid, row, BETWEEN):
        beside = grid.row_texts(upper)
        if len(beside) == 2 and beside[0][0] == column and is_statement(beside[1][1]):
            name = beside[0][1]
            if mentions(name, "question") or is_identifier(name):
                return _Card(column, beside[1][0], column, row + 1 - upper)
    return None


def _is_box_below(grid: Grid, row: int, column: int) -> bool:
    return not grid.row_texts(row + 1) and is_box(grid, row + 1, column, row)


def rows_above(grid: Grid, row: int, most: int) -> Iterable[int]:
    """The rows right above, from the nearest up, until one that is blank or an answer's own."""
    for upper in range(row - 1, max(row - most, 1) - 1, -1):
        cells = grid.row_texts(upper)
        if not cells:
            return
        field = _blank_field(grid, upper)
        if field is not None and mentions(grid.text(upper, field[0]), "answer") and len(cells) == 1:
            return
        yield upper


def _blank_field(grid: Grid, row: int) -> tuple[int, int] | None:
    """Where a row is a label with a blank beside it: the columns of both."""
    cells = grid.row_texts(row)
    if not 0 < len(cells) <= 2 or word_count(cells[0][1]) > LABEL_WORDS or asks(cells[0][1]):
        return None
    column = cells[0][0]
    beside = grid.column_after(row, column)
    if (
        grid.is_formula(row, beside)
        or not grid.is_writable(row, beside)
        or grid.anchor(row, beside)[0] != row
    ):
        return None
    said = grid.text(row, beside)
    return None if said and not is_placeholder(said) else (column, beside)
