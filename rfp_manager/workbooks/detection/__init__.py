"""Finding the questions of a workbook in whatever layout the customer invented.

Nothing here knows a form. Sheets are cut into tables, columns and rows are scored by what they look like
(text shape, position, style, dropdowns, blankness, regularity), and every decision keeps its reason.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from core.words import gettext as _
from rfp_manager.workbooks.detection.sheets import detect_sheet, extract_sheet
from rfp_manager.workbooks.garbage import without_collection
from rfp_manager.workbooks.layout import AnswerColumn, SheetLayout, WorkbookLayout
from rfp_manager.workbooks.package import WorkbookError
from rfp_manager.workbooks.reading import open_book

__all__ = ["detect_layout", "extract_questions"]


def detect_layout(source: Path | BinaryIO) -> WorkbookLayout:
    """Every sheet of an .xlsx, .xlsm or .csv, with its questions. Raises WorkbookError on a bad file."""
    with without_collection(), open_book(source) as book:
        return WorkbookLayout(tuple(detect_sheet(book, grid) for grid in book.grids))


def extract_questions(
    source: Path | BinaryIO,
    sheet: str,
    *,
    question_column: str,
    id_column: str | None = None,
    section_column: str | None = None,
    answer_columns: Iterable[AnswerColumn] = (),
    header_rows: Iterable[int] = (),
    excluded_rows: Iterable[int] = (),
) -> SheetLayout:
    """The questions of one sheet by columns that a person has given; rows are judged within those.

    `excluded_rows` are never questions, and neither are `header_rows`. Raises WorkbookError when the sheet
    does not exist.
    """
    with open_book(source) as book:
        grid = book.grid(sheet)
        if grid is None:
            raise WorkbookError(
                _('The workbook has no sheet named "%(sheet)s". Choose one of its sheets.') % {"sheet": sheet}
            )
        return extract_sheet(
            book,
            grid,
            question_column=question_column,
            id_column=id_column,
            section_column=section_column,
            answer_columns=tuple(answer_columns),
            header_rows=tuple(sorted(set(header_rows))),
            excluded_rows=frozenset(excluded_rows),
        )
