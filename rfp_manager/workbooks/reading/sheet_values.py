"""Where the values of a sheet come from: the table of its cells, or calamine for what the table does not tell."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from core.words import format_number
from core.words import gettext as _
from rfp_manager.workbooks.package import WorkbookError, WorkbookPackage
from rfp_manager.workbooks.reading.cell_table import Array
from rfp_manager.workbooks.reading.cell_values import MOST_VALUES, cell_values
from rfp_manager.workbooks.reading.grid import as_values
from rfp_manager.workbooks.reading.shared_strings import as_array, read_shared_strings
from rfp_manager.workbooks.reading.sheet_xml import SheetFacts
from rfp_manager.workbooks.reading.styles import Style


class SheetValues:
    """Reads the values of one sheet after another; what the sheets share is read once, and only when needed."""

    def __init__(self, source: Path | BinaryIO, package: WorkbookPackage) -> None:
        self._source = source
        self._package = package

    def of(self, name: str, facts: SheetFacts, styles: list[Style]) -> Array:
        """A rectangle from A1 to the last filled cell. Raises WorkbookError where it is vast or cannot be read."""
        contents = facts.table.contents if facts.table is not None else None
        if contents is not None and self._strings is not None:
            values = cell_values(contents, self._strings, styles)
            if values is not None:
                return values
        _refuse_vast(name, facts)
        with _friendly_errors():
            rows = self._calamine.get_sheet_by_name(name).to_python(skip_empty_area=False)
        return as_values([[_without_nul(value) for value in row] for row in rows])

    @cached_property
    def _strings(self) -> Array | None:
        part = self._package.shared_strings_part
        return read_shared_strings(self._package.read(part)) if part else as_array([])

    @cached_property
    def _calamine(self) -> CalamineWorkbook:
        if isinstance(self._source, Path):
            return CalamineWorkbook.from_path(str(self._source))
        # The packed bytes once more: two readers cannot share one file's position.
        self._source.seek(0)
        return CalamineWorkbook.from_filelike(io.BytesIO(self._source.read()))


def _without_nul(value: Any) -> Any:
    """Calamine takes `_x0000_` at its word; no database takes a NUL in a text."""
    return value.replace("\0", "") if type(value) is str and "\0" in value else value


@contextmanager
def _friendly_errors() -> Iterator[None]:
    try:
        yield
    except CalamineError as error:
        raise WorkbookError(
            _(
                "The workbook's cells cannot be read. Open it in Excel and let it repair the file, save it as a "
                "new .xlsx file and upload that."
            )
        ) from error


def _refuse_vast(name: str, facts: SheetFacts) -> None:
    last_row = max(facts.row_xml, default=0)
    if last_row * 16_384 > MOST_VALUES and last_row * facts.last_column() > MOST_VALUES:
        filled = {row: xml for row, xml in facts.row_xml.items() if b"<v" in xml or b"<is" in xml}
        columns = max((max(facts.cells(row), default=0) for row in filled), default=0)
        if max(filled, default=0) * columns > MOST_VALUES:
            raise WorkbookError(
                _(
                    'The sheet "%(name)s" is too large: cells lie as far down as row %(number)s. Delete the '
                    "unused rows and columns around the questions, save it and upload it again."
                )
                % {"name": name, "number": format_number(max(filled))}
            )
