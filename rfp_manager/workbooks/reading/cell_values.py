"""The values of a sheet's cells from its table and the shared texts, as calamine would give them."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from rfp_manager.workbooks.reading.cell_table import BOOLEAN, ERROR, NUMBER, SHARED, TEXT, Array, Contents
from rfp_manager.workbooks.reading.shared_strings import decoded, unescaped
from rfp_manager.workbooks.reading.styles import Style

# A rectangle is dense: one stray cell in the last corner would otherwise ask for gigabytes.
MOST_VALUES = 60_000_000
_NUMBER = re.compile(rb"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def cell_values(contents: Contents, strings: Array, styles: Sequence[Style]) -> Array | None:
    """A rectangle of values from A1 to the last filled cell, "" where there is none.

    None where it takes more to tell a value: a date, a text that is no number, a shared text that is missing.
    """
    height, width = (int(places.max(initial=-1)) + 1 for places in (contents.rows, contents.columns))
    if height * width > MOST_VALUES or _has_dates(contents, styles):
        return None
    values = np.full((height, width), "", dtype=object)
    is_whole = np.ones(len(contents.rows), dtype=bool)
    is_whole[contents.written] = False
    left = is_whole.sum()
    for kind in (SHARED, NUMBER, BOOLEAN):
        chosen = np.flatnonzero(is_whole & (contents.kinds == kind))
        found = contents.numbers[chosen]
        if kind == SHARED and found.max(initial=-1) >= len(strings):
            return None
        typed = strings[found] if kind == SHARED else found.astype(float if kind == NUMBER else bool)
        values[contents.rows[chosen], contents.columns[chosen]] = typed
        left -= len(chosen)
    for at, text in zip(contents.written.tolist(), contents.texts, strict=True):
        value = _value(contents.kinds[at], text)
        if value is None:
            return None
        values[contents.rows[at], contents.columns[at]] = value
    return values if not left else None


def _has_dates(contents: Contents, styles: Sequence[Style]) -> bool:
    dated = np.array([style.may_be_date for style in styles])
    numbers = contents.styles[contents.kinds == NUMBER]
    return bool(dated[numbers[numbers < len(dated)]].any())


def _value(kind: int, text: bytes) -> Any:
    """What a cell holds that is not written in digits alone."""
    if kind == TEXT:
        plain = decoded(text)
        return None if plain is None else unescaped(plain)
    if kind == ERROR:
        return ""
    return float(text) if kind == NUMBER and _NUMBER.fullmatch(text) else None
