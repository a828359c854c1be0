"""What surrounds a sheet's cells: columns, merges, dropdowns, protection, formulas over ranges.

One streaming pass. What comes before and after the rows is kept and parsed as a small document; the rows
themselves are only searched for formulas that spread over ranges.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from core.words import gettext as _
from rfp_manager.workbooks.archive import WorkbookError
from rfp_manager.workbooks.part_xml import PARSED_PART_LIMIT, anyone_may_edit, local_name, parse_xml
from rfp_manager.workbooks.writing.addresses import CellRange, parse_range, parse_ranges
from rfp_manager.workbooks.writing.xml_stream import ATTRIBUTES, XmlPart, unmasked

_ROOT = re.compile(rb"<(?:([\w.\-]+):)?(?:worksheet|macrosheet)(?=[\s/>])")
_REF = re.compile(rb"""\sref\s*=\s*["']([A-Za-z0-9:$]+)["']""")
_SPREADING = re.compile(rb"""\st\s*=\s*["'](?:array|dataTable)["']""")


@dataclass(frozen=True)
class ListRule:
    """A dropdown: the cells it covers and the formula that names its values."""

    ranges: tuple[CellRange, ...]
    formula: str


@dataclass(frozen=True)
class LengthRule:
    """A rule on the length of text: at most `longest` characters."""

    ranges: tuple[CellRange, ...]
    longest: int


@dataclass(frozen=True)
class NumberRule:
    """A rule that a number stands there; `whole` when none with decimals."""

    ranges: tuple[CellRange, ...]
    whole: bool


@dataclass
class SheetSurvey:
    """The facts about one sheet that decide what may be written where. Offsets are into its UTF-8 bytes."""

    prefix: bytes
    # The start tag of sheetData, and whether it is self-closing (a sheet without rows).
    data_tag: tuple[int, int]
    data_is_empty: bool
    dimension: tuple[int, int, CellRange] | None = None
    columns: list[tuple[int, int, int, float | None]] = field(default_factory=list)
    merges: list[CellRange] = field(default_factory=list)
    list_rules: list[ListRule] = field(default_factory=list)
    length_rules: list[LengthRule] = field(default_factory=list)
    number_rules: list[NumberRule] = field(default_factory=list)
    protected: bool = False
    editable: list[CellRange] = field(default_factory=list)
    spread_formulas: list[CellRange] = field(default_factory=list)
    has_formulas: bool = False

    def column_style(self, column: int) -> int | None:
        return next((style for first, last, style, _ in self.columns if first <= column <= last), None)

    def column_width(self, column: int) -> float | None:
        return next((width for first, last, _, width in self.columns if first <= column <= last), None)


def survey_sheet(sheet: XmlPart) -> SheetSurvey | None:
    """Read what surrounds the cells; None for a sheet without cells, such as a chart sheet."""
    head = bytearray()
    blocks = sheet.masked_blocks()
    for block in blocks:
        head += block
        if (opening := _data_tag(head)) is not None:
            break
        if len(head) > PARSED_PART_LIMIT:
            raise _too_large(sheet)
    else:
        return None
    prefix, start, end = opening
    is_empty = head[:end].endswith(b"/>")
    survey = SheetSurvey(prefix, (start, end), is_empty)
    rest = bytes(head[end:])
    del head[start:]
    tail = bytearray(rest) if is_empty else _search_rows(survey, chain([rest], blocks), sheet)
    for block in blocks:
        tail += block
        if len(tail) > PARSED_PART_LIMIT:
            raise _too_large(sheet)
    _read_dimension(survey, bytes(head))
    # Masking took the XML declaration out, so the skeleton is plain UTF-8 whatever the part was written in.
    skeleton = unmasked(bytes(head)).lstrip(b"\xef\xbb\xbf \r\n\t") + unmasked(bytes(tail))
    _read_skeleton(survey, parse_xml(skeleton, part=sheet.part))
    return survey


def _data_tag(head: bytearray) -> tuple[bytes, int, int] | None:
    root = _ROOT.search(head)
    if root is None:
        return None
    prefix = bytes(root[1]) + b":" if root[1] else b""
    tag = re.compile(rb"<" + re.escape(prefix) + rb"sheetData(?=[\s/>])" + ATTRIBUTES + rb">").search(head)
    return (prefix, tag.start(), tag.end()) if tag else None


def _search_rows(survey: SheetSurvey, blocks: Iterator[bytes], sheet: XmlPart) -> bytearray:
    """Note the formulas that spread over ranges; return what follows the end tag of sheetData."""
    closing = b"</" + survey.prefix + b"sheetData"
    opening = b"<" + survey.prefix + b"f"
    formula = re.compile(re.escape(opening) + rb"(?=[\s/>])(" + ATTRIBUTES + rb")>")
    for block in blocks:
        end = block.find(closing)
        limit = end if end >= 0 else len(block)
        if block.find(opening, 0, limit) >= 0:
            for match in formula.finditer(block, 0, limit):
                survey.has_formulas = True
                if match[1] and _SPREADING.search(match[1]) and (ref := _REF.search(match[1])):
                    covered = parse_range(ref[1].decode())
                    if covered:
                        survey.spread_formulas.append(covered)
        if end >= 0:
            return bytearray(block[block.index(b">", end) + 1 :])
    raise WorkbookError(
        _(
            'The part "%(part)s" of the workbook is damaged: it ends in the middle of its cells. Open '
            "the workbook in Excel and let it repair the file, save it as a new .xlsx file and upload "
            "that."
        )
        % {"part": sheet.part}
    )


def _read_dimension(survey: SheetSurvey, head: bytes) -> None:
    tag = re.search(rb"<" + re.escape(survey.prefix) + rb"dimension(?=[\s/>])(" + ATTRIBUTES + rb")>", head)
    ref = _REF.search(head, tag.start(), tag.end()) if tag else None
    covered = parse_range(ref[1].decode()) if ref else None
    if ref and covered:
        survey.dimension = (ref.start(1), ref.end(1), covered)


def _read_skeleton(survey: SheetSurvey, root: Any) -> None:
    for element in root.iter():
        name = local_name(element)
        if name == "col":
            survey.columns.append(
                (
                    int(element.get("min", "0")),
                    int(element.get("max", "0")),
                    int(element.get("style", "0")),
                    float(element.get("width")) if element.get("width") else None,
                )
            )
        elif name == "mergeCell" and (merged := parse_range(element.get("ref", ""))):
            survey.merges.append(merged)
        elif name == "sheetProtection":
            survey.protected = element.get("sheet", "0") in ("1", "true")
        elif name == "protectedRange":
            if anyone_may_edit(element):
                survey.editable.extend(parse_ranges(element.get("sqref", "")))
        elif name == "dataValidation":
            _read_validation(survey, element)


def _read_validation(survey: SheetSurvey, element: Any) -> None:
    kind = element.get("type", "none")
    sqref, formulas = element.get("sqref", ""), {}
    for child in element:
        if local_name(child) == "sqref":
            sqref = "".join(child.itertext())
        elif local_name(child) in ("formula1", "formula2"):
            formulas[local_name(child)] = "".join(child.itertext()).strip()
    ranges = tuple(parse_ranges(sqref))
    if kind == "list" and ranges and formulas.get("formula1"):
        survey.list_rules.append(ListRule(ranges, formulas["formula1"]))
    elif kind == "textLength" and ranges:
        longest = _longest(element.get("operator", "between"), formulas)
        if longest is not None:
            survey.length_rules.append(LengthRule(ranges, longest))
    elif kind in ("whole", "decimal") and ranges:
        survey.number_rules.append(NumberRule(ranges, whole=kind == "whole"))


def _longest(operator: str, formulas: dict[str, str]) -> int | None:
    bound = formulas.get("formula2" if operator == "between" else "formula1", "")
    if operator not in ("between", "lessThan", "lessThanOrEqual", "equal") or not bound.isdigit():
        return None
    return int(bound) - (operator == "lessThan")


def _too_large(sheet: XmlPart) -> WorkbookError:
    return WorkbookError(
        _(
            'The settings around the cells of a sheet ("%(part)s") are too large to read. Open the '
            "workbook in Excel, save it as a new .xlsx file and upload that."
        )
        % {"part": sheet.part}
    )
