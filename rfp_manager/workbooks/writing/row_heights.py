"""Whether an answer will show whole in its row. Heights are the customer's and never changed, so this only warns."""

import math
import re

# Widths are in characters and heights in points, as the file states them; these are Excel's defaults.
DEFAULT_WIDTH = 8.43
LINE_POINTS = 15.0

_HEIGHT = re.compile(rb"""\sht\s*=\s*["']([0-9.]+)["']""")


def row_height(row_attributes: bytes) -> float | None:
    """The height that the file states for a row; None where the program that opens it decides."""
    match = _HEIGHT.search(row_attributes)
    try:
        return float(match[1]) if match else None
    except ValueError:
        return None


def is_clipped(value: str | int | float | bool, width: float | None, height: float) -> bool:
    """Whether text, wrapped to the column, needs more lines than the row is high. An estimate."""
    if not isinstance(value, str):
        return False
    columns = max(width or DEFAULT_WIDTH, 1.0)
    lines = sum(max(math.ceil(len(line) / columns), 1) for line in value.split("\n"))
    return lines > 1 and lines * LINE_POINTS > height * 1.1
