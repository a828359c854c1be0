"""Reading the values of chosen cells, for the lists that dropdowns refer to."""

import html
import re
from collections.abc import Iterable, Iterator

from rfp_manager.workbooks.package import WorkbookPackage
from rfp_manager.workbooks.writing.addresses import CellRange
from rfp_manager.workbooks.writing.dates import serial_of
from rfp_manager.workbooks.writing.sheet_rows import CellSpan, RowScanner
from rfp_manager.workbooks.writing.survey import survey_sheet
from rfp_manager.workbooks.writing.xml_stream import ATTRIBUTES, XmlPart, unmasked

ListValue = str | int | float | bool

# A dropdown over a whole column is read this far down.
LONGEST_LIST = 10_000

_NAME = rb"(?:[\w.\-]+:)?"
_STRING_ITEM = re.compile(rb"<" + _NAME + rb"si(?=[\s/>])(?:[^>]*/>|.*?</" + _NAME + rb"si\s*>)", re.DOTALL)
_PHONETIC = re.compile(rb"<" + _NAME + rb"rPh[\s>].*?</" + _NAME + rb"rPh\s*>", re.DOTALL)
_TEXT = re.compile(
    rb"<" + _NAME + rb"t(?:\s" + ATTRIBUTES + rb")?(?<!/)>(.*?)</" + _NAME + rb"t\s*>", re.DOTALL
)
_VALUE = re.compile(rb"<" + _NAME + rb"v(?:\s[^>]*)?(?<!/)>(.*?)</" + _NAME + rb"v\s*>", re.DOTALL)
_TYPE = re.compile(rb"""\st\s*=\s*["'](\w+)["']""")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_ranges(
    package: WorkbookPackage, part: str, ranges: Iterable[CellRange]
) -> dict[CellRange, list[ListValue]]:
    """The values in each range of one sheet, row by row, without blanks and errors."""
    wanted = set(ranges)
    sheet = XmlPart(package, part)
    survey = survey_sheet(sheet)
    if survey is None or survey.data_is_empty:
        return {covered: [] for covered in wanted}
    by_row: dict[int, list[CellRange]] = {}
    for covered in wanted:
        last = min(covered.last_row, covered.first_row + LONGEST_LIST)
        for place in range(covered.first_row, last + 1):
            by_row.setdefault(place, []).append(covered)
    scanner = RowScanner(survey.prefix)
    found: list[tuple[int, CellSpan]] = []
    for row in scanner.find_rows(sheet.masked_blocks(), data_start=survey.data_tag[1], wanted=by_row):
        if row.data:
            found.extend(
                (row.number, cell)
                for cell in scanner.cells(row.data)
                if any((row.number, cell.column) in covered for covered in by_row[row.number])
            )
    found.sort(key=lambda item: (item[0], item[1].column))
    strings = _shared_strings(
        package, {index for _, cell in found if (index := _string_index(cell)) is not None}
    )
    values: dict[CellRange, list[ListValue]] = {covered: [] for covered in wanted}
    for number, cell in found:
        value = _cell_value(cell, strings, from_1904=package.from_1904)
        if value is None or value == "":
            continue
        for covered in by_row[number]:
            if (number, cell.column) in covered:
                values[covered].append(value)
    return values


def _cell_value(cell: CellSpan, strings: dict[int, str], *, from_1904: bool) -> ListValue | None:
    kind = _cell_type(cell)
    if kind == b"inlineStr":
        return _text(cell.content)
    match = _VALUE.search(unmasked(cell.content))
    if match is None or kind == b"e":
        return None
    raw = html.unescape(match[1].decode("utf-8", "replace")).strip()
    if kind == b"s":
        return strings.get(int(raw)) if raw.isdigit() else None
    if kind == b"str":
        return _unescaped(raw)
    if kind == b"b":
        return raw in ("1", "true")
    if kind == b"d":
        return serial_of(raw, from_1904=from_1904)
    try:
        number = float(raw)
    except ValueError:
        return None
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _cell_type(cell: CellSpan) -> bytes:
    match = _TYPE.search(cell.attributes)
    return match[1] if match else b"n"


def _string_index(cell: CellSpan) -> int | None:
    if _cell_type(cell) != b"s":
        return None
    match = _VALUE.search(unmasked(cell.content))
    raw = match[1].strip() if match else b""
    return int(raw) if raw.isdigit() else None


def _shared_strings(package: WorkbookPackage, wanted: set[int]) -> dict[int, str]:
    if not wanted or package.shared_strings_part is None:
        return {}
    found = {}
    last = max(wanted)
    for index, item in enumerate(_string_items(XmlPart(package, package.shared_strings_part))):
        if index in wanted:
            found[index] = _text(item)
        if index >= last:
            break
    return found


def _string_items(part: XmlPart) -> Iterator[bytes]:
    held = b""
    for block in part.masked_blocks():
        held += block
        end = 0
        for match in _STRING_ITEM.finditer(held):
            yield match[0]
            end = match.end()
        held = held[end:]


def _text(item: bytes) -> str:
    """The text of a string item: its runs joined, without the phonetic reading beside them."""
    runs = _TEXT.findall(_PHONETIC.sub(b"", unmasked(item)))
    return _unescaped(html.unescape(b"".join(runs).decode("utf-8", "replace")))


def _unescaped(text: str) -> str:
    """As detection reads it, which leaves NUL out: a choice has to be found again."""
    return _ESCAPED.sub(lambda match: chr(code) if (code := int(match[1], 16)) else "", text)
