"""How a cell looks, as far as a reader of the form notices: ground, letters, alignment, borders."""

from typing import Any

from rfp_manager.workbooks.package import WorkbookPackage
from rfp_manager.workbooks.part_xml import local_name
from rfp_manager.workbooks.preview.colours import Palette, legible, read_palette

Look = dict[str, Any]

_SIDES = {"left": 1, "right": 2, "top": 4, "bottom": 8}
_OFF = ("0", "false", "none")


def read_looks(package: WorkbookPackage) -> list[Look]:
    """One look for each cell format, in the order that a cell's `s` counts them.

    Keys, left out where the usual holds: `bold`, `italic`, `underline`, `strike`, `wrap` (true), `size` (points),
    `ink` and `ground` ("#rrggbb"), `across` (left, center, right), `down` (top, center, bottom), `indent`, and
    `borders` (1 left + 2 right + 4 top + 8 bottom).
    """
    if package.styles_part is None:
        return [{}]
    root = package.parse(package.styles_part)
    palette = read_palette(package, root)
    groups = {local_name(group): list(group) for group in root if local_name(group)}
    fonts = [_font(font, palette) for font in groups.get("fonts", ())]
    fills = [_fill(fill, palette) for fill in groups.get("fills", ())]
    borders = [_border(border) for border in groups.get("borders", ())]
    looks = []
    for form in groups.get("cellXfs", ()):
        if local_name(form) != "xf":
            continue
        look = {**_pick(fonts, form.get("fontId")), **_pick(fills, form.get("fillId"))}
        look |= _pick(borders, form.get("borderId"))
        for child in form:
            if local_name(child) == "alignment":
                look |= _alignment(child)
        looks.append(_legible(look))
    return looks or [{}]


def _legible(look: Look) -> Look:
    """Letters that everybody can read: a customer's pale grey is shown darker than it is."""
    size = look.get("size", 11)
    large = size >= 18 or (size >= 14 and "bold" in look)
    ink = legible(look.get("ink", "#000000"), look.get("ground", "#ffffff"), least=3.0 if large else 4.5)
    return look if ink == look.get("ink", "#000000") else look | {"ink": ink}


def _pick(items: list[Look], index: str | None) -> Look:
    position = int(index) if index and index.isdigit() else 0
    return items[position] if position < len(items) else {}


def _font(font: Any, palette: Palette) -> Look:
    look: Look = {}
    names = {"b": "bold", "i": "italic", "u": "underline", "strike": "strike"}
    for child in font:
        name = local_name(child)
        if name in names and child.get("val", "1") not in _OFF:
            look[names[name]] = True
        elif name == "sz":
            try:
                size = float(child.get("val", "11"))
            except ValueError:
                continue
            if size != 11:
                look["size"] = max(6.0, min(size, 36.0))
        elif name == "color" and (ink := palette.colour(child)) not in (None, "#000000"):
            look["ink"] = ink
    return look


def _fill(fill: Any, palette: Palette) -> Look:
    for child in fill:
        name = local_name(child)
        if name == "patternFill" and child.get("patternType", "none") not in ("none", ""):
            solid = child.get("patternType") == "solid"
            wanted = "fgColor" if solid else "bgColor"
            for colour in child:
                ground = palette.colour(colour) if local_name(colour) == wanted else None
                if ground and ground != "#ffffff":
                    return {"ground": ground}
            return {} if solid else {"ground": "#e5e5e5"}
        if name == "gradientFill":
            for colour in child.iter():
                if local_name(colour) == "color" and (ground := palette.colour(colour)):
                    return {"ground": ground}
    return {}


def _border(border: Any) -> Look:
    sides = 0
    for side in border:
        if side.get("style", "none") != "none":
            sides |= _SIDES.get(str(local_name(side)), 0)
    return {"borders": sides} if sides else {}


def _alignment(element: Any) -> Look:
    look: Look = {}
    across, down = element.get("horizontal", "general"), element.get("vertical", "bottom")
    if across in ("left", "right", "center"):
        look["across"] = across
    elif across in ("centerContinuous", "distributed"):
        look["across"] = "center"
    if down in ("top", "center"):
        look["down"] = down
    elif down in ("justify", "distributed"):
        look["down"] = "center"
    if element.get("wrapText", "0") in ("1", "true") or across == "justify":
        look["wrap"] = True
    if (indent := element.get("indent", "0")).isdigit() and int(indent):
        look["indent"] = min(int(indent), 15)
    return look
