"""Forms of labelled blanks: "Company name", "VAT number", each with a blank cell beside it, under no heading.

Only those that ask after the supplier: who audits, tests or plans something fills in such blocks too.
"""

from collections import Counter
from dataclasses import dataclass

from core.words import gettext as _
from rfp_manager.workbooks.detection.answers import AnswerRole
from rfp_manager.workbooks.detection.column_owners import is_for_reviewer
from rfp_manager.workbooks.detection.findings import Finding
from rfp_manager.workbooks.detection.requests import follows_up, requests
from rfp_manager.workbooks.detection.series import count_references
from rfp_manager.workbooks.detection.tables import Table
from rfp_manager.workbooks.detection.text_shape import (
    is_date,
    is_identifier,
    is_mark,
    is_number,
    is_placeholder,
    is_url,
    word_count,
)
from rfp_manager.workbooks.detection.vocabulary import mentions, word_of
from rfp_manager.workbooks.layout import CHOICE, NARRATIVE
from rfp_manager.workbooks.reading.grid import Grid
from rfp_manager.workbooks.reading.references import column_letters

SCAN_LIMIT = 1_000
LABEL_WORDS = 14
LINES, SECOND_LINES = 3, 2
COMPANY_WORDS = 2
IDENTIFIER_LENGTH = 8
# A block of name, position, date and signature is signed by a person; nobody looks its answers up.
SIGNATURE_LINES = 6


@dataclass(frozen=True, slots=True)
class _Line:
    """A label with the cell beside it. `drawn`: the cell looks like a field; `usual`: forms ask for this."""

    row: int
    column: int
    beside: int
    identifier: int | None
    blank: bool
    drawn: bool
    usual: bool

    @property
    def columns(self) -> tuple[int, int]:
        return self.column, self.beside


def find_form(grid: Grid) -> list[Finding]:
    """The form on a sheet without any question table; empty where fewer than LINES blanks are to be filled in.

    A form may have a second label with a blank in its rows: those are a finding of their own.
    """
    lines = [
        line for row in range(1, min(grid.height, SCAN_LIMIT) + 1) if (line := _read(grid, row)) is not None
    ]
    blank = [line for line in lines if line.blank]
    if len(blank) < LINES:
        return []
    columns = Counter(line.columns for line in blank).most_common(1)[0][0]
    here = [line for line in lines if line.columns == columns]
    taken = sum(not line.blank for line in here)
    asking = _asking(grid, [line for line in here if line.blank])
    if len(asking) < LINES or len(asking) <= taken or _is_for_others(grid, columns[1], asking):
        return []
    if not _asks_supplier(grid, asking):
        return []
    beside = _second_lines(grid, asking)
    return [_finding(grid, asking), *([_finding(grid, beside)] if len(beside) >= SECOND_LINES else [])]


def find_form_blocks(grid: Grid, taken: set[int]) -> list[Finding]:
    """Blocks of fields under a title of their own, on a sheet that asks in tables as well; `taken` are their rows.

    A few fields at the very top, under no title but the sheet's, are its letterhead and not asked of anybody.
    """
    blocks: list[list[_Line]] = [[]]
    for row in range(1, min(grid.height, SCAN_LIMIT) + 1):
        line = None if row in taken else _read(grid, row)
        field = line if line is not None and line.blank and line.drawn else None
        if field is None or (blocks[-1] and blocks[-1][-1].columns != field.columns):
            blocks.append([])
        if field is not None:
            blocks[-1].append(field)
    return [_finding(grid, block) for block in blocks if len(block) >= LINES and _is_titled(grid, block)]


def _is_titled(grid: Grid, block: list[_Line]) -> bool:
    """The block asks after the company below a line that says so, which is not the sheet's own title."""
    first = block[0].row
    title = grid.row_texts(first - 1) if first > 1 else []
    if len(title) != 1 or not grid.rows_with_values(1, first - 2) or is_for_reviewer(title[0][1]):
        return False
    company = {word_of(grid.text(line.row, line.column), "company") for line in block} - {None}
    return len(company) >= COMPANY_WORDS and not _is_for_others(grid, block[0].beside, block)


def _second_lines(grid: Grid, lines: list[_Line]) -> list[_Line]:
    """The labels with blanks right of the form's own, where both are drawn as those are."""
    labels = {grid.style(line.row, line.column).look for line in lines}
    fields = {grid.style(line.row, line.beside).look for line in lines}
    found = [second for line in lines if (second := _read(grid, line.row, after=line.beside)) is not None]
    alike = [
        line
        for line in found
        if line.blank
        and line.drawn
        and grid.style(line.row, line.column).look in labels
        and grid.style(line.row, line.beside).look in fields
    ]
    usual = Counter(line.columns for line in alike).most_common(1)
    return [line for line in alike if line.columns == usual[0][0]]


