"""A table as its rows, for importing: every row keeps its number, and nothing is left out or joined."""

import csv
from io import BytesIO, StringIO

from core.words import gettext as _
from core.words import gettext_noop
from rag.parsing.decoding import decode_text
from rag.parsing.errors import ParsingError
from rag.parsing.package_xml import DAMAGED
from rag.parsing.sheet_size import sheet_sizes
from rag.parsing.spreadsheet import cell_text, find_delimiter

MAX_CELLS = 200_000
_SAMPLE_CHARS = 20_000
_TOO_LARGE = gettext_noop(
    "This table is too large to be imported at once: at most 200,000 cells, empty ones between others included. "
    "Split it, or remove the columns that are not needed."
)
_EMPTY = gettext_noop(
    "The first sheet of this file holds nothing. Put the questions and answers there and upload it again."
)


def read_rows(content: bytes, *, extension: str) -> list[list[str]]:
    """The rows of a .csv, or of the first visible sheet of an .xlsx, as text; `rows[11]` is row 12.

    Empty rows at the end are left out. Raises ParsingError.
    """
    rows = _xlsx_rows(content) if extension == "xlsx" else _csv_rows(content)
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise ParsingError(_EMPTY)
    return rows


def _xlsx_rows(content: bytes) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    sizes = sheet_sizes(content, limit=MAX_CELLS)
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        for sheet in workbook.sheets_metadata:
            if sheet.visible != SheetVisibleEnum.Visible or sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            size = sizes.get(sheet.name)
            if size is None or size.area > MAX_CELLS or size.cells > MAX_CELLS:
                raise ParsingError(_TOO_LARGE)
            rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            return [[cell_text(value) for value in row] for row in rows]
    except CalamineError as error:
        raise ParsingError(DAMAGED) from error
    return []


def _csv_rows(content: bytes) -> list[list[str]]:
    text, _warnings = decode_text(content)
    rows: list[list[str]] = []
    cells = 0
    try:
        delimiter = find_delimiter(text[:_SAMPLE_CHARS])
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            rows.append([cell.strip() for cell in row])
            cells += len(row)
            if cells > MAX_CELLS:
                raise ParsingError(_TOO_LARGE)
    except csv.Error as error:
        raise ParsingError(
            _(
                "This file cannot be read as a table: a quoted cell is never closed, or a line is endless. "
                "Save it again as CSV and upload the new file."
            )
        ) from error
    return rows
