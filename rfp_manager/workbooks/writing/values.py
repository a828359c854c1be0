"""An answer's value made fit for a cell: what Excel can hold, and the XML that says it."""

import math
import re
from dataclasses import dataclass

from core.words import gettext as _

CELL_UNITS = 32_767
CELL_LINE_FEEDS = 253
# Excel keeps 15 significant digits; a longer number would come back as another one.
EXACT_DIGITS = 15

# XML 1.0 allows no other control characters, no surrogates, no U+FFFE and U+FFFF.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Excel reads _x000D_ as a carriage return; the escape of the underscore keeps such text literal.
_ESCAPE_LOOKALIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_NEEDS_PRESERVE = re.compile(r"\A\s|\s\Z|[\n\t]|  ")


@dataclass(frozen=True)
class CellValue:
    """A value that a cell can hold exactly, and a remark where it differs from what was given."""

    value: str | int | float | bool
    remark: str = ""


def fit_value(value: str | int | float | bool) -> CellValue | None:
    """The value as a cell can hold it; None when no cell can (not a number, infinity, too long a text)."""
    if isinstance(value, bool):
        return CellValue(value)
    if isinstance(value, float):
        return CellValue(value) if math.isfinite(value) else None
    if isinstance(value, int):
        if len(str(abs(value)).rstrip("0")) > EXACT_DIGITS:
            return CellValue(str(value), _("written as text, because Excel would round so long a number"))
        return CellValue(value)
    text = clean_text(value)
    if utf16_length(text) > CELL_UNITS:
        return None
    if text.count("\n") > CELL_LINE_FEEDS:
        text = _with_fewer_lines(text)
        return CellValue(
            text,
            _("joined lines, because a cell holds at most %(most)s line breaks") % {"most": CELL_LINE_FEEDS},
        )
    return CellValue(text)


def plain_number(text: str) -> int | float | None:
    """The number that Excel would keep of the text if it were typed in; None when it is a text, as "007" is."""
    text = text.strip()
    if not _PLAIN_NUMBER.fullmatch(text) or len(text.strip("-0.").replace(".", "")) > EXACT_DIGITS:
        return None
    return float(text) if "." in text else int(text)


def clean_text(text: str) -> str:
    """Line ends as LF, without the characters that XML forbids."""
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def utf16_length(text: str) -> int:
    """The length as Excel counts it: characters beyond the basic plane count twice."""
    if text.isascii():
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)


def cell_content(value: str | int | float | bool, *, prefix: str) -> tuple[str, str]:
    """The `t` attribute ("" for none) and the child elements of a cell with this value."""
    if isinstance(value, bool):
        return "b", f"<{prefix}v>{int(value)}</{prefix}v>"
    if isinstance(value, int | float):
        return "", f"<{prefix}v>{number_text(value)}</{prefix}v>"
    preserve = ' xml:space="preserve"' if _NEEDS_PRESERVE.search(value) else ""
    text = _ESCAPE_LOOKALIKE.sub("_x005F_", value)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "inlineStr", f"<{prefix}is><{prefix}t{preserve}>{text}</{prefix}t></{prefix}is>"


def number_text(value: int | float) -> str:
    """A number as the file format writes it: no decimal point unless needed."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def _with_fewer_lines(text: str) -> str:
    """Blank lines go first; if that is not enough, the last lines are joined by spaces. No word is lost."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > CELL_LINE_FEEDS + 1:
        kept = lines[:CELL_LINE_FEEDS]
        lines = [*kept, " ".join(line.strip() for line in lines[CELL_LINE_FEEDS:])]
    return "\n".join(lines)
