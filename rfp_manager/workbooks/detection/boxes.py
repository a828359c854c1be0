"""Boxes: questions one below another, each with a drawn blank under it, and perhaps a hint or "Answer:" between."""

from collections import Counter
from dataclasses import replace

from core.words import gettext as _
from rfp_manager.workbooks.detection.answers import AnswerRole
from rfp_manager.workbooks.detection.findings import Finding
from rfp_manager.workbooks.detection.requests import is_numbered, requests
from rfp_manager.workbooks.detection.tables import Table
from rfp_manager.workbooks.detection.text_shape import is_identifier, is_statement
from rfp_manager.workbooks.layout import CHOICE, NARRATIVE, NEXT_BOX
from rfp_manager.workbooks.reading.grid import Grid
from rfp_manager.workbooks.reading.references import column_letters

SCAN_LIMIT = 4_000
# So many of one kind make a form, so many of them left blank.
BOXES, OPEN_BOXES = 3, 2
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
    found |= _answered_boxes(grid, found)
    if len(found) < BOXES:
        return None
    readings = [_at_one_distance(grid, found), _at_any_distance(grid, found)]
    return max(filter(None, readings), key=lambda read: _asking_texts(grid, read), default=None)


def _asking_texts(grid: Grid, found: Finding) -> int:
    return sum(requests(grid.text(row, found.question)) for row in found.rows)


def _answered_boxes(grid: Grid, found: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Texts right below a question that are drawn as the blank boxes below the others are: answers given already."""
    if len(found) < OPEN_BOXES:
        return {}
    column, below = Counter(found.values()).most_common(1)[0][0]
    looks = {grid.style(row, column).look for row, place in found.items() if place == (column, below)}
    asked = {grid.style(row - below, column).look for row, place in found.items() if place == (column, below)}
    return {
        row: (column, below)
        for row in range(below + 1, min(grid.height, SCAN_LIMIT) + 1)
        if grid.style(row, column).look in looks - asked
        and grid.text(row, column)
        and grid.style(row - below, column).look in asked
        and (requests(text := grid.text(row - below, column)) or is_numbered(text))
    }


def _at_one_distance(grid: Grid, found: dict[int, tuple[int, int]]) -> Finding | None:
    """The form in which all boxes stand equally far below their questions."""
    places = Counter(found.values())
    column, below = max(places, key=lambda place: (_asked_at(grid, found, place), places[place]))
    # Where a title stands right above a question, the usual distance tells which of both it is.
    rows = [
        row - below
        for row, place in found.items()
        if place[0] == column and place[1] >= below and _may_ask(grid.text(row - below, column))
    ]
    if len(rows) * 4 < len(found) * 3:
        return None
    hints = {row + at for row in rows for at in range(below)}
    return _finding(grid, column, rows, hints, below)


def _at_any_distance(grid: Grid, found: dict[int, tuple[int, int]]) -> Finding | None:
    """The form in which some questions have more hints below them than others: each box has one text that asks."""
    column = Counter(place[0] for place in found.values()).most_common(1)[0][0]
    here = {row: far for row, (at, far) in found.items() if at == column}
    asking = {row: _asking_row(grid, row, far, column) for row, far in here.items()}
    rows = [asked for row, asked in asking.items() if asked and box_below(grid, asked, column) == row - asked]
    if len(rows) * 4 < len(found) * 3:
        return None
    hints = {at for row, far in here.items() for at in range(row - far, row)}
    return _finding(grid, column, rows, hints, NEXT_BOX)


def _asking_row(grid: Grid, box: int, far: int, column: int) -> int | None:
    """The first text above the box that asks, else the first that is numbered: titles before it do neither."""
    block = [row for row in range(box - far, box) if _may_ask(grid.text(row, column))]
    for tells in (requests, is_numbered):
        for row in block:
            if tells(grid.text(row, column)):
                return row
    return None


def _finding(grid: Grid, column: int, rows: list[int], taken: set[int], below: int) -> Finding | None:
    """The form with its questions in `rows`, where these are enough and ask; `taken` are their rows and the hints'."""
    texts = [grid.text(row, column) for row in rows]
    asked = [requests(text) for text in texts]
    told = sum(asks or is_numbered(text) for asks, text in zip(asked, texts, strict=True))
    if len(rows) < BOXES or sum(asked) < ASKING * len(rows) or told < TOLD * len(rows):
        return None
    if len(set(texts)) < len(texts) or 2 * len(rows) < _other_statements(grid, column, taken):
        return None
    numbers = Counter(cells[0][0] for row in rows if len(cells := grid.row_texts(row)) == 2)
    identifier, named = numbers.most_common(1)[0] if numbers else (None, 0)
    answer = AnswerRole(column, NARRATIVE, _("a framed blank cell stands below each question"), below=below)
    if any(grid.has_list(answer_row(grid, answer, row), column) for row in rows):
        answer = replace(answer, role=CHOICE)
    return Finding(
        Table((), 1, grid.height),
        column,
        identifier if named > 0.8 * len(rows) else None,
        None,
        [answer],
        rows,
        evidence=[
            _("Column %(column)s holds questions, each with a drawn blank below.")
            % {"column": column_letters(column)}
        ],
    )


def answer_row(grid: Grid, answer: AnswerRole, row: int) -> int:
    """The row that takes the answer to the question in `row`."""
    return row + (box_below(grid, row, answer.column) if answer.below == NEXT_BOX else answer.below)


def box_below(grid: Grid, row: int, column: int) -> int:
    """How far below `row` the next box of the column stands; right below where there is none."""
    filled = row
    for lower in range(row + 1, row + ABOVE + 1):
        if grid.row_texts(lower):
            filled = lower
        elif is_box(grid, lower, column, filled):
            return lower - row
    return 1


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
    if not is_box(grid, row, column, block[0]) and not _is_left_plain(grid, row, column, block[0]):
        return None
    for upper in reversed(block):
        if _may_ask(grid.text(upper, column)):
            return column, row - upper
    return None


def _may_ask(text: str) -> bool:
    """Longer than a label, or plainly a request: "Describe your ownership structure."."""
    return is_statement(text) or requests(text)


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


def _is_left_plain(grid: Grid, row: int, column: int, above: int) -> bool:
    """A blank row between coloured ones: where the questions stand on a ground of their own, it is for the answer."""
    if row != above + 1 or not grid.style(above, column).filled or grid.style(row, column).filled:
        return False
    if not grid.is_writable(row, column) or grid.anchor(row, column)[0] != row:
        return False
    below = grid.row_texts(row + 1)
    return not below or ((style := grid.style(row + 1, below[0][0])).filled or style.bold)


def _other_statements(grid: Grid, column: int, taken: set[int]) -> int:
    """How many long texts of the column stand outside of the questions and their hints."""
    return sum(
        is_statement(grid.text(row, column))
        for row in range(1, min(grid.height, SCAN_LIMIT) + 1)
        if row not in taken
    )
