"""The rows of a sheet's XML by number, without cutting the XML into pieces."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

ROW_START = b'<row r="'
_MOST_DIGITS = 7
_BLOCK = 256 * 1024


class RowSlices(Mapping[int, bytes]):
    """Each row's XML from its number on, behind `<row r="`.

    `data` is the whole sheet, which is not copied; `starts` say where in it each row begins, the last row ends before
    `end`.
    """

    def __init__(self, data: bytes, numbers: Any, starts: Any, end: int) -> None:
        self.data = data
        self.numbers = numbers
        self.starts = starts
        self._end = end

    @cached_property
    def _listed(self) -> list[int]:
        found: list[int] = self.numbers.tolist()
        return found

    def place(self, row: int) -> int | None:
        """How many rows the XML has before this one; None where it has no such row."""
        at = bisect_left(self._listed, row)
        return at if at < len(self._listed) and self._listed[at] == row else None

    def between(self, first: int, last: int) -> bytes:
        """The XML of the rows from place `first` to before place `last`."""
        return self.data[self.starts[first] : self.starts[last] if last < len(self.starts) else self._end]

    def __getitem__(self, row: int) -> bytes:
        place = self.place(row)
        if place is None:
            raise KeyError(row)
        return self.between(place, place + 1)[len(ROW_START) :]

    def __iter__(self) -> Iterator[int]:
        return iter(self._listed)

    def __len__(self) -> int:
        return len(self.starts)


def find_rows(data: bytes, begin: int, end: int) -> RowSlices | None:
    """The rows that stand between; None where they are not written as programs write them, one after the other."""
    if data.startswith(ROW_START, begin):
        starts = _starts(data, begin, end)
    elif not data[begin : begin + 1_000].strip() and end - begin < 1_000:
        starts = np.zeros(0, dtype=np.int64)
    else:
        return None
    if not len(starts):
        return RowSlices(data, starts, starts, end)
    # The closing tags behind the rows are longer than what is looked at behind the last row's start.
    array = np.frombuffer(data, dtype=np.uint8)
    numbers = np.zeros(len(starts), dtype=np.int64)
    at, active = starts + len(ROW_START), np.ones(len(starts), dtype=bool)
    if int(at[-1]) + _MOST_DIGITS >= len(array):
        return None
    for offset, byte in enumerate(ROW_START):
        active &= array[starts + offset] == byte
    if not active.all():
        return None
    for _ in range(_MOST_DIGITS):
        digit = array[at] - np.uint8(48)
        active &= digit <= 9
        numbers = np.where(active, numbers * 10 + digit, numbers)
        at = at + active
    is_usual = (array[at] == ord('"')).all() and numbers[0] > 0 and (np.diff(numbers) > 0).all()
    return RowSlices(data, numbers, starts, end) if is_usual else None


def _starts(data: bytes, begin: int, end: int) -> Any:
    """Where `<row` stands. None of its letters is rarer elsewhere in a sheet than the "w"."""
    array = np.frombuffer(data, dtype=np.uint8)
    found = []
    for first in range(begin, end, _BLOCK):
        starts = np.flatnonzero(array[first + 3 : min(first + _BLOCK, end) + 3] == ord("w")) + first
        for offset, byte in enumerate(b"<ro"):
            starts = starts[array[starts + offset] == byte]
        found.append(starts)
    return np.concatenate(found)
