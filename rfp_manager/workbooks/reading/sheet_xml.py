"""The facts of one worksheet that are not values: formulas, styles, merges, dropdown rules, protection.

The rows are cut apart once and looked into only when somebody asks about one, so that a sheet of a hundred
thousand rows costs little more than its unpacking. XML that is written in an unusual way (prefixed names,
comments, no cell addresses, UTF-16) is first rewritten into the usual one.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from rfp_manager.workbooks.part_xml import anyone_may_edit, local_name, parse_xml, refuse_document_type
from rfp_manager.workbooks.reading.cell_table import CellTable, read_cell_table
from rfp_manager.workbooks.reading.references import Area, column_letters, column_number, parse_areas
from rfp_manager.workbooks.reading.row_slices import RowSlices, find_rows

_SHEET_DATA = re.compile(rb"<sheetData\b[^>]*>")
_ROW_STYLE = re.compile(rb'\bs="(\d+)"')
_ROW_HEIGHT = re.compile(rb'\bht="(\d+(?:\.\d+)?)"')
_CELL = re.compile(rb"<c\b([^>]*?)/?>\s*(<f\b)?")
_FORMULA_CELL = re.compile(rb'<c r="([A-Z]+)\d+"[^>]*[^/]><f[ >/]')
_ADDRESS = re.compile(rb'\br="([A-Z]+)\d+"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_TRUE = ("1", "true")
_ROW_ATTRIBUTES = ("s", "customFormat", "hidden", "ht")


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """One data validation as written. `formula` is the list's source when `kind` is "list"."""

    areas: tuple[Area, ...]
    kind: str
    formula: str


@dataclass
class SheetFacts:
    """Rows and columns count from 1. Rows without an entry in the XML have no facts."""

    merges: list[Area] = field(default_factory=list)
    rules: list[ValidationRule] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    column_widths: dict[int, float] = field(default_factory=dict)
    column_styles: dict[int, int] = field(default_factory=dict)
    protected: bool = False
    # What anyone may edit although the sheet is protected and the cells are locked.
    editable: list[Area] = field(default_factory=list)
    right_to_left: bool = False
    frozen_rows: int = 0
    frozen_columns: int = 0
    default_height: float = 15.0
    default_width: float = 8.43
    filter_row: int | None = None
    row_xml: Mapping[int, bytes] = field(default_factory=dict)
    has_formulas: bool = False
    _cells: dict[int, dict[int, tuple[int, bool]]] = field(default_factory=dict)

    @cached_property
    def table(self) -> CellTable | None:
        """Styles and formulas of all cells at once; None where the XML is written unusually."""
        return read_cell_table(self.row_xml) if isinstance(self.row_xml, RowSlices) else None

    def style(self, row: int, column: int) -> int | None:
        """The cell's own style index; None where the XML has no such cell."""
        if self.table is not None:
            return self.table.style(row, column)
        cell = self.cells(row).get(column)
        return cell[0] if cell else None

    def cells(self, row: int) -> dict[int, tuple[int, bool]]:
        """By column: the cell's style index and whether it holds a formula."""
        found = self._cells.get(row)
        if found is None:
            found = self._cells[row] = _parse_cells(self.row_xml.get(row, b""))
        return found

    @cached_property
    def may_have_row_styles(self) -> bool:
        """False where no row can have a style of its own, which one look at the whole sheet tells."""
        return not isinstance(self.row_xml, RowSlices) or b"customFormat=" in self.row_xml.data

    def row_style(self, row: int) -> int | None:
        xml = self.row_xml.get(row)
        if not xml:
            return None
        head = xml[: xml.find(b">")]
        if b"customFormat=" not in head:
            return None
        match = _ROW_STYLE.search(head)
        return int(match[1]) if match else None

    def formula_columns(self, row: int) -> set[int]:
        if not self.has_formulas:
            return set()
        if self.table is not None:
            return self.table.formula_columns(row)
        xml = self.row_xml.get(row)
        if not xml or b"<f" not in xml:
            return set()
        found = _FORMULA_CELL.findall(xml)
        if len(found) == xml.count(b"<f"):
            return {column_number(letters.decode()) for letters in found}
        return {column for column, (_, formula) in self.cells(row).items() if formula}

    def row_height(self, row: int) -> float | None:
        """In points; None where Excel chooses the height by the text."""
        xml = self.row_xml.get(row, b"")
        match = _ROW_HEIGHT.search(xml[: xml.find(b">")])
        return float(match[1]) if match else None

    def last_column(self) -> int:
        """The last column that any row writes, filled or not."""
        ends = {xml[at + 3 : at + 6] for xml in self.row_xml.values() if (at := xml.rfind(b'r="')) > 0}
        letters = {re.sub(rb"[^A-Z].*", b"", end, flags=re.DOTALL) for end in ends}
        return max((column_number(name.decode()) for name in letters if name), default=0)

    def is_hidden_row(self, row: int) -> bool:
        xml = self.row_xml.get(row, b"")
        head = xml[: xml.find(b">")]
        return b'hidden="1"' in head or b'hidden="true"' in head


def read_sheet_facts(data: bytes, *, part: str) -> SheetFacts:
    """The facts of a worksheet's XML. Raises WorkbookError when it is damaged."""
    refuse_document_type(data, part=part)
    start = _SHEET_DATA.search(data)
    usual = start is not None and not data.startswith((b"\xff\xfe", b"\xfe\xff")) and not _has_comments(data)
    if usual and start is not None:
        begin, end = start.end(), data.rfind(b"</sheetData>", start.end())
        if start[0].endswith(b"/>"):
            end = begin
        rows = _usual_rows(data, begin, end) if end >= 0 else None
        if rows is not None:
            frame = data[: start.start()] + data[end:].removeprefix(b"</sheetData>")
            return _facts(parse_xml(frame, part=part), rows, has_formulas=data.find(b"<f", begin, end) >= 0)
    root = parse_xml(data, part=part) if len(data) < 1_000_000 else _parse_large(data)
    rewritten: dict[int, bytes] = {}
    for child in list(root):
        if local_name(child) == "sheetData":
            rewritten = _rewritten_rows(child)
            root.remove(child)
    return _facts(root, rewritten, has_formulas=any(b"<f" in xml for xml in rewritten.values()))


