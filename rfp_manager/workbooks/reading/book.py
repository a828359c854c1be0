"""Opening a workbook, or a csv file, as grids of cells."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from core.words import gettext as _
from rfp_manager.workbooks.package import DefinedName, WorkbookError, WorkbookPackage
from rfp_manager.workbooks.reading.grid import Grid, as_values
from rfp_manager.workbooks.reading.sheet_values import SheetValues
from rfp_manager.workbooks.reading.sheet_xml import SheetFacts, read_sheet_facts
from rfp_manager.workbooks.reading.styles import PLAIN, read_styles
from rfp_manager.workbooks.reading.tables import TableColumns, read_tables

CSV_SHEET_NAME = "Sheet1"
CSV_BYTES_LIMIT = 64 * 1024 * 1024


@dataclass
class Book:
    """All sheets in the workbook's order, with what formulas in one may refer to in another."""

    grids: list[Grid]
    defined_names: list[DefinedName] = field(default_factory=list)
    tables: dict[str, TableColumns] = field(default_factory=dict)

    def grid(self, name: str) -> Grid | None:
        for grid in self.grids:
            if grid.name == name:
                return grid
        return next((grid for grid in self.grids if grid.name.casefold() == name.casefold()), None)


@contextmanager
def open_book(source: Path | BinaryIO) -> Iterator[Book]:
    """Read every sheet of a workbook or csv. Raises WorkbookError, with a sentence, on anything else."""
    if _looks_like_csv(source):
        yield Book([Grid(CSV_SHEET_NAME, "visible", as_values(_csv_rows(source)), SheetFacts(), [PLAIN])])
        return
    with WorkbookPackage.open(source) as package:
        styles, values = read_styles(package), SheetValues(source, package)
        grids = []
        for sheet in package.sheets:
            facts = SheetFacts()
            found = as_values([])
            if sheet.kind == "worksheet":
                facts = read_sheet_facts(package.read(sheet.part), part=sheet.part)
                found = values.of(sheet.name, facts, styles)
            grids.append(Grid(sheet.name, sheet.state, found, facts, styles))
        yield Book(grids, package.defined_names, read_tables(package))


def _head(source: Path | BinaryIO, size: int) -> bytes:
    if isinstance(source, Path):
        with source.open("rb") as file:
            return file.read(size)
    source.seek(0)
    return source.read(size)


def _looks_like_csv(source: Path | BinaryIO) -> bool:
    """Text with a separator in it. A zip, an old Office file or a program holds NUL bytes or a signature."""
    if isinstance(source, Path) and source.suffix.lower() not in (".csv", ".tsv", ".txt"):
        return False
    head = _head(source, 65_536)
    if head.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"MZ", b"%PDF", b"{\\rtf", b"<")) or not head.strip():
        return False
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\0" not in head and any(mark in head for mark in (b",", b";", b"\t", b"|"))


def _csv_rows(source: Path | BinaryIO) -> list[list[Any]]:
    data = _head(source, CSV_BYTES_LIMIT + 1)
    if len(data) > CSV_BYTES_LIMIT:
        raise WorkbookError(
            _("The csv file is larger than 64 MB. Divide it and upload the pieces one by one.")
        )
    text = _decoded(data)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), dialect))
    except csv.Error as error:
        raise WorkbookError(
            _("The csv file cannot be read as a table. Open it in Excel, save it as .xlsx and upload that.")
        ) from error
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
