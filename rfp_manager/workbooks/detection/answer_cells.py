"""The cells that take the answers of a table's questions: which are free, and what they allow."""

from collections import Counter
from collections.abc import Sequence
from itertools import compress, groupby, repeat
from typing import Any

from rfp_manager.workbooks.detection.answers import AnswerRole
from rfp_manager.workbooks.detection.boxes import answer_row
from rfp_manager.workbooks.detection.findings import Finding
from rfp_manager.workbooks.detection.option_rows import options_below
from rfp_manager.workbooks.detection.text_shape import is_empty_box, is_mark, is_placeholder
from rfp_manager.workbooks.layout import CHOICE, NARRATIVE, OPTION_ROWS, TICK, AnswerCell
from rfp_manager.workbooks.reading.allowed_values import AllowedValues, Values
from rfp_manager.workbooks.reading.grid import Grid, picked
from rfp_manager.workbooks.reading.references import column_letters

# So many rows must share a list for it to count as the column's.
USUAL_SHARE = 0.8
# In so many of at least so many rows the same text is the form's own: a default, a hint what to enter.
STANDING_SHARE = 0.85
STANDING_ROWS = 3


def answer_cells(grid: Grid, allowed: AllowedValues, finding: Finding) -> list[tuple[AnswerCell, ...]]:
    """For each question row, the cells that are free to be written: no formula, not locked, not the question."""
    if not finding.answers:
        return [()] * len(finding.rows)
    if any(answer.below == OPTION_ROWS for answer in finding.answers):
        return [_option_cells(grid, finding, row) for row in finding.rows]
    numbers = list(map(str, finding.rows))
    columns = [_column_cells(grid, allowed, finding, answer, numbers) for answer in finding.answers]
    together = list(zip(*columns, strict=True))
    if all(map(all, columns)) and not grid.merged_rows:
        return together
    # A cell that is merged over two columns is one answer, in the first column's role.
    return [
        tuple({cell.cell: cell for cell in reversed(cells) if cell is not None}.values())[::-1]
        for cells in together
    ]


def _option_cells(grid: Grid, finding: Finding, row: int) -> tuple[AnswerCell, ...]:
    """The cell beside each option that is listed below the question in `row`."""
    return tuple(
        AnswerCell(
            f"{column_letters(answer.column)}{below}",
            answer.role,
            TICK,
            filled=(text := grid.text(below, answer.column)) != "" and not is_empty_box(text),
            option=option,
        )
        for answer in finding.answers
        for below, option in options_below(grid, row, finding.question, answer.column)
    )


def _column_cells(
    grid: Grid, allowed: AllowedValues, finding: Finding, answer: AnswerRole, numbers: list[str]
) -> list[AnswerCell | None]:
    """The column's cell for each question row, None where it is not free. `numbers` are the rows in writing."""
    rows = finding.rows
    has_list = answer.role == CHOICE and answer.kind != TICK
    options = _options(grid, allowed, finding, answer) if has_list else [answer.allowed] * len(rows)
    roles = _roles(grid, answer, rows, options) if has_list else [answer.role] * len(rows)
    filled = _are_filled(grid, answer, rows, roles)
    if answer.below or answer.column == finding.question or grid.facts.protected:
        return [
            _cell(grid, finding, answer, row, role, values, is_filled)
            for row, role, values, is_filled in zip(rows, roles, options, filled, strict=True)
        ]
    letters = column_letters(answer.column)
    found: list[AnswerCell | None] = list(
        map(
            tuple.__new__,
            repeat(AnswerCell),
            zip(
                map(letters.__add__, numbers),
                roles,
                repeat(answer.kind),
                options,
                filled,
                repeat(answer.option),
            ),
        )
    )
    special = grid.merged_rows | grid.formula_rows(answer.column, rows)
    if special:
        for at, row in enumerate(rows):
            if row in special:
                found[at] = _cell(grid, finding, answer, row, roles[at], options[at], filled[at])
    return found