def _has_comments(data: bytes) -> bool:
    """Comments or CDATA sections. A single byte, and a rare one, is sought far sooner than several."""
    return b"!" in data and b"<!" in data


def _parse_large(data: bytes) -> "etree._Element":
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    return etree.parse(io.BytesIO(data), parser).getroot()


def _usual_rows(data: bytes, begin: int, end: int) -> RowSlices | None:
    """The rows of the inside of sheetData; None when rows or cells are written in an unusual way."""
    rows = find_rows(data, begin, end)
    for place in range(min(len(rows or ()), 20)):
        xml = rows.between(place, place + 1) if rows is not None else b""
        if b"<c" in xml and b'<c r="' not in xml and not _ADDRESS.search(xml, xml.find(b"<c")):
            return None
    return rows


def _rewritten_rows(sheet_data: "etree._Element") -> dict[int, bytes]:
    """The same rows in the spelling that `find_rows` would have found."""
    rows = {}
    number = 0
    for row in sheet_data:
        if local_name(row) != "row":
            continue
        number = int(row.get("r") or number + 1)
        attributes = [f'{number}"']
        attributes += [f'{key}="{row.get(key)}"' for key in _ROW_ATTRIBUTES if row.get(key)]
        cells, column = [], 0
        for cell in row:
            if local_name(cell) != "c":
                continue
            address = cell.get("r")
            column = column_number(address.rstrip("0123456789")) if address else column + 1
            formula = any(local_name(child) == "f" for child in cell)
            cells.append(
                f'<c r="{column_letters(column)}{number}" s="{cell.get("s") or 0}">{"<f/>" if formula else ""}</c>'
            )
        rows[number] = f"{' '.join(attributes)}>{''.join(cells)}".encode()
    return rows


def _parse_cells(xml: bytes) -> dict[int, tuple[int, bool]]:
    cells = {}
    for match in _CELL.finditer(xml, xml.find(b">")):
        address = _ADDRESS.search(match[1])
        if address is None:
            continue
        style = _STYLE.search(match[1])
        column = column_number(address[1].decode())
        cells[column] = (int(style[1]) if style else 0, match[2] is not None)
    return cells


def _facts(root: "etree._Element", rows: Mapping[int, bytes], *, has_formulas: bool) -> SheetFacts:
    facts = SheetFacts(row_xml=rows, has_formulas=has_formulas)
    for element in root.iter():
        name = local_name(element)
        if name == "mergeCell":
            facts.merges += parse_areas(element.get("ref", ""))
        elif name == "dataValidation":
            _read_rule(element, facts)
        elif name == "col":
            _read_column(element, facts)
        elif name == "sheetProtection":
            facts.protected = element.get("sheet", "0") in _TRUE
        elif name == "protectedRange" and anyone_may_edit(element):
            facts.editable += parse_areas(element.get("sqref", ""))
        elif name == "sheetView":
            facts.right_to_left = element.get("rightToLeft", "0") in _TRUE
        elif name == "pane" and element.get("state", "split").startswith("frozen"):
            facts.frozen_rows = _frozen_rows(element)
            facts.frozen_columns = int(_number(element.get("xSplit"), 0))
        elif name == "sheetFormatPr":
            facts.default_height = _number(element.get("defaultRowHeight"), facts.default_height)
            facts.default_width = _number(element.get("defaultColWidth"), facts.default_width)
        elif name == "autoFilter" and facts.filter_row is None:
            areas = parse_areas(element.get("ref", ""))
            facts.filter_row = areas[0].first_row if areas else None
    return facts


def _frozen_rows(pane: "etree._Element") -> int:
    """The number of the last frozen row. The upper part may itself be scrolled, which `topLeftCell` shows."""
    try:
        split = int(float(pane.get("ySplit", "0")))
    except ValueError:
        return 0
    corner = parse_areas(pane.get("topLeftCell", ""))
    # The lower part may be scrolled as well: then its corner lies far below the frozen rows.
    return split if not corner or corner[0].first_row > split + 1 else corner[0].first_row - 1


def _number(text: str | None, otherwise: float) -> float:
    try:
        return float(text) if text else otherwise
    except ValueError:
        return otherwise


def _read_rule(element: "etree._Element", facts: SheetFacts) -> None:
    sqref = element.get("sqref", "")
    formula = ""
    for child in element.iter():
        name = local_name(child)
        if name == "sqref":
            sqref = child.text or ""
        elif name == "formula1":
            formula = "".join(child.itertext()).strip()
    areas = tuple(parse_areas(sqref))
    if areas:
        facts.rules.append(ValidationRule(areas, element.get("type", "none"), formula))


def _read_column(element: "etree._Element", facts: SheetFacts) -> None:
    try:
        first, last = int(element.get("min", "0")), int(element.get("max", "0"))
        width = float(element.get("width", "0"))
    except ValueError:
        return
    # A rule for "all columns to the right" tells nothing about any one of them.
    for column in range(first, min(last, first + 255) + 1):
        if element.get("hidden", "0") in _TRUE:
            facts.hidden_columns.add(column)
        if width:
            facts.column_widths[column] = width
        if element.get("style"):
            facts.column_styles[column] = int(element.get("style", "0"))
