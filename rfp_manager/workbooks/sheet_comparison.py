"""Comparing a sheet before and after filling, row by row in step, without holding either in memory."""

import hashlib
import re
from collections.abc import Iterator

from core.words import gettext as _
from rfp_manager.workbooks.cell_comparison import RowComparison
from rfp_manager.workbooks.sheet_cutting import CutSheet
from rfp_manager.workbooks.writing.addresses import CellRange, parse_cell, parse_range
from rfp_manager.workbooks.writing.report import CellAnswer

_ROW_NUMBER = re.compile(rb"""[^>]*?\sr\s*=\s*["'](\d+)["']""")
_DIMENSION = re.compile(rb"""(<(?:[\w.\-]+:)?dimension\s[^>]*?ref\s*=\s*["'])([^"']*)(["'])""")


class SheetComparison:
    """Compares two streams of one sheet. `answers` maps cell names to what must stand in them."""

    def __init__(self, part: str, answers: dict[str, CellAnswer]) -> None:
        self._part = part
        self._cells: dict[tuple[int, int], CellAnswer] = {}
        for name, answer in answers.items():
            cell = parse_cell(name)
            if cell is not None:
                self._cells[cell] = answer
        self._rows: dict[int, dict[int, CellAnswer]] = {}
        for (row, column), answer in self._cells.items():
            self._rows.setdefault(row, {})[column] = answer
        self._differences: list[str] = []

    def run(self, old: Iterator[bytes], new: Iterator[bytes]) -> list[str]:
        """Sentences about every difference beside the answers; both streams are read to their ends."""
        before, after = CutSheet(old), CutSheet(new)
        self._compare_heads(before, after)
        self._compare_rows(before, after)
        old_tail, new_tail = hashlib.sha256(), hashlib.sha256()
        for cut, digest in ((before, old_tail), (after, new_tail)):
            for block in cut.tail():
                digest.update(block)
        if old_tail.digest() != new_tail.digest():
            self._differences.append(
                _('What follows the cells of "%(part)s" differs.') % {"part": self._part}
            )
        for row, answers in self._rows.items():
            self._differences.extend(
                _('The answer in %(cell)s of "%(part)s" (row %(row)s) is missing.')
                % {"cell": a.cell, "part": self._part, "row": row}
                for a in answers.values()
            )
        return self._differences

    def _compare_rows(self, before: CutSheet, after: CutSheet) -> None:
        comparison = RowComparison(self._part, before.root, before.prefix, self._differences)
        rows, wanted = after.rows(), self._rows
        row, last_before, last_after = next(rows, None), 0, 0
        for original in before.rows():
            number = _number(original, last_before)
            last_before = number
            # Rows that the original lacks must hold answers alone.
            while row is not None and original != row and (created := _number(row, last_after)) < number:
                comparison.compare(created, None, row, wanted.pop(created, {}))
                last_after, row = created, next(rows, None)
            if row is None or (original != row and _number(row, last_after) != number):
                self._differences.append(
                    _('Row %(number)s of "%(part)s" is missing.') % {"number": number, "part": self._part}
                )
                continue
            if original != row or number in wanted:
                comparison.compare(number, original, row, wanted.pop(number, {}))
            last_after, row = number, next(rows, None)
        while row is not None:
            last_after = _number(row, last_after)
            comparison.compare(last_after, None, row, wanted.pop(last_after, {}))
            row = next(rows, None)

    def _compare_heads(self, before: CutSheet, after: CutSheet) -> None:
        old, new = _DIMENSION.search(before.head), _DIMENSION.search(after.head)
        if _DIMENSION.sub(rb"\1\3", before.head, count=1) != _DIMENSION.sub(rb"\1\3", after.head, count=1):
            self._differences.append(
                _('What precedes the cells of "%(part)s" differs.') % {"part": self._part}
            )
        elif old and new and old[2] != new[2] and not self._may_become(old[2], new[2]):
            self._differences.append(_('The dimensions of "%(part)s" differ.') % {"part": self._part})
        if before.lead != after.lead:
            self._differences.append(
                _('The start of the cells of "%(part)s" differs.') % {"part": self._part}
            )

    def _may_become(self, old: bytes, new: bytes) -> bool:
        """The dimension may grow, exactly as far as the answers reach."""
        was, now = parse_range(old.decode()), parse_range(new.decode())
        if was is None or now is None:
            return False
        rows = [was.first_row, was.last_row, *(row for row, _ in self._cells)]
        columns = [was.first_column, was.last_column, *(column for _, column in self._cells)]
        return now == CellRange(min(rows), min(columns), max(rows), max(columns))


def _number(row: bytes, last: int) -> int:
    """A row's number from its bytes, which begin behind the tag's name; rows without one count on."""
    if row.startswith(b' r="'):
        digits = row[4 : row.find(b'"', 4)]
        if digits.isdigit():
            return int(digits)
    match = _ROW_NUMBER.match(row)
    return int(match[1]) if match else last + 1