def _finding(grid: Grid, lines: list[_Line]) -> Finding:
    label, beside = lines[0].columns
    rows = [line.row for line in lines]
    names = Counter(line.identifier for line in lines).most_common(1)[0]
    listed = any(grid.has_list(row, beside) for row in rows)
    reason = _("it holds the blank cells beside the labels of a form")
    return Finding(
        Table((), 1, grid.height),
        label,
        names[0] if names[1] * 2 > len(lines) else None,
        None,
        [AnswerRole(beside, CHOICE if listed else NARRATIVE, reason)],
        rows,
        evidence=[
            _("Column %(label)s labels the blank cells of column %(blank)s, as forms do.")
            % {"label": column_letters(label), "blank": column_letters(beside)}
        ],
    )


def _read(grid: Grid, row: int, *, after: int = 0) -> _Line | None:
    """The first label of the row right of the column `after`, where a cell beside it could be its field."""
    cells = [cell for cell in grid.row_texts(row) if cell[0] > after]
    if not 0 < len(cells) <= 4:
        return None
    named = len(cells) > 1 and is_identifier(cells[0][1]) and cells[1][0] - cells[0][0] <= 2
    # "Turnover 2025" is no identifier.
    identifier = cells[0][0] if named and len(cells[0][1]) <= IDENTIFIER_LENGTH else None
    column, text = cells[0] if identifier is None else cells[1]
    if not _is_label(text):
        return None
    beside = grid.column_after(row, column)
    if (
        grid.anchor(row, beside)[0] != row
        or grid.is_formula(row, beside)
        or not grid.is_writable(row, beside)
    ):
        return None
    said = grid.text(row, beside)
    further = [other for at, other in cells if at > beside]
    blank = not said or is_placeholder(said)
    if blank and (len(further) > 1 or any(map(is_number, further))):
        return None  # a row of a table of prices or quantities
    drawn = _is_drawn(grid, row, column, beside)
    if word_count(text) > LABEL_WORDS and not (drawn and blank and (requests(text) or follows_up(text))):
        return None  # a note
    return _Line(
        row,
        column,
        beside,
        identifier,
        blank,
        drawn,
        mentions(text, "form_field") or mentions(text, "company"),
    )


def _is_label(text: str) -> bool:
    if not any(character.isalpha() for character in text):
        return False
    return not (is_number(text) or is_date(text) or is_url(text) or is_mark(text) or is_placeholder(text))


def _is_drawn(grid: Grid, row: int, column: int, beside: int) -> bool:
    if grid.rule(row, beside) is not None or grid.text(row, beside):
        return True
    label, cell, after = (grid.style(row, at) for at in (column, beside, beside + 1))
    if grid.facts.protected and not cell.locked and label.locked:
        return True
    # What is drawn like everything around it is the sheet's ground, no field.
    coloured = cell.filled and cell.look[-1:] != label.look[-1:]
    return coloured or (cell.framed and not (cell.filled and cell == after))


def _asking(grid: Grid, blank: list[_Line]) -> list[_Line]:
    """The lines that ask: those with a field to fill in, or else the labels of any form and what is drawn like them."""
    drawn = [line for line in blank if line.drawn]
    if len(drawn) >= LINES and len(drawn) * 2 >= len(blank):
        return drawn
    usual = [line for line in blank if line.usual]
    if len(usual) < LINES or len(usual) * 2 < len(blank):
        return []
    looks = {grid.style(line.row, line.column).look for line in usual}
    alike = [line for line in blank if grid.style(line.row, line.column).look in looks]
    # A title that stands apart has a blank cell beside it as well.
    blocks: list[list[_Line]] = []
    for line in alike:
        if blocks and line.row - blocks[-1][-1].row == 1:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return [line for block in blocks if any(line.usual for line in block) for line in block]


def _asks_supplier(grid: Grid, lines: list[_Line]) -> bool:
    """The form is what the sheet is for, and two labels speak of a company, or titles of references or contracts."""
    asking = {line.row for line in lines}
    other = [row for row in grid.rows_with_values(1, grid.height) if row not in asking]
    if len(lines) * 2 < len(other):
        return False
    company = {word_of(grid.text(line.row, line.column), "company") for line in lines} - {None}
    if len(company) >= COMPANY_WORDS:
        return True
    alone = [cells[0][1] for row in other if len(cells := grid.row_texts(row)) == 1]
    if count_references(alone, (grid.text(line.row, line.column) for line in lines)):
        return True
    return any(mentions(text, "reference") for text in (grid.name, *alone) if word_count(text) <= LABEL_WORDS)


def _is_for_others(grid: Grid, column: int, lines: list[_Line]) -> bool:
    """Prices, the customer's own notes, and signatures."""
    rows = [line.row for line in lines]
    labels = [grid.text(line.row, line.column) for line in lines]
    if len(lines) <= SIGNATURE_LINES and any(mentions(label, "signature") for label in labels):
        return True
    if grid.facts.has_formulas and any(grid.is_formula(row, column) for row in range(rows[0], rows[-1] + 3)):
        return True
    title = next((text for row in range(rows[0] - 1, 0, -1) if (text := grid.text(row, column))), "")
    return is_for_reviewer(title) or any(
        mentions(title, concept) for concept in ("measure", "customer", "log")
    )
