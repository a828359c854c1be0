"""What the styles part says about a cell: bold, filled, locked; enough to tell headings from answers."""

import re
from dataclasses import dataclass
from typing import Any

from rfp_manager.workbooks.package import WorkbookPackage
from rfp_manager.workbooks.part_xml import local_name


@dataclass(frozen=True, slots=True)
class Style:
    """`look` tells two styles apart by what a reader sees: weight, size, colour of letters and ground.

    `may_be_date` is false only where a number surely stands for itself. `framed`: a line below, or lines around.
    """

    bold: bool = False
    filled: bool = False
    locked: bool = True
    look: tuple[object, ...] = ()
    may_be_date: bool = False
    framed: bool = False


PLAIN = Style()
# The formats that the standard numbers itself and that show a number, a share, an amount or a text.
_PLAIN_FORMATS = {str(at) for at in (*range(5), *range(9, 14), *range(37, 41), 48, 49)}
_DATE_LETTER = re.compile("[dmyhs]", re.IGNORECASE)


def read_styles(package: WorkbookPackage) -> list[Style]:
    """The cell formats, in the order that a cell's `s` counts them."""
    if package.styles_part is None:
        return [PLAIN]
    root = package.parse(package.styles_part)
    groups = {local_name(group): list(group) for group in root if local_name(group)}
    fonts = [_font(font) for font in groups.get("fonts", ())]
    fills = [_fill(fill) for fill in groups.get("fills", ())]
    borders = [_has_line_below(border) for border in groups.get("borders", ())]
    codes = {form.get("numFmtId"): form.get("formatCode", "") for form in groups.get("numFmts", ())}
    styles = []
    for form in groups.get("cellXfs", ()):
        if local_name(form) != "xf":
            continue
        font = _pick(fonts, form.get("fontId"), (False, "", ""))
        fill = _pick(fills, form.get("fillId"), None)
        locked = True
        for child in form:
            if local_name(child) == "protection":
                locked = child.get("locked", "1") not in ("0", "false")
        dated = _may_be_date(form.get("numFmtId", "0"), codes)
        framed = _pick(borders, form.get("borderId"), False)
        styles.append(Style(bool(font[0]), fill is not None, locked, (*font, fill), dated, framed))
    return styles or [PLAIN]


def _may_be_date(number_format: str, codes: dict[str, str]) -> bool:
    if number_format in codes:
        return _DATE_LETTER.search(codes[number_format]) is not None
    return number_format not in _PLAIN_FORMATS


def _pick(items: list[Any], index: str | None, otherwise: Any) -> Any:
    position = int(index) if index and index.isdigit() else 0
    return items[position] if position < len(items) else otherwise


def _font(font: Any) -> tuple[object, ...]:
    bold, size, colour = False, "", ""
    for child in font:
        name = local_name(child)
        if name == "b":
            bold = child.get("val", "1") not in ("0", "false")
        elif name == "sz":
            size = child.get("val", "")
        elif name == "color":
            colour = repr(sorted(child.attrib.items()))
    return (bold, size, colour)


def _has_line_below(border: Any) -> bool:
    return any(local_name(side) == "bottom" and side.get("style", "none") != "none" for side in border)


def _fill(fill: Any) -> str | None:
    """A name for the ground's colour; None for no fill and for plain white."""
    for child in fill:
        name = local_name(child)
        if name == "gradientFill":
            return "gradient"
        if name != "patternFill" or child.get("patternType", "none") == "none":
            continue
        for colour in child:
            if local_name(colour) == "fgColor":
                if colour.get("rgb", "")[-6:].upper() == "FFFFFF" or dict(colour.attrib) == {"theme": "0"}:
                    return None
                return repr(sorted(colour.attrib.items()))
        return str(child.get("patternType"))
    return None
