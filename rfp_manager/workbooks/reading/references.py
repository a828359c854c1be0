"""Cell references: letters and numbers, areas, lists of areas. Rows and columns count from 1."""

import re
from dataclasses import dataclass
from functools import cache

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_AREA = re.compile(r"(\$?)([A-Z]{0,3})(\$?)(\d{0,7})(?::(\$?)([A-Z]{0,3})(\$?)(\d{0,7}))?")


@cache
def column_number(letters: str) -> int:
    """ "A" is 1, "XFD" is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@cache
def column_letters(number: int) -> str:
    letters = ""
    while number:
        number, remainder = divmod(number - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, both corners included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def contains(self, row: int, column: int) -> bool:
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column

    @property
    def is_cell(self) -> bool:
        return self.first_row == self.last_row and self.first_column == self.last_column


@dataclass(frozen=True, slots=True)
class RelativeArea:
    """An area as a formula states it: each of its four borders is fixed ("$") or moves with the cell."""

    area: Area
    fixed: tuple[bool, bool, bool, bool]

    @property
    def is_fixed(self) -> bool:
        return all(self.fixed)

    def moved(self, rows: int, columns: int) -> Area:
        """The area that is meant by a cell which lies so many rows and columns from the formula's origin."""
        borders = (
            self.area.first_row,
            self.area.first_column,
            self.area.last_row,
            self.area.last_column,
        )
        steps = (rows, columns, rows, columns)
        moved = (
            border if fixed else border + step
            for border, fixed, step in zip(borders, self.fixed, steps, strict=True)
        )
        return Area(*moved)


def parse_area(text: str) -> RelativeArea | None:
    """ "$A$1:B7", "C3", "D:D" or "2:5"; None when the text is no reference."""
    match = _AREA.fullmatch(text.strip().upper())
    if match is None:
        return None
    column_1_fixed, column_1, row_1_fixed, row_1, column_2_fixed, column_2, row_2_fixed, row_2 = (
        match.groups()
    )
    has_end = column_2 is not None
    if not has_end:
        if not column_1 or not row_1:
            return None
        column_2_fixed, column_2, row_2_fixed, row_2 = column_1_fixed, column_1, row_1_fixed, row_1
    if bool(column_1) != bool(column_2) or bool(row_1) != bool(row_2) or not (column_1 or row_1):
        return None
    # "$2:$5" parses its "$" as the column's: a whole row has no column to fix.
    whole_rows, whole_columns = not column_1, not row_1
    area = Area(
        1 if whole_columns else int(row_1),
        1 if whole_rows else column_number(column_1),
        LAST_ROW if whole_columns else int(row_2),
        LAST_COLUMN if whole_rows else column_number(column_2),
    )
    if area.last_row > LAST_ROW or area.last_column > LAST_COLUMN or not area.first_row:
        return None
    fixed = (
        whole_columns or bool(row_1_fixed) or (whole_rows and bool(column_1_fixed)),
        whole_rows or bool(column_1_fixed),
        whole_columns or bool(row_2_fixed) or (whole_rows and bool(column_2_fixed)),
        whole_rows or bool(column_2_fixed),
    )
    return RelativeArea(area, fixed)


def parse_areas(sqref: str) -> list[Area]:
    """The areas of a space-separated list; what is no reference is left out."""
    return [parsed.area for part in sqref.split() if (parsed := parse_area(part)) is not None]
