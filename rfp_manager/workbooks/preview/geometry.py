"""Where rows and columns lie on the screen: widths and heights in pixels, hidden ones, merged areas."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from rfp_manager.workbooks.preview.looks import Look
from rfp_manager.workbooks.reading import Grid
from rfp_manager.workbooks.reading.grid import text_of

MOST_COLUMNS = 300
MERGES_LIMIT = 20_000
LINE = 19
TALLEST, WIDEST = 280, 640
ROWS_BELOW, COLUMNS_BESIDE = 3, 2
_LETTER = 7


@dataclass(frozen=True, slots=True)
class Extent:
    """How far the preview reaches. `cut` counts the columns beyond it that hold text."""

    rows: int
    columns: int
    cut: int = 0


def extent_of(grid: Grid) -> Extent:
    """All that holds text, and a margin for answers that are still blank."""
    ruled = [column for column in grid.rule_columns if column <= grid.width + 12]
    columns = max([grid.width, *ruled]) + COLUMNS_BESIDE
    rows = max([grid.height, *(area.last_row for area in grid.facts.merges if area.first_row <= grid.height)])
    return Extent(rows + ROWS_BELOW, min(columns, MOST_COLUMNS), max(0, grid.width - MOST_COLUMNS))


def pixels_of_width(characters: float) -> int:
    """A column's width is stated in digits of the usual font; five pixels are its padding."""
    return max(14, min(round(characters * _LETTER) + 5, WIDEST))


def column_widths(grid: Grid, extent: Extent) -> list[int]:
    facts = grid.facts
    default = pixels_of_width(facts.default_width)
    if not facts.row_xml:
        return _widths_by_text(grid, extent)
    return [
        pixels_of_width(facts.column_widths[column]) if column in facts.column_widths else default
        for column in range(1, extent.columns + 1)
    ]


def _widths_by_text(grid: Grid, extent: Extent) -> list[int]:
    """A csv says nothing about widths: wide enough for most of the texts, within reason."""
    widths = []
    for column in range(1, extent.columns + 1):
        lengths = sorted(len(grid.text(row, column)) for row in range(1, min(grid.height, 200) + 1))
        usual = lengths[int(len(lengths) * 0.9)] if lengths else 0
        widths.append(pixels_of_width(max(10, min(usual + 1, 60))))
    return widths


def row_heights(grid: Grid, extent: Extent, widths: list[int], looks: list[Look]) -> list[tuple[int, int]]:
    """Runs of rows with the same height, as (how many, pixels), from the first row on."""
    facts = grid.facts
    default = max(12, min(round(facts.default_height * 4 / 3), TALLEST))
    wrapping = frozenset(at for at, look in enumerate(looks) if look.get("wrap")) if facts.row_xml else None
    heights: Iterable[int] = (
        _height(grid, row, default, widths, wrapping) for row in range(1, extent.rows + 1)
    )
    return [(sum(1 for _ in run), height) for height, run in itertools.groupby(heights)]


def _height(grid: Grid, row: int, default: int, widths: list[int], wrapping: frozenset[int] | None) -> int:
    stated = grid.facts.row_height(row)
    if stated is not None:
        return max(4, min(round(stated * 4 / 3), TALLEST))
    if row > grid.height or wrapping == frozenset():
        return default
    lines = 1
    cells = grid.facts.cells(row) if wrapping is not None else {}
    for column, value in enumerate(grid.row(row)[: len(widths)], 1):
        if not isinstance(value, str) or len(value) < 12:
            continue
        if wrapping is not None and (cells.get(column, (0,))[0] not in wrapping):
            continue
        if grid.facts.merges and (area := grid.merge(row, column)) is not None and not area.is_cell:
            continue
        letters = max(widths[column - 1] // _LETTER, 1)
        lines = max(lines, sum(max(1, -(-len(line) // letters)) for line in text_of(value).split("\n")))
    return default if lines == 1 else min(lines * LINE + 2, TALLEST)


def hidden_rows(grid: Grid, extent: Extent) -> list[tuple[int, int]]:
    return runs(
        row for row in sorted(grid.facts.row_xml) if row <= extent.rows and grid.facts.is_hidden_row(row)
    )


def hidden_columns(grid: Grid, extent: Extent) -> list[tuple[int, int]]:
    return runs(column for column in sorted(grid.facts.hidden_columns) if column <= extent.columns)


def merged_areas(grid: Grid, extent: Extent) -> list[tuple[int, int, int, int]]:
    """(first row, first column, last row, last column), cut to what is shown."""
    areas = []
    for area in grid.facts.merges[:MERGES_LIMIT]:
        if area.is_cell or area.first_row > extent.rows or area.first_column > extent.columns:
            continue
        last_row, last_column = min(area.last_row, extent.rows), min(area.last_column, extent.columns)
        areas.append((area.first_row, area.first_column, last_row, last_column))
    return areas


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending numbers as (first, last) runs: 2, 3, 4, 9 is (2, 4), (9, 9)."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
