"""Whether the questions of a workbook still stand where they were found."""

from collections.abc import Iterable

from rfp_manager.workbooks.reading.book import Book
from rfp_manager.workbooks.reading.grid import Grid


def rows_that_changed(book: Book, asked: Iterable[tuple[str, int, str]]) -> set[tuple[str, int]]:
    """The (sheet, row) of those questions, given as (sheet, row, text), whose text is not in their row any more."""
    changed = set()
    for sheet, row, text in asked:
        grid = book.grid(sheet)
        if grid is None or not _holds(grid, row, " ".join(text.split())):
            changed.add((sheet, row))
    return changed


def _holds(grid: Grid, row: int, text: str) -> bool:
    """A cell of the row says the text, or the greater part of one that was joined from several cells."""
    for column in range(1, grid.width + 1):
        found = " ".join(grid.text(*grid.anchor(row, column)).split())
        if found and (found == text or (2 * len(found) > len(text) and found in text)):
            return True
    return False
