"""Legends: the short codes that a form explains ("F = fully met") and expects as answers."""

import re

from rfp_manager.workbooks.detection.text_shape import word_count
from rfp_manager.workbooks.detection.vocabulary import mentions
from rfp_manager.workbooks.reading.grid import Grid

_LINE = re.compile(r"[\"'“„«]?([^\W\d_]{1,3}(?:/[^\W\d_])?)[\"'”“»]?\s*(?:=|:|–|—|-|＝|：)\s*(\S.+)")
_CODE = re.compile(r"[A-Z]{1,3}(?:/[A-Z])?")


def find_legend(grid: Grid, body: set[int]) -> tuple[str, ...] | None:
    """The codes explained outside of the table's own rows; None when there are fewer than two."""
    codes: list[str] = []
    for row in range(1, min(grid.height, 2_000) + 1):
        if row in body:
            continue
        cells = grid.row_texts(row)
        for at, (column, text) in enumerate(cells):
            for line in re.split(r"[\n;]", text):
                match = _LINE.match(line.strip())
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
    distinct = tuple(dict.fromkeys(codes))
    return distinct if 2 <= len(distinct) <= 12 else None
