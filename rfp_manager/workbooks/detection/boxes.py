"""Boxes: questions one below another, each with a drawn blank under it, and perhaps a hint or "Answer:" between."""

from collections import Counter

from core.words import gettext as _
from rfp_manager.workbooks.detection.answers import AnswerRole
from rfp_manager.workbooks.detection.findings import Finding
from rfp_manager.workbooks.detection.requests import is_numbered, requests
from rfp_manager.workbooks.detection.tables import Table
from rfp_manager.workbooks.detection.text_shape import is_identifier, is_statement
from rfp_manager.workbooks.layout import CHOICE, NARRATIVE
from rfp_manager.workbooks.reading.grid import Grid
from rfp_manager.workbooks.reading.references import column_letters

SCAN_LIMIT = 4_000
BOXES = 3
# A question, and at most so many rows of hints, above a box.
ABOVE = 4
# So many of the texts must ask or be numbered, and so many must ask.
TOLD, ASKING = 0.4, 0.25


def find_boxes(grid: Grid) -> Finding | None:
    """The questions of a sheet that is a form for writing by hand; None where fewer than BOXES look alike."""
    found: dict[int, tuple[int, int]] = {}
    for row in range(2, min(grid.height + 2, SCAN_LIMIT) + 1):
        if (place := _question_above(grid, row)) is not None:
            found[row] = place
    if len(found) < BOXES:
        return None
    places = Counter(found.values())
    column, below = max(places, key=lambda place: (_asked_at(grid, found, place), places[place]))
    # Where a title stands right above a question, the usual distance tells which of both it is.
    rows = [
        row - below
        for row, place in found.items()
        if place[0] == column and place[1] >= below and is_statement(grid.text(row - below, column))
    ]
    texts = [grid.text(row, column) for row in rows]
    asked = [requests(text) for text in texts]
    told = sum(asks or is_numbered(text) for asks, text in zip(asked, texts, strict=True))
    if len(rows) < BOXES or len(rows) * 4 < len(found) * 3:
        return None
    if sum(asked) < ASKING * len(rows) or told < TOLD * len(rows):
        return None
    if len(set(texts)) < len(texts) or 2 * len(rows) < _other_statements(grid, column, rows, below):
        return None
    numbers = Counter(cells[0][0] for row in rows if len(cells := grid.row_texts(row)) == 2)
    identifier, named = numbers.most_common(1)[0] if numbers else (None, 0)
    listed = any(grid.has_list(row + below, column) for row in rows)
    reason = _("a framed blank cell stands below each question")
    return Finding(
        Table((), 1, grid.height),
        column,
        identifier if named > 0.8 * len(rows) else None,
        None,
        [AnswerRole(column, CHOICE if listed else NARRATIVE, reason, below=below)],
        rows,
        evidence=[
            _("Column %(column)s holds questions, each with a drawn blank below.")
            % {"column": column_letters(column)}
        ],
    )


def _asked_at(grid: Grid, found: dict[int, tuple[int, int]], place: tuple[int, int]) -> int:
    """How many texts ask that stand at this distance above the boxes of the column."""
    column, below = place
    above = (row - below for row, (at, far) in found.items() if at == column and far >= below)
    return sum(requests(text) for row in above if is_statement(text := grid.text(row, column)))


def _question_above(grid: Grid, row: int) -> tuple[int, int] | None:
    """The column and the distance of the question to which the box in `row` belongs; None where it is no box."""
    if grid.row_texts(row):
        return None
    block: list[int] = []
    # A blank row may part the box from its question.
    nearest = row - 1 if grid.row_texts(row - 1) else row - 2
    for upper in range(nearest, max(row - ABOVE, 1) - 1, -1):
        cells = grid.row_texts(upper)
        numbered = len(cells) == 2 and is_identifier(cells[0][1])
        if (len(cells) != 1 and not numbered) or (block and cells[-1][0] != grid.row_texts(block[0])[-1][0]):
            break
        block.append(upper)
    if not block:
        return None
    column = grid.row_texts(block[0])[-1][0]
    if not is_box(grid, row, column, block[0]):
        return None
    for upper in reversed(block):
        if is_statement(grid.text(upper, column)):
            return column, row - upper
    return None


def is_box(grid: Grid, row: int, column: int, above: int) -> bool:
    """A free cell that is drawn as one: framed, of its own ground, with a list; no more of the same below."""
    if (
        grid.anchor(row, column)[0] != row
        or not grid.is_writable(row, column)
        or grid.is_formula(row, column)
    ):
        return False
    if grid.rule(row, column) is not None:
        return True
    style, other = grid.style(row, column), grid.style(above, column)
    coloured = style.filled and style.look[-1:] != other.look[-1:]
    opened = grid.facts.protected and other.locked
    return coloured or opened or style.framed


def _other_statements(grid: Grid, column: int, rows: list[int], below: int) -> int:
    """How many long texts of the column stand outside of the questions and their hints."""
    taken = {row + at for row in rows for at in range(below)}
    return sum(
        is_statement(grid.text(row, column))
        for row in range(1, min(grid.height, SCAN_LIMIT) + 1)
        if row not in taken
    )
