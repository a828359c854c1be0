"""Colours as the workbook names them (direct, indexed, or from its theme with a tint) turned into "#rrggbb"."""

import colorsys
import re
from typing import Any

from rfp_manager.workbooks.package import WorkbookPackage
from rfp_manager.workbooks.part_xml import local_name

# The order in which a theme's colours are counted is not the order in which the theme lists them.
_THEME_ORDER = (
    "lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink",
)  # fmt: skip
_OFFICE_THEME = (
    "FFFFFF", "000000", "E7E6E6", "44546A", "4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47", "0563C1",
    "954F72",
)  # fmt: skip
# ECMA-376 part 1, 18.8.27: the colours 8 to 63; 0 to 7 repeat 8 to 15.
_INDEXED = tuple(
    re.findall(
        ".{6}",
        "000000FFFFFFFF000000FF000000FFFFFF00FF00FF00FFFF800000008000000080808000800080008080C0C0C0808080"
        "9999FF993366FFFFCCCCFFFF660066FF80800066CCCCCCFF000080FF00FFFFFF0000FFFF8000808000000080800000FF"
        "00CCFFCCFFFFCCFFCCFFFF9999CCFFFF99CCCC99FFFFCC993366FF33CCCC99CC00FFCC00FF9900FF6600666699969696"
        "003366339966003300333300993300993366333399333333",
    )
)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")


class Palette:
    """Resolves the colour elements of one workbook."""

    def __init__(self, theme: tuple[str, ...] = _OFFICE_THEME, indexed: tuple[str, ...] = ()) -> None:
        self._theme = theme
        self._indexed = indexed or (*_INDEXED[:8], *_INDEXED)

    def colour(self, element: Any) -> str | None:
        """The colour as "#rrggbb"; None for "automatic" and for what cannot be resolved."""
        found: str | None = None
        if direct := _HEX.fullmatch(element.get("rgb", "")):
            found = direct[1]
        elif (theme := element.get("theme", "")).isdigit() and int(theme) < len(self._theme):
            found = self._theme[int(theme)]
        elif (index := element.get("indexed", "")).isdigit() and int(index) < len(self._indexed):
            found = self._indexed[int(index)]
        if found is None:
            return None
        return tinted(found, element.get("tint", ""))


def tinted(colour: str, tint: str) -> str:
    """Lighter for a positive tint, darker for a negative one, as ECMA-376 part 1, 18.8.19 says."""
    try:
        share = max(-1.0, min(1.0, float(tint or 0)))
    except ValueError:
        share = 0.0
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    if share:
        hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
        light = light * (1 + share) if share < 0 else light * (1 - share) + share
        red, green, blue = colorsys.hls_to_rgb(hue, light, saturation)
    return "#" + "".join(f"{round(part * 255):02x}" for part in (red, green, blue))


def read_palette(package: WorkbookPackage, styles: Any) -> Palette:
    """`styles` is the root of the styles part: a workbook may replace the indexed colours there."""
    indexed = []
    for element in styles.iter():
        if local_name(element) == "rgbColor":
            match = _HEX.fullmatch(element.get("rgb", ""))
            indexed.append(match[1] if match else "000000")
    return Palette(_theme(package), tuple(indexed))


def _theme(package: WorkbookPackage) -> tuple[str, ...]:
    for relationship in package.relationships(package.workbook_part).values():
        if relationship.type != "theme" or relationship.external or not package.entry(relationship.target):
            continue
        root = package.parse_if_xml(relationship.target)
        found = {}
        for element in root.iter() if root is not None else ():
            if local_name(element) in _THEME_ORDER:
                for colour in element:
                    match = _HEX.fullmatch(colour.get("lastClr") or colour.get("val", ""))
                    if match:
                        found[local_name(element)] = match[1]
        return tuple(found.get(name, _OFFICE_THEME[at]) for at, name in enumerate(_THEME_ORDER))
    return _OFFICE_THEME


def legible(ink: str, ground: str, *, least: float) -> str:
    """`ink` ("#rrggbb"), moved towards black or white until its contrast on `ground` is `least` (WCAG 2.2, 1.4.3)."""
    target = max((0, 255), key=lambda end: _contrast((end,) * 3, _channels(ground)))
    for tenths in range(11):
        moved = tuple(channel + (target - channel) * tenths // 10 for channel in _channels(ink))
        if _contrast(moved, _channels(ground)) >= least:
            break
    return "#" + "".join(f"{channel:02x}" for channel in moved)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def _contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(channels: tuple[int, ...]) -> float:
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
