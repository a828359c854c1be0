"""One sheet as a grid: text by row and column, joined with the facts of its XML."""

import datetime
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np

from rfp_manager.workbooks.reading.cell_table import NO_STYLE, Array
from rfp_manager.workbooks.reading.references import Area
from rfp_manager.workbooks.reading.sheet_xml import SheetFacts, ValidationRule
from rfp_manager.workbooks.reading.styles import PLAIN, Style

Item = TypeVar("Item")

# A merge or a rule over whole columns is cut to the rows that exist, and a sheet cannot ask for more than this.
COVERED_CELLS_LIMIT = 2_000_000


def text_of(value: Any) -> str:
    """A cell's value as a reader sees it; whole numbers without ".0", dates in ISO form."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return "" if value is None else str(value)


def as_values(rows: list[list[Any]]) -> Array:
    """Rows of equal length as what a grid is made of."""
    values = np.empty((len(rows), len(rows[0]) if rows else 0), dtype=object)
    if values.size:
        values[:] = rows
    return values


def picked(values: Sequence[Item], rows: Sequence[int]) -> Sequence[Item]:
    """`values` at the places `rows`, which ascend, as fast as Python can."""
    if not rows:
        return []
    if rows[-1] - rows[0] + 1 == len(rows):
        return values[rows[0] : rows[-1] + 1]
    return itemgetter(*rows)(values)


def _is_blank(values: list[Any]) -> bool:
    return values.count("") == len(values)


class Grid:
    """All methods count rows and columns from 1 and answer for any cell."""

    def __init__(self, name: str, state: str, values: Array, facts: SheetFacts, styles: list[Style]) -> None:
        self.name = name
        self.state = state
        self.facts = facts
        self.styles = styles
        self.height, self.width = values.shape
        self._values = values
        self._texts: dict[int, list[str]] = {}
        # No other sheet of the workbook shows anything.
        self.alone = False

    def value(self, row: int, column: int) -> Any:
        if 0 < row <= self.height and 0 < column <= self.width:
            return self._values.item(row - 1, column - 1)
        return ""

    def row(self, row: int) -> list[Any]:
        """The values of a row, none where the sheet has ended."""
        found: list[Any] = self._values[row - 1].tolist() if 0 < row <= self.height else []
        return found

    def row_texts(self, row: int) -> list[tuple[int, str]]:
        """The filled cells of a row as (column, text)."""
        return [
            (at, text)
            for at, value in enumerate(self.row(row), 1)
            if value != "" and (text := text_of(value))
        ]

    def rows_with_values(self, first: int, last: int, columns: slice = slice(None)) -> list[int]:
        """The rows from `first` to `last` in which one of the columns (a slice that counts from 0) is filled."""
        filled = (self._values[first - 1 : last, columns] != "").any(axis=1)
        rows: list[int] = (np.flatnonzero(filled) + first).tolist()
        return rows

    def text(self, row: int, column: int) -> str:
        return text_of(self.value(row, column))

    def is_formula(self, row: int, column: int) -> bool:
        facts = self.facts
        return facts.has_formulas and column in facts.formula_columns(row)

    def style(self, row: int, column: int) -> Style:
        """The cell's own format, else the row's, else the column's, as Excel draws it."""
        index = self._style_index(row, column)
        return self.styles[index] if index < len(self.styles) else PLAIN

    def _style_index(self, row: int, column: int) -> int:
        index = self.facts.style(row, column)
        if index is None:
            index = self.facts.row_style(row)
        return self.facts.column_styles.get(column, 0) if index is None else index

    def is_writable(self, row: int, column: int) -> bool:
        """False for a locked cell of a protected sheet, unless it lies in a range that anyone may edit."""
        if not self.facts.protected or not self.style(row, column).locked:
            return True
        return any(area.contains(row, column) for area in self._editable.get(row, ()))

    @cached_property
    def _editable(self) -> dict[int, list[Area]]:
        editable: dict[int, list[Area]] = {}
        for area in self.facts.editable:
            for row in range(area.first_row, min(area.last_row, self._last_row + 1) + 1):
                editable.setdefault(row, []).append(area)
        return editable

    @cached_property
    def _last_row(self) -> int:
        return max(self.height, max(self.facts.row_xml, default=0))

    @cached_property
    def anchors(self) -> dict[tuple[int, int], Area]:
        """Merged areas by their upper left cell."""
        return {(area.first_row, area.first_column): area for area in self.facts.merges if not area.is_cell}

    @cached_property
    def _covered(self) -> dict[tuple[int, int], Area]:
        covered: dict[tuple[int, int], Area] = {}
        for area in self.facts.merges:
            for row in range(area.first_row, min(area.last_row, self._last_row) + 1):
                for column in range(area.first_column, min(area.last_column, self.width + 64) + 1):
                    covered[row, column] = area
            if len(covered) > COVERED_CELLS_LIMIT:
                break
        return covered

    def merge(self, row: int, column: int) -> Area | None:
        """The merged area that the cell belongs to."""
        return self._covered.get((row, column)) if self.facts.merges else None

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """The cell that holds this cell's content: itself, or the upper left of its merged area."""
        area = self.merge(row, column)
        return (area.first_row, area.first_column) if area else (row, column)

    def column_after(self, row: int, column: int) -> int:
        """The column right of the cell, or of the merged area that it belongs to."""
        area = self.merge(row, column)
        return (area.last_column if area else column) + 1

    @cached_property
    def _rules_by_column(self) -> dict[int, tuple[list[int], list[tuple[int, int, ValidationRule]]]]:
        spans: dict[int, list[tuple[int, int, ValidationRule]]] = {}
        for rule in self.facts.rules:
            for area in rule.areas:
                # A rule over "all columns" is a guard on typing, not a choice.
                if area.last_column - area.first_column > 200:
                    continue
                for column in range(area.first_column, area.last_column + 1):
                    spans.setdefault(column, []).append((area.first_row, area.last_row, rule))
        ordered = {}
        for column, found in spans.items():
            found.sort(key=lambda span: span[:2])
            ordered[column] = ([span[0] for span in found], found)
        return ordered

    @property
    def rule_columns(self) -> list[int]:
        return sorted(self._rules_by_column)

    def rule(self, row: int, column: int) -> ValidationRule | None:
        """The data validation that guards the cell. Overlapping ones are rare: the nearest above wins."""
        spans = self._rules_by_column.get(column)
        if spans is None:
            return None
        starts, found = spans
        at = bisect_right(starts, row) - 1
        for first, last, rule in reversed(found[max(at - 8, 0) : at + 1]):
            if first <= row <= last:
                return rule
        return None

    def has_list(self, row: int, column: int) -> bool:
        rule = self.rule(row, column)
        return rule is not None and rule.kind == "list"

    # For thousands of rows at once: the same facts by column, in the order of `rows`.

    def texts(self, column: int, rows: Sequence[int]) -> Sequence[str]:
        """A list or a tuple."""
        return picked(self._column_texts(column), rows)

    def _column(self, column: int) -> list[Any]:
        values: list[Any] = (
            self._values[:, column - 1].tolist() if column <= self.width else [""] * self.height
        )
        return values

    def _column_texts(self, column: int) -> list[str]:
        """The column's texts by row; the first stands for no row."""
        known = self._texts.get(column)
        if known is None:
            values = self._column(column)
            try:
                # Answer columns are mostly blank.
                texts = values if _is_blank(values) else list(map(str.strip, values))
            except TypeError:  # not all of them are texts
                texts = [value.strip() if type(value) is str else text_of(value) for value in values]
            known = self._texts[column] = ["", *texts]
        return known

    def filled(self, column: int, rows: Sequence[int]) -> Sequence[bool]:
        """Whether each cell holds text, as `text` would say it, without writing numbers out."""
        values = self._column(column)
        if _is_blank(values):
            return [False] * len(rows)
        try:
            marks = list(map(bool, map(str.strip, values)))
        except TypeError:  # not all of them are texts
            marks = [value.strip() != "" if type(value) is str else value is not None for value in values]
        return picked([False, *marks], rows)

    def style_indexes(self, column: int, rows: Sequence[int]) -> Sequence[int]:
        table = self.facts.table
        if table is None:
            return [self._style_index(row, column) for row in rows]
        found = table.styles_of(column, rows)
        if NO_STYLE not in found:
            return found
        if not self.facts.may_have_row_styles:
            usual = self.facts.column_styles.get(column, 0)
            return [usual if index == NO_STYLE else index for index in found]
        pairs = zip(found, rows, strict=True)
        return [self._style_index(row, column) if index == NO_STYLE else index for index, row in pairs]

    def formula_rows(self, column: int, rows: Sequence[int]) -> set[int]:
        if not self.facts.has_formulas:
            return set()
        if self.facts.table is not None:
            return self.facts.table.formula_rows(column)
        return {row for row in rows if self.is_formula(row, column)}

    def rules(self, column: int) -> list[ValidationRule | None]:
        """By row (0 is none): the rule that guards each cell of the column, as `rule` says of one."""
        rules: list[ValidationRule | None] = [None] * (self.height + 2)
        for first, last, rule in self._rules_by_column.get(column, ((), ()))[1]:
            last = min(last, self.height + 1)
            rules[first : last + 1] = [rule] * (last + 1 - first)
        return rules

    def has_lists(self, column: int) -> list[bool]:
        return [rule is not None and rule.kind == "list" for rule in self.rules(column)]

    @cached_property
    def merged_rows(self) -> frozenset[int]:
        """Every row that a merged area touches."""
        return frozenset(row for row, _ in self._covered)
