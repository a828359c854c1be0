"""A preview as one file: a zip with, for each sheet, its frame and its rows in blocks, all as JSON."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

from rfp_manager.workbooks.package import WorkbookPackage
from rfp_manager.workbooks.preview.geometry import (
    Extent,
    column_widths,
    extent_of,
    hidden_columns,
    hidden_rows,
    merged_areas,
    row_heights,
)
from rfp_manager.workbooks.preview.looks import Look, read_looks
from rfp_manager.workbooks.reading import Book, Grid
from rfp_manager.workbooks.reading.grid import text_of

BLOCK_ROWS = 200
LONGEST_TEXT = 1_500


def write_preview(book: Book, source: Path | BinaryIO) -> bytes:
    """The preview of an open book; `source` is the file that it was opened from."""
    looks = _looks(source)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as pages:
        for number, grid in enumerate(book.grids):
            extent = extent_of(grid)
            used: dict[int, int] = {}
            blocks = -(-extent.rows // BLOCK_ROWS)
            for block in range(blocks):
                rows = _rows(grid, extent, block, looks, used)
                pages.writestr(f"{number}/{block}.json", _json(rows))
            frame = _frame(grid, extent, looks) | {"blocks": blocks, "looks": [looks[at] for at in used]}
            pages.writestr(f"{number}/frame.json", _json(frame))
    return target.getvalue()


class PreviewPages:
    """Reads single pages out of a preview. Raises KeyError for a sheet or block that does not exist."""

    def __init__(self, data: bytes) -> None:
        self._pages = zipfile.ZipFile(io.BytesIO(data))

    def frame(self, sheet: int) -> bytes:
        """JSON: name, rows, columns, widths, heights, hidden rows and columns, merges, panes, looks, blocks."""
        return self._pages.read(f"{sheet}/frame.json")

    def block(self, sheet: int, block: int) -> bytes:
        """JSON: {"row": [[column, text, look], ...]} for `BLOCK_ROWS` rows; rows without cells are left out."""
        return self._pages.read(f"{sheet}/{block}.json")


def _looks(source: Path | BinaryIO) -> list[Look]:
    if not zipfile.is_zipfile(source):
        return [{}]
    with WorkbookPackage.open(source) as package:
        return read_looks(package)


def _frame(grid: Grid, extent: Extent, looks: list[Look]) -> dict[str, Any]:
    widths = column_widths(grid, extent)
    return {
        "name": grid.name,
        "rows": extent.rows,
        "columns": extent.columns,
        "cut": extent.cut,
        "widths": widths,
        "heights": row_heights(grid, extent, widths, looks),
        "hidden_rows": hidden_rows(grid, extent),
        "hidden_columns": hidden_columns(grid, extent),
        "merges": merged_areas(grid, extent),
        "frozen_rows": min(grid.facts.frozen_rows, 12, extent.rows),
        "frozen_columns": min(grid.facts.frozen_columns, 6, extent.columns),
        "right_to_left": grid.facts.right_to_left,
        "block_rows": BLOCK_ROWS,
    }


def _rows(
    grid: Grid, extent: Extent, block: int, looks: list[Look], used: dict[int, int]
) -> dict[int, list[list[Any]]]:
    """`used` numbers the looks of the sheet in the order in which they are met."""
    rows = {}
    first = block * BLOCK_ROWS + 1
    for row in range(first, min(first + BLOCK_ROWS - 1, extent.rows) + 1):
        cells = _cells(grid, row, extent.columns, looks, used)
        if cells:
            rows[row] = cells
    return rows


def _cells(grid: Grid, row: int, last: int, looks: list[Look], used: dict[int, int]) -> list[list[Any]]:
    facts = grid.facts
    styled = facts.cells(row)
    row_style = facts.row_style(row)
    values = grid.row(row)
    cells = []
    for column in range(1, last + 1):
        value = values[column - 1] if column <= len(values) else ""
        text = text_of(value)[:LONGEST_TEXT] if value != "" else ""
        known = styled.get(column)
        index = known[0] if known else row_style
        if index is None:
            index = facts.column_styles.get(column, 0)
        index = index if index < len(looks) else 0
        look = looks[index]
        if not text and not look.get("ground") and not look.get("borders"):
            continue
        cell: list[Any] = [column, text, used.setdefault(index, len(used))]
        if not isinstance(value, str) and text:
            cell.append(1)  # a number, which stands at the right
        cells.append(cell)
    return cells


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
