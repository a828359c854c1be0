"""Which values a cell's dropdown allows, and which of them an answer means."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rfp_manager.workbooks.package import SheetPart, WorkbookPackage
from rfp_manager.workbooks.part_xml import local_name
from rfp_manager.workbooks.writing.addresses import CellRange, parse_range
from rfp_manager.workbooks.writing.cell_values import ListValue, read_ranges
from rfp_manager.workbooks.writing.survey import ListRule

_LITERAL = re.compile(r'"((?:[^"]|"")*)"\Z', re.DOTALL)
_REFERENCE = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([^'!\[\]:]+))!)?(\$?[A-Za-z]{0,3}\$?\d*(?::\$?[A-Za-z]{0,3}\$?\d*)?)\Z"
)
_TABLE_COLUMN = re.compile(r"([^\[\]'!]+)\[(?:\[#Data\],)?\[?([^\[\]]+)\]?\]\Z")
_INDIRECT = re.compile(r'INDIRECT\(\s*"((?:[^"]|"")*)"\s*\)\Z', re.IGNORECASE)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?\Z")
_DEEPEST_NAME = 5


@dataclass(frozen=True)
class _Place:
    part: str
    covered: CellRange


class Dropdowns:
    """The allowed values of the dropdowns in one package. Lists in cells are read once, sheet by sheet."""

    def __init__(self, package: WorkbookPackage) -> None:
        self._package = package
        self._values: dict[_Place, list[ListValue]] = {}
        self._tables: dict[str, tuple[str, dict[str, CellRange]]] | None = None

    def allowed(
        self, sheet: SheetPart, wanted: Iterable[tuple[tuple[int, int], ListRule]]
    ) -> dict[tuple[int, int], list[ListValue]]:
        """The allowed values per cell. A cell whose list cannot be resolved (OFFSET, another file) is absent."""
        resolved: dict[tuple[int, int], list[ListValue] | _Place] = {}
        for cell, rule in wanted:
            found = self._resolve(sheet, cell, rule)
            if found is not None:
                resolved[cell] = found
        self._read({found for found in resolved.values() if isinstance(found, _Place)})
        return {
            cell: self._values[found] if isinstance(found, _Place) else found
            for cell, found in resolved.items()
        }

    def _resolve(
        self, sheet: SheetPart, cell: tuple[int, int], rule: ListRule
    ) -> list[ListValue] | _Place | None:
        formula = rule.formula.lstrip("=").strip()
        if literal := _LITERAL.match(formula):
            items = (item.strip() for item in literal[1].replace('""', '"').split(","))
            return [_typed(item) for item in items if item]
        first = rule.ranges[0].anchor
        return self._place(formula, sheet, (cell[0] - first[0], cell[1] - first[1]), depth=0)

    def _place(
        self, formula: str, sheet: SheetPart, moved_by: tuple[int, int], *, depth: int
    ) -> _Place | None:
        formula = formula.lstrip("=").strip()
        if indirect := _INDIRECT.match(formula):
            formula = indirect[1].replace('""', '"')
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
        meaning = self._name(formula, sheet)
        if meaning is None or depth >= _DEEPEST_NAME:
            return None
        return self._place(meaning, sheet, (0, 0), depth=depth + 1)

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


def choose(answer: ListValue, allowed: Iterable[ListValue]) -> ListValue | None:
    """The allowed value that the answer means: the same up to case and space, or the same number."""
    candidates = list(allowed)
    for candidate in candidates:
        if type(candidate) is type(answer) and candidate == answer:
            return candidate
    wanted = _folded(answer)
    for candidate in candidates:
        if _folded(candidate) == wanted:
            return candidate
    number = _as_number(wanted)
    if number is not None:
        for candidate in candidates:
            if not isinstance(candidate, bool) and _as_number(_folded(candidate)) == number:
                return candidate
    return None


def _folded(value: ListValue) -> str:
    return " ".join(str(value).split()).casefold()


def _as_number(text: str) -> float | None:
    percent = text.endswith("%")
    try:
        number = float(text.rstrip("%"))
    except ValueError:
        return None
    return number / 100 if percent else number


def _typed(item: str) -> ListValue:
    """A literal list item as Excel enters it when it is picked: numbers and truth values are no text."""
    if _NUMBER.match(item):
        return float(item) if "." in item else int(item)
    if item.upper() in ("TRUE", "FALSE"):
        return item.upper() == "TRUE"
    return item
