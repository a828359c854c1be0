"""Workbooks built for tests, cell by cell, with everything that customers' forms contain.

book = build(Sheet("Security", rows=[heading("ID", "Question", "Answer"), ["1", "Is it safe?", ""]],
                   lists={"C2:C9": ["Yes", "No"]}))
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

LOOKS: dict[str, dict[str, Any]] = {
    "heading": {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "text_wrap": True},
    "section": {"bold": True, "bg_color": "#D9E1F2"},
    "hint": {"italic": True, "font_color": "#7F7F7F"},
    "answer": {"bg_color": "#FFF2CC", "locked": False},
    "open": {"locked": False},
    "plain": {},
    "title": {"bold": True, "font_size": 16},
}


@dataclass(frozen=True)
class Cell:
    """A value with a look, and a formula where the value is what the formula last came to."""

    value: Any
    look: str = "plain"
    formula: str | None = None


def heading(*titles: str) -> list[Cell]:
    return [Cell(title, "heading") for title in titles]


def section(title: str, *, width: int = 1, at: int = 0) -> list[Cell]:
    """A section row that is filled over `width` cells, with its title in the cell `at`."""
    return [Cell(title if column == at else "", "section") for column in range(width)]


def computed(value: Any, formula: str = "A1", look: str = "plain") -> Cell:
    return Cell(value, look, formula)


@dataclass
class Sheet:
    """One sheet. `lists` maps areas to options or to a formula; `extended_lists` exist for Excel 2010 on only.

    `editable` are the ranges of a protected sheet that may be edited, with their passwords ("" for none).
    """

    name: str
    rows: Sequence[Sequence[Any]]
    lists: Mapping[str, Any] = field(default_factory=dict)
    extended_lists: Mapping[str, str] = field(default_factory=dict)
    merges: Sequence[str] = ()
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[str] = ()
    widths: Mapping[str, float] = field(default_factory=dict)
    protected: bool = False
    editable: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False
    frozen_rows: int = 0
    right_to_left: bool = False
    text_rules: Sequence[str] = ()


def build(*sheets: Sheet, names: Mapping[str, str] | None = None) -> io.BytesIO:
    """The workbook as an open binary file. `names` are defined names and what they stand for."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_urls": False})
    formats: dict[str, Any] = {look: book.add_format(settings) for look, settings in LOOKS.items()}
    for sheet in sheets:
        _write_sheet(book.add_worksheet(sheet.name), sheet, formats)
    for name, text in (names or {}).items():
        book.define_name(name, text)
    book.close()
    for number, sheet in enumerate(sheets, 1):
        if sheet.extended_lists:
            part = f"xl/worksheets/sheet{number}.xml"
            target = replace_part(
                target, part, "</worksheet>", _extension(sheet.extended_lists) + "</worksheet>"
            )
    target.seek(0)
    return target


def replace_part(book: io.BytesIO, part: str, old: str, new: str) -> io.BytesIO:
    """The same package with one text replaced in one part."""
    result = io.BytesIO()
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == part:
                text = data.decode("utf-8")
                assert old in text, f"{old!r} is not in {part}"
                data = text.replace(old, new, 1).encode("utf-8")
            target.writestr(entry.filename, data)
    result.seek(0)
    return result


def _write_sheet(target: Any, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    merged = {area.split(":")[0]: area for area in sheet.merges}
    for row, cells in enumerate(sheet.rows):
        for column, given in enumerate(cells):
            cell = given if isinstance(given, Cell) else Cell(given)
            style = formats[cell.look]
            address = xlsxwriter.utility.xl_rowcol_to_cell(row, column)
            if address in merged:
                target.merge_range(merged[address], cell.value, style)
            elif cell.formula is not None:
                target.write_formula(row, column, f"={cell.formula}", style, cell.value)
            elif cell.value == "" or cell.value is None:
                if cell.look != "plain":
                    target.write_blank(row, column, None, style)
            elif isinstance(cell.value, str):
                target.write_string(row, column, cell.value, style)
            else:
                target.write(row, column, cell.value, style)
    for area, source in sheet.lists.items():
        target.data_validation(area, {"validate": "list", "source": source})
    for area in sheet.text_rules:
        target.data_validation(area, {"validate": "length", "criteria": "<=", "value": 4000})
    for row in sheet.hidden_rows:
        target.set_row(row - 1, None, None, {"hidden": True})
    for letters, width in sheet.widths.items():
        target.set_column(f"{letters}:{letters}", width)
    for letters in sheet.hidden_columns:
        target.set_column(f"{letters}:{letters}", None, None, {"hidden": True})
    if sheet.protected:
        target.protect()
    for number, (area, password) in enumerate(sheet.editable.items()):
        target.unprotect_range(area, f"Range{number}", password or None)
    if sheet.hidden:
        target.hide()
    if sheet.frozen_rows:
        target.freeze_panes(sheet.frozen_rows, 0)
    if sheet.right_to_left:
        target.right_to_left()


def _extension(lists: Mapping[str, str]) -> str:
    rules = "".join(
        '<x14:dataValidation type="list" allowBlank="1" showErrorMessage="1"><x14:formula1>'
        f"<xm:f>{escape(formula)}</xm:f></x14:formula1><xm:sqref>{area}</xm:sqref></x14:dataValidation>"
        for area, formula in lists.items()
    )
    return (
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
        'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        f'<x14:dataValidations count="{len(lists)}" '
        f'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">{rules}</x14:dataValidations></ext></extLst>'
    )
