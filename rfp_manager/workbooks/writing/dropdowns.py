"""Which values a cell's dropdown allows, of the types that Excel would enter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rfp_manager.workbooks.list_formulas import (
    DEEPEST_NAME,
    INDIRECT,
    LITERAL,
    bare,
    bare_name,
    literal_items,
    offset_match,
)
from rfp_manager.workbooks.package import SheetPart, WorkbookPackage
from rfp_manager.workbooks.part_xml import local_name
from rfp_manager.workbooks.writing.addresses import CellRange, parse_range
from rfp_manager.workbooks.writing.cell_values import ListValue, read_ranges
from rfp_manager.workbooks.writing.choices import typed
from rfp_manager.workbooks.writing.survey import ListRule

_REFERENCE = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([^'!\[\]:]+))!)?(\$?[A-Za-z]{0,3}\$?\d*(?::\$?[A-Za-z]{0,3}\$?\d*)?)\Z"
)
_TABLE_COLUMN = re.compile(r"([^\[\]'!]+)\[(?:\[#Data\],)?\[?([^\[\]]+)\]?\]\Z")


@dataclass(frozen=True)
class _Place:
    part: str
    covered: CellRange


class _Unread(Exception):
    """A list depends on cells that are still to be read."""

    def __init__(self, place: _Place) -> None:
        super().__init__(place)
        self.place = place


class Dropdowns:
    """The allowed values of the dropdowns in one package. Lists in cells are read once, sheet by sheet."""

    def __init__(self, package: WorkbookPackage) -> None:
        self._package = package
        self.from_1904 = package.from_1904
        self._values: dict[_Place, list[ListValue]] = {}
        self._tables: dict[str, tuple[str, dict[str, CellRange]]] | None = None

    def allowed(
        self, sheet: SheetPart, wanted: Iterable[tuple[tuple[int, int], ListRule]]
    ) -> dict[tuple[int, int], list[ListValue]]:
        """The allowed values per cell. A cell whose list cannot be resolved (another file, none yet) is absent."""
        resolved: dict[tuple[int, int], list[ListValue]] = {}
        waiting = dict(wanted)
        # Each round reads what the lists of the last one turned out to depend on, a sheet once for all of them.
        while waiting:
            unread: set[_Place] = set()
            for cell, rule in list(waiting.items()):
                first = rule.ranges[0].anchor
                moved_by = (cell[0] - first[0], cell[1] - first[1])
                try:
                    found = self._resolve(rule.formula, sheet, moved_by, depth=0)
                except _Unread as missing:
                    unread.add(missing.place)
                    continue
                del waiting[cell]
                if found is not None:
                    resolved[cell] = found
            self._read(unread)
        return resolved

    def _resolve(
        self, formula: str, sheet: SheetPart, moved_by: tuple[int, int], *, depth: int
    ) -> list[ListValue] | None:
        """What AllowedValues finds for detection, with the types that the cells have."""
        formula = bare(formula)
        if not formula or depth > DEEPEST_NAME:
            return None
        items = literal_items(formula)
        if items is not None:
            return [typed(item) for each in items if (item := each.strip())]
        place = self._place(formula, sheet, moved_by)
        if place is not None:
            return self._at(place)
        if indirect := INDIRECT.fullmatch(formula):
            meaning = self._meaning(indirect[1].strip(), sheet, moved_by)
        elif offset := offset_match(formula):
            return self._offset(offset, sheet, moved_by)
        else:
            meaning = self._name(bare_name(formula), sheet)
        return self._resolve(meaning, sheet, moved_by, depth=depth + 1) if meaning else None

    def _meaning(self, inner: str, sheet: SheetPart, moved_by: tuple[int, int]) -> str | None:
        """What INDIRECT is given: a text, or the one in a cell as it stands in the form."""
        if literal := LITERAL.fullmatch(inner):
            return literal[1].replace('""', '"')
        place = self._place(inner, sheet, moved_by)
        if place is None or not place.covered.is_cell:
            return None
        return next((str(value) for value in self._at(place)), None)

    def _offset(
        self, match: "re.Match[str]", sheet: SheetPart, moved_by: tuple[int, int]
    ) -> list[ListValue] | None:
        start = self._place(match["start"], sheet, moved_by)
        if start is None:
            return None
        height = start.covered.last_row - start.covered.first_row + 1
        if match["counted"]:
            counted = self._place(match["counted"], sheet, moved_by)
            if counted is None:
                return None
            height = sum(str(value).strip() != "" for value in self._at(counted)) - int(match["less"] or 0)
        elif match["height"]:
            height = int(match["height"])
        row = start.covered.first_row + int(match["down"] or 0)
        column = start.covered.first_column + int(match["right"] or 0)
        if height < 1 or row < 1 or column < 1:
            return None
        return self._at(_Place(start.part, CellRange(row, column, row + height - 1, column))) or None

    def _place(self, formula: str, sheet: SheetPart, moved_by: tuple[int, int]) -> _Place | None:
        """The cells that a plain reference means."""
        if reference := _REFERENCE.match(formula):
            name = reference[1].replace("''", "'") if reference[1] else reference[2]
            target = self._package.sheet(name.strip()) if name else sheet
            covered = parse_range(reference[3], moved_by=moved_by)
            if covered is not None:
                return _Place(target.part, covered) if target else None
        if column := _TABLE_COLUMN.match(formula):
            part, columns = self._find_tables().get(column[1].strip().casefold(), ("", {}))
            covered = columns.get(column[2].strip().casefold())
            return _Place(part, covered) if covered else None
        return None

    def _at(self, place: _Place) -> list[ListValue]:
        if place not in self._values:
            raise _Unread(place)
        return self._values[place]

    def _name(self, name: str, sheet: SheetPart) -> str | None:
        local = self._package.sheet_index(sheet)
        candidates = [n for n in self._package.defined_names if n.name.casefold() == name.casefold()]
        for wanted in (local, None):
            for candidate in candidates:
                if candidate.local_sheet_index == wanted:
                    return candidate.text
        return None

    def _find_tables(self) -> dict[str, tuple[str, dict[str, CellRange]]]:
        if self._tables is None:
            self._tables = {}
            for sheet in self._package.sheets:
                for relationship in self._package.relationships(sheet.part).values():
                    if relationship.type == "table" and self._package.entry(relationship.target):
                        self._read_table(sheet, relationship.target)
        return self._tables

    def _read_table(self, sheet: SheetPart, part: str) -> None:
        root = self._package.parse(part)
        covered = parse_range(root.get("ref", ""))
        if covered is None or self._tables is None:
            return
        first = covered.first_row + int(root.get("headerRowCount", "1"))
        last = covered.last_row - int(root.get("totalsRowCount", "0"))
        names = [e.get("name", "") for e in root.iter() if local_name(e) == "tableColumn"]
        columns = {
            name.casefold(): CellRange(first, column, last, column)
            for column, name in enumerate(names, covered.first_column)
        }
        for name in (root.get("displayName", ""), root.get("name", "")):
            self._tables[name.casefold()] = (sheet.part, columns)

    def _read(self, places: set[_Place]) -> None:
        by_part: dict[str, list[CellRange]] = {}
        for place in places:
            if place not in self._values:
                by_part.setdefault(place.part, []).append(place.covered)
        for part, ranges in by_part.items():
            for covered, values in read_ranges(self._package, part, ranges).items():
                self._values[_Place(part, covered)] = values
