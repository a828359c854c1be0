"""Legends: the short codes that a form explains ("F = fully met") and expects as answers."""

import re
from collections.abc import Iterable

from rfp_manager.workbooks.detection.text_shape import normalised, word_count
from rfp_manager.workbooks.detection.vocabulary import mentions
from rfp_manager.workbooks.reading.grid import Grid

_LINE = re.compile(
    r"[\"'“„«]?([^\W\d_]{1,3}(?:/[^\W\d_])?|\d{1,2}(?=\s*[=＝]))[\"'”“»]?\s*(?:=|:|–|—|-|＝|：)\s*(\S.+)"
)
_CODE = re.compile(r"[A-Z]{1,3}(?:/[A-Z])?")
# "F = full, P = partial" is two lines in one.
_NEXT = re.compile(r"[\n;]|,(?=\s*\w{1,3}\s*[=＝])")
FEWEST, MOST = 2, 12


def find_legend(grid: Grid, body: set[int], used: Iterable[set[str]] = ()) -> tuple[str, ...] | None:
    """The codes explained outside of the table's own rows; None when there are fewer than two.

    `used` are the texts of the columns that the customer has filled in: codes that stand there, such as those of
    priorities, are explained to the reader and not asked of anybody.
    """
    groups: list[list[str]] = []
    last = 0
    for row in _outside(grid, body):
        cells = grid.row_texts(row)
        codes = _codes(cells)
        # "Priority: M = must, S = should" begins a legend of its own.
        if codes and groups and last == row - 1 and not _titled(cells):
            groups[-1] += codes
        elif codes:
            groups.append(codes)
        last = row if codes else last
    taken = [texts for texts in used if texts]
    free = [group for group in groups if not any(_stands_in(group, texts) for texts in taken)]
    distinct = tuple(dict.fromkeys(code for group in free for code in group))
    return distinct if FEWEST <= len(distinct) <= MOST else None


def named_legends(grid: Grid, body: set[int]) -> dict[str, tuple[str, ...]]:
    """The codes that a line explains under the title of their column: "Coverage: T = total, P = partial"."""
    found = {}
    for row in _outside(grid, body):
        cells = grid.row_texts(row)
        codes = tuple(dict.fromkeys(_codes(cells)))
        if _titled(cells) and FEWEST <= len(codes) <= MOST:
            found[normalised(cells[0][1].partition(":")[0])] = codes
    return found


def _outside(grid: Grid, body: set[int]) -> list[int]:
    return [row for row in range(1, min(grid.height, 2_000) + 1) if row not in body]


def _titled(cells: list[tuple[int, str]]) -> bool:
    """One text with several codes behind a title of a few words."""
    title, colon, told = cells[0][1].partition(":") if len(cells) == 1 else ("", "", "")
    return bool(colon) and 0 < word_count(title) <= 4 and _LINE.match(told.strip()) is not None


def _stands_in(codes: list[str], texts: set[str]) -> bool:
    """Codes are what the column consists of."""
    return len(texts & set(codes)) >= FEWEST and len(texts - set(codes)) <= 1


def _codes(cells: list[tuple[int, str]]) -> list[str]:
    codes: list[str] = []
    for at, (column, text) in enumerate(cells):
        for line in _NEXT.split(text):
            # "Response codes: F - fully met" begins with a title.
            match = _LINE.match(line.strip()) or _LINE.match(line.partition(":")[2].strip())
            # "A-01" is an identifier of another table, no code that is explained.
            told = match is not None and any(letter.isalpha() for letter in match[2])
            if match and told and match[1].upper() == match[1] and word_count(match[2]) <= 30:
                codes.append(match[1])
        after = cells[at + 1] if at + 1 < len(cells) else None
        explained = after is not None and after[0] - column <= 3 and len(after[1]) > 3
        if mentions(text, "identifier"):
            continue  # the heading of another table
        if after and explained and _CODE.fullmatch(text) and word_count(after[1]) >= 1:
            codes.append(text)
    return codes