def _cell(
    grid: Grid,
    finding: Finding,
    answer: AnswerRole,
    row: int,
    role: str,
    values: Values | None,
    filled: bool,
) -> AnswerCell | None:
    """One cell with all that may be special about it: merged with others, below the question, locked."""
    place = grid.anchor(answer_row(grid, answer, row), answer.column)
    if place == grid.anchor(row, finding.question) or grid.is_formula(*place) or not grid.is_writable(*place):
        return None
    name = f"{column_letters(place[1])}{place[0]}"
    return AnswerCell(name, role, answer.kind, values, filled, answer.option)


def _are_filled(grid: Grid, answer: AnswerRole, rows: Sequence[int], roles: Sequence[str]) -> list[bool]:
    """Whether somebody's words stand in each row's cell: no empty box, and no text that the form has in all rows."""
    places: Sequence[Any] = rows
    if answer.below or grid.merged_rows:
        places = [grid.anchor(answer_row(grid, answer, row), answer.column) for row in rows]
        texts: Sequence[str] = [grid.text(*place) for place in places]
    else:
        texts = grid.texts(answer.column, rows)
    if not any(texts):
        return [False] * len(rows)
    # A cell that several rows share says its text once.
    cells = [(role, text) for _, role, text in set(zip(places, roles, texts, strict=True))]
    of_role = Counter(role for role, _ in cells)
    standing = {
        (role, text)
        for (role, text), count in Counter(cells).items()
        if count >= STANDING_ROWS
        and count >= STANDING_SHARE * of_role[role]
        # Marks in all rows are answers, or the customer's own picture.
        and not (answer.kind == TICK and is_mark(text))
    }
    return [
        text != "" and not is_empty_box(text) and (role, text) not in standing and not is_placeholder(text)
        for role, text in zip(roles, texts, strict=True)
    ]


def _roles(
    grid: Grid, answer: AnswerRole, rows: Sequence[int], options: Sequence[Values | None]
) -> list[str]:
    """The column's role for each row, but free text where other rows have a dropdown and this one has none."""
    anchors = (
        [grid.anchor(answer_row(grid, answer, row), answer.column) for row in rows]
        if not all(options)
        else []
    )
    listed = [grid.has_list(*anchor) for anchor in anchors]
    if not any(listed):
        return [answer.role] * len(rows)
    return [
        answer.role if values or has_list else NARRATIVE
        for values, has_list in zip(options, listed, strict=True)
    ]


def _options(grid: Grid, allowed: AllowedValues, finding: Finding, answer: AnswerRole) -> list[Values | None]:
    """What each row's dropdown offers. One that got lost is known by the option that still stands in its cell."""
    rows = [answer_row(grid, answer, row) for row in finding.rows] if answer.below else finding.rows
    offered = _offered(grid, allowed, answer.column, rows)
    if all(offered):
        return offered
    usual = _usual(offered) if not answer.below else None
    for at, row in compress(enumerate(rows), [not values for values in offered]):
        offered[at] = answer.allowed
        if answer.allowed is None and usual and grid.text(*grid.anchor(row, answer.column)) in usual:
            offered[at] = usual
    return offered


def _offered(grid: Grid, allowed: AllowedValues, column: int, rows: Sequence[int]) -> list[Values | None]:
    found: list[Values | None] = []
    for rule, run in groupby(picked(grid.rules(column), rows)):
        guarded = rows[len(found) : len(found) + sum(1 for _ in run)]
        if rule is None or rule.kind != "list":
            found += [None] * len(guarded)
        else:
            found += allowed.of_rows(rule, guarded, column)
    if grid.merged_rows:
        for at, row in enumerate(rows):
            if row in grid.merged_rows:
                found[at] = allowed.at(*grid.anchor(row, column))
    return found


def _usual(offered: list[Values | None]) -> Values | None:
    """The list that nearly all dropdowns of the column offer."""
    if not offered:
        return None
    values, count = Counter(offered).most_common(1)[0]
    return values if values and count >= 3 and count >= USUAL_SHARE * len(offered) else None
