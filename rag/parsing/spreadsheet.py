"""Workbooks and comma-separated files as tables, one heading per sheet."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from itertools import chain
from typing import Any

from core.words import gettext as _
from core.words import gettext_noop
from rag.parsing.decoding import decode_text
from rag.parsing.document import ParsedDocument
from rag.parsing.errors import ParsingError
from rag.parsing.outline import Outline
from rag.parsing.package_xml import DAMAGED
from rag.parsing.sheet_size import sheet_sizes
from rag.parsing.tables import markdown_table

MAX_CELLS = 2_000_000
MAX_ROWS = 250_000
_SAMPLE_CHARS = 20_000
# The least share of rows of one width that makes a delimiter of a letter.
_EVEN = 0.5
# A row wider than this has its cells joined up: nobody reads such a row by its columns.
_WIDE = 1_000
_NO_DELIMITER = "\x1f"
_TOO_LARGE = gettext_noop(
    "This table has more cells than can be searched usefully (2,000,000 in 250,000 rows). Split it, or upload "
    "only the sheets that hold knowledge."
)
_EMPTY = gettext_noop("This table holds no text. Check that it is the right file and upload it again.")


def parse_xlsx(content: bytes) -> ParsedDocument:
    """The visible sheets. Tables on one sheet are told apart by the empty rows between them."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    outline = Outline()
    sizes = sheet_sizes(content, limit=MAX_CELLS)
    if (
        sum(size.cells for size in sizes.values()) > MAX_CELLS
        or sum(size.rows for size in sizes.values()) > MAX_ROWS
    ):
        raise ParsingError(_TOO_LARGE)
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        for sheet in workbook.sheets_metadata:
            if sheet.visible != SheetVisibleEnum.Visible or sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            outline.heading(1, sheet.name, made_up=True)
            size = sizes.get(sheet.name)
            if size is not None and size.area > MAX_CELLS:
                _add_tables(_sparse_rows(content, sheet.name), outline)
            else:
                rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=True)
                _add_tables(rows, outline)
    except CalamineError as error:
        raise ParsingError(DAMAGED) from error
    blocks = outline.finish()
    if not blocks:
        raise ParsingError(_EMPTY)
    return ParsedDocument(None, blocks, None)


def _sparse_rows(content: bytes, title: str) -> Iterator[list[Any]]:
    """The rows of a sheet with cells far apart, without room made for all between them. Slower."""
    # Imported here: few sheets need it, and it is slow to load.
    from openpyxl import load_workbook

    workbook = load_workbook(BytesIO(content), read_only=True, data_only=True)
    try:
        sheet = workbook[title]
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            # A row with its one cell far to the right has all the empty ones before it.
            yield [value for value in row if value is not None] if len(row) > _WIDE else list(row)
    finally:
        workbook.close()


def parse_csv(content: bytes) -> ParsedDocument:
    """One table; the delimiter is found by looking which of the usual ones cuts most evenly."""
    text, warnings = decode_text(content)
    if not text.strip(',;\t| \r\n"'):
        raise ParsingError(_EMPTY)
    rows: list[list[str]] = []
    budget = MAX_CELLS
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=find_delimiter(text[:_SAMPLE_CHARS])):
            rows.append(row)
            budget -= len(row)
            if budget < 0 or len(rows) > MAX_ROWS:
                raise ParsingError(_TOO_LARGE)
    except csv.Error as error:
        raise ParsingError(
            _(
                "This file cannot be read as a table: a quoted cell is never closed, or a line is endless. "
                "Save it again as CSV and upload the new file."
            )
        ) from error
    outline = Outline()
    _add_tables(rows, outline)
    blocks = outline.finish()
    if not blocks:
        raise ParsingError(_EMPTY)
    return ParsedDocument(None, blocks, None, warnings)


def find_delimiter(sample: str) -> str:
    """The usual delimiter that cuts most rows to one same width; without one, text stays in one column."""
    best, best_score = _NO_DELIMITER, (_EVEN, MAX_CELLS)
    for delimiter in ",;\t|":
        try:
            rows = [row for row in csv.reader(StringIO(sample, newline=""), delimiter=delimiter) if row]
        except csv.Error:
            continue
        if len(sample) == _SAMPLE_CHARS:
            rows = rows[:-1] or rows  # it may end inside a row
        widths = Counter(len(row) for row in rows)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        score = (count / max(sum(widths.values()), 1), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


def _add_tables(rows: Iterable[list[Any]], outline: Outline) -> None:
    group: list[list[str]] = []
    for row in chain(rows, [[]]):
        texts = [cell_text(value) for value in row]
        if any(texts):
            group.append(texts)
        elif group:
            _add_group(group, outline)
            group = []


def _add_group(group: list[list[str]], outline: Outline) -> None:
    """A table, and before it, as paragraphs, the single-cell rows that introduce it."""
    start = 0
    while start < len(group) and sum(bool(cell) for cell in group[start]) == 1:
        outline.add("paragraph", "".join(group[start]))
        start += 1
    outline.add("table", markdown_table(group[start:]))


def cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value).strip()
