"""Opening a workbook, or a csv file, as grids of cells."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from core.words import format_number
from core.words import gettext as _
from rfp_manager.workbooks.csv_text import is_csv, read_csv
from rfp_manager.workbooks.package import DefinedName, WorkbookError, WorkbookPackage
from rfp_manager.workbooks.reading.cell_values import MOST_VALUES
from rfp_manager.workbooks.reading.grid import Grid, as_values
from rfp_manager.workbooks.reading.sheet_values import SheetValues
from rfp_manager.workbooks.reading.sheet_xml import SheetFacts, read_sheet_facts
from rfp_manager.workbooks.reading.styles import PLAIN, read_styles
from rfp_manager.workbooks.reading.tables import TableColumns, read_tables

CSV_SHEET_NAME = "Sheet1"


@dataclass
class Book:
    """All sheets in the workbook's order, with what formulas in one may refer to in another."""

    grids: list[Grid]
    defined_names: list[DefinedName] = field(default_factory=list)
    tables: dict[str, TableColumns] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shown = [grid for grid in self.grids if grid.height and grid.state == "visible"]
        for grid in shown:
            grid.alone = len(shown) == 1

    def grid(self, name: str) -> Grid | None:
        for grid in self.grids:
            if grid.name == name:
                return grid
        return next((grid for grid in self.grids if grid.name.casefold() == name.casefold()), None)


@contextmanager
def open_book(source: Path | BinaryIO) -> Iterator[Book]:
    """Read every sheet of a workbook or csv. Raises WorkbookError, with a sentence, on anything else."""
    if _is_csv(source):
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


def _is_csv(source: Path | BinaryIO) -> bool:
    """A path must be named like one; a file without a name may be one."""
    if not isinstance(source, Path):
        return is_csv(source)
    if source.suffix.lower() not in (".csv", ".tsv", ".txt"):
        return False
    with source.open("rb") as file:
        return is_csv(file)


def _csv_rows(source: Path | BinaryIO) -> list[list[Any]]:
    if isinstance(source, Path):
        with source.open("rb") as file:
            csv = read_csv(file)
    else:
        csv = read_csv(source)
    width = max((len(row.fields) for row in csv.rows), default=0)
    if len(csv.rows) * width > MOST_VALUES:
        raise WorkbookError(
            _(
                "The CSV file has %(rows)s rows and a row with %(columns)s columns, too many to read as one table. "
                "Remove the columns that ask nothing and upload it again."
            )
            % {"rows": format_number(len(csv.rows)), "columns": format_number(width)}
        )
    return [[*map(csv.value, row.fields), *[""] * (width - len(row.fields))] for row in csv.rows]
