"""The values that a dropdown offers, wherever its list is kept."""

import re
from collections.abc import Sequence
from functools import cached_property

from rfp_manager.workbooks.list_formulas import (
    DEEPEST_NAME,
    INDIRECT,
    LITERAL,
    bare,
    bare_name,
    literal_items,
    offset_match,
)
from rfp_manager.workbooks.reading.book import Book
from rfp_manager.workbooks.reading.grid import Grid
from rfp_manager.workbooks.reading.references import Area, RelativeArea, parse_area
from rfp_manager.workbooks.reading.sheet_xml import ValidationRule

VALUES_LIMIT = 2_000
_SHEET_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!\[\]():,+*/\" ]+))!(.+)", re.DOTALL)
_TABLE_REFERENCE = re.compile(r"([^\[\]'!()]+)\[(?:\[#Data\],)?\[?([^\[\]#@]+)\]?\]")

Values = tuple[str, ...]


class AllowedValues:
    """Resolves list rules. None means that the list is computed in a way that only Excel can follow."""

    def __init__(self, book: Book, grid: Grid) -> None:
        self._book = book
        self._grid = grid
        self._sheet_index = next((i for i, other in enumerate(book.grids) if other is grid), None)
        self._by_rule: dict[int, tuple[bool, Values | None]] = {}

    def at(self, row: int, column: int) -> Values | None:
        rule = self._grid.rule(row, column)
        return self.of(rule, row, column) if rule is not None and rule.kind == "list" else None

    def of(self, rule: ValidationRule, row: int, column: int) -> Values | None:
        known = self._by_rule.get(id(rule))
        if known is not None and known[0]:
            return known[1]
        origin = rule.areas[0]
        step = (row - origin.first_row, column - origin.first_column)
        self._moves = False
        values = self._resolve(rule.formula, self._grid, step, 0)
        self._by_rule[id(rule)] = (not self._moves, values)
        return values

    def of_rows(self, rule: ValidationRule, rows: Sequence[int], column: int) -> list[Values | None]:
        """The same for several rows of a column; a list that does not move with the cell is resolved once."""
        first = self.of(rule, rows[0], column)
        if self._by_rule[id(rule)][0]:
            return [first] * len(rows)
        return [self.of(rule, row, column) for row in rows]

    def _resolve(self, formula: str, home: Grid, step: tuple[int, int], depth: int) -> Values | None:
        formula = bare(formula)
        if not formula or depth > DEEPEST_NAME:
            return None
        items = literal_items(formula)
        if items is not None:
            return _distinct(items)
        place = self._place(formula, home, step)
        if place is not None:
            return _cells(*place)
        indirect = INDIRECT.fullmatch(formula)
        if indirect:
            return self._indirect(indirect[1], home, step, depth)
        offset = offset_match(formula)
        if offset:
            return self._offset(offset, home, step)
        text = self._names.get(bare_name(formula).casefold())
        return self._resolve(text, home, step, depth + 1) if text else None

    def _place(self, formula: str, home: Grid, step: tuple[int, int]) -> tuple[Grid, Area] | None:
        """The cells that a plain reference means."""
        grid: Grid | None = home
        sheet = _SHEET_REFERENCE.fullmatch(formula)
        if sheet:
            grid = self._book.grid((sheet[1] or sheet[2]).replace("''", "'"))
            formula = sheet[3]
        if grid is None:
            return None
        relative = parse_area(formula)
        if relative is not None:
            return grid, self._moved(relative, step)
        table = _TABLE_REFERENCE.fullmatch(formula)
        found = self._book.tables.get(table[1].casefold()) if table else None
        if table and found:
            grid, area = self._book.grid(found.sheet), found.column(table[2])
            return (grid, area) if grid and area else None
        return None

    def _moved(self, relative: RelativeArea, step: tuple[int, int]) -> Area:
        if relative.is_fixed:
            return relative.area
        self._moves = True
        return relative.moved(*step)

    def _indirect(self, inner: str, home: Grid, step: tuple[int, int], depth: int) -> Values | None:
        literal = LITERAL.fullmatch(inner.strip())
        if literal:
            return self._resolve(literal[1], home, step, depth + 1)
        # A list that depends on another cell: followed when that cell names it as it stands.
        place = self._place(inner.strip(), home, step)
        self._moves = True
        if place is None or not place[1].is_cell:
            return None
        named = place[0].text(place[1].first_row, place[1].first_column)
        return self._resolve(named, home, step, depth + 1) if named else None

    def _offset(self, match: "re.Match[str]", home: Grid, step: tuple[int, int]) -> Values | None:
        start = self._place(match["start"], home, step)
        if start is None:
            return None
        grid, area = start
        height = area.last_row - area.first_row + 1
        if match["counted"]:
            counted = self._place(match["counted"], home, step)
            if counted is None:
                return None
            height = _count(*counted) - int(match["less"] or 0)
        elif match["height"]:
            height = int(match["height"])
        row, column = area.first_row + int(match["down"] or 0), area.first_column + int(match["right"] or 0)
        return _cells(grid, Area(row, column, row + height - 1, column)) if height > 0 else None

    @cached_property
    def _names(self) -> dict[str, str]:
        names = {}
        ordered = sorted(self._book.defined_names, key=lambda name: name.local_sheet_index is not None)
        for name in ordered:
            if name.local_sheet_index in (None, self._sheet_index):
                names[name.name.casefold()] = name.text
        return names


def _cells(grid: Grid, area: Area) -> Values | None:
    """The filled cells of the area in reading order."""
    found: list[str] = []
    columns = range(area.first_column, min(area.last_column, grid.width) + 1)
    for row in range(area.first_row, min(area.last_row, grid.height) + 1):
        found += filter(None, (grid.text(row, column) for column in columns))
        if len(found) > VALUES_LIMIT:
            break
    return _distinct(found) or None


def _count(grid: Grid, area: Area) -> int:
    rows = range(area.first_row, min(area.last_row, grid.height) + 1)
    columns = range(area.first_column, min(area.last_column, grid.width) + 1)
    return sum(bool(grid.text(row, column)) for row in rows for column in columns)


def _distinct(values: list[str]) -> Values:
    return tuple(dict.fromkeys(text for value in values if (text := value.strip())))
