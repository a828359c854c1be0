"""Cell addresses and ranges as a sheet's XML writes them. Rows and columns count from 1."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

Item = TypeVar("Item")

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})\Z")
_RANGE_END = re.compile(r"(\$?)([A-Za-z]{1,3})?(\$?)([1-9][0-9]{0,6})?\Z")
# A range over more rows than this is kept in one list instead of under each of its rows.
_TALL = 512


@lru_cache(maxsize=4096)
def column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=4096)
def column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"


def parse_cell(address: str) -> tuple[int, int] | None:
    """(row, column), or None when the address is none or lies outside of a sheet."""
    match = _CELL.match(address.strip())
    if match is None:
        return None
    row, column = int(match[2]), column_number(match[1])
    return (row, column) if row <= LAST_ROW and column <= LAST_COLUMN else None


@dataclass(frozen=True)
class CellRange:
    """A rectangle of cells, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def __contains__(self, cell: tuple[int, int]) -> bool:
        row, column = cell
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column

    @property
    def anchor(self) -> tuple[int, int]:
        return self.first_row, self.first_column

    @property
    def is_cell(self) -> bool:
        return self.anchor == (self.last_row, self.last_column)

    @property
    def name(self) -> str:
        first = cell_name(self.first_row, self.first_column)
        last = cell_name(self.last_row, self.last_column)
        return first if first == last else f"{first}:{last}"

    def widened(self, cells: Iterable[tuple[int, int]]) -> "CellRange":
        """The smallest range that holds this one and the cells."""
        rows, columns = [self.first_row, self.last_row], [self.first_column, self.last_column]
        for row, column in cells:
            rows.append(row)
            columns.append(column)
        return CellRange(min(rows), min(columns), max(rows), max(columns))


def parse_range(text: str, *, moved_by: tuple[int, int] = (0, 0)) -> CellRange | None:
    """A range such as `A1:C5`, `$B$2`, `A:A` or `3:7`; None for anything else.

    `moved_by` rows and columns are added to the ends without `$`, as Excel does with relative references.
    """
    ends = text.strip().split(":")
    if len(ends) > 2:
        return None
    parsed = []
    for end, default_row, default_column in ((ends[0], 1, 1), (ends[-1], LAST_ROW, LAST_COLUMN)):
        match = _RANGE_END.match(end)
        if match is None or not (match[2] or match[4]) or (len(ends) == 1 and not (match[2] and match[4])):
            return None
        # In `$5` the only `$` belongs to the row, though the expression reads it as the column's.
        row_fixed = match[3] or (match[1] and not match[2])
        row = int(match[4]) + (0 if row_fixed else moved_by[0]) if match[4] else default_row
        column = column_number(match[2]) + (0 if match[1] else moved_by[1]) if match[2] else default_column
        if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
            return None
        parsed.append((row, column))
    (row_a, column_a), (row_b, column_b) = parsed
    return CellRange(min(row_a, row_b), min(column_a, column_b), max(row_a, row_b), max(column_a, column_b))


def parse_ranges(text: str) -> list[CellRange]:
    """The ranges of an `sqref`: separated by spaces; what is no range is left out."""
    return [parsed for word in text.split() if (parsed := parse_range(word)) is not None]


class RangeIndex(Generic[Item]):
    """Finds what covers a cell without looking at every range."""

    def __init__(self, items: Iterable[tuple[CellRange, Item]]) -> None:
        self._tall: list[tuple[CellRange, Item]] = []
        self._by_row: dict[int, list[tuple[CellRange, Item]]] = {}
        for covered, item in items:
            if covered.last_row - covered.first_row > _TALL:
                self._tall.append((covered, item))
                continue
            for row in range(covered.first_row, covered.last_row + 1):
                self._by_row.setdefault(row, []).append((covered, item))

    def find(self, cell: tuple[int, int]) -> Item | None:
        for covered, item in self._by_row.get(cell[0], ()):
            if cell in covered:
                return item
        for covered, item in self._tall:
            if cell in covered:
                return item
        return None
