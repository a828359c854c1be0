"""Finding rows and cells in a sheet's masked XML, without reading what lies between the wanted ones."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from core.words import gettext as _
from rfp_manager.workbooks.archive import WorkbookError
from rfp_manager.workbooks.writing.addresses import column_number
from rfp_manager.workbooks.writing.xml_stream import ATTRIBUTES, LONGEST_CONSTRUCT

_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_LETTERS = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]+)\d+["']""")


@dataclass(frozen=True)
class RowSpan:
    """A wanted row: its number, where it starts in the part, and its bytes.

    `data` is empty for a row that does not exist; `start` is then where it belongs.
    """

    number: int
    start: int
    data: bytes


@dataclass(frozen=True)
class CellSpan:
    """A cell inside a row's bytes: `start` to `end`, its attributes, and its content (b"" when self-closing)."""

    column: int
    start: int
    end: int
    attributes: bytes
    content: bytes


class RowScanner:
    """The row and cell patterns for one namespace prefix (b"" or b"x:")."""

    def __init__(self, prefix: bytes) -> None:
        name = re.escape(prefix)
        self.prefix = prefix
        # Where in a row's bytes its attributes begin.
        self.attributes_at = len(b"<" + prefix + b"row")
        self.end_of_data = b"</" + prefix + b"sheetData"
        self._row_end = re.compile(rb"</" + name + rb"row\s*>")
        self._row = re.compile(rb"<" + name + rb'row(?:\s+r="(\d+)"|(?=[\s/>]))')
        self._row_tag = re.compile(rb"<" + name + rb"row(" + ATTRIBUTES + rb")>")
        self._cell = re.compile(
            rb"<" + name + rb"c(?=[\s/>])(" + ATTRIBUTES + rb")>(?:(?<=/>)|(.*?)</" + name + rb"c\s*>)",
            re.DOTALL,
        )

    def find_rows(
        self, blocks: Iterable[bytes], *, data_start: int, wanted: Collection[int]
    ) -> Iterator[RowSpan]:
        """Every wanted row once: existing rows as they come, missing ones (without data) at the end.

        `blocks` are the masked blocks of the whole part; `data_start` is the offset just after the start tag
        of sheetData. Rows without `r` count on from the row before, as the format says.
        """
        wanted_rows = frozenset(wanted)
        ascending = sorted(wanted_rows)
        places: dict[int, int] = {}
        found: set[int] = set()
        passed = last = 0
        window = _Window(blocks, data_start, self.end_of_data)
        while window.next_block():
            while match := self._row.search(window.data, window.position, window.limit):
                number = int(match[1]) if match[1] else self._row_number(window.data, match.start(), last)
                last = number
                window.position = match.end()
                while passed < len(ascending) and ascending[passed] <= number:
                    places[ascending[passed]] = window.base + match.start()
                    passed += 1
                if number in wanted_rows:
                    if number in found:
                        raise _row_twice(number)
                    found.add(number)
                    yield self._take_row(window, number, match.start())
        for number in ascending:
            if number not in found:
                yield RowSpan(number, places.get(number, window.end_of_data), b"")

    def row_attributes(self, row: bytes) -> bytes:
        """The attributes of a row's start tag; they end in "/" when the row is self-closing."""
        match = self._row_tag.match(row)
        if match is None:
            raise _cut_off()
        return match[1]

    def cells(self, row: bytes) -> Iterator[CellSpan]:
        """The cells of a row in the order of the file. Cells without `r` count on from the cell before."""
        column = 0
        for match in self._cell.finditer(row):
            letters = _LETTERS.search(match[1])
            column = column_number(letters[1].decode()) if letters else column + 1
            yield CellSpan(column, match.start(), match.end(), match[1], match[2] or b"")

    def _row_number(self, data: bytes, start: int, last: int) -> int:
        match = self._row_tag.match(data, start)
        number = _NUMBER.search(match[1]) if match else None
        return int(number[1]) if number else last + 1

    def _take_row(self, window: "_Window", number: int, start: int) -> RowSpan:
        tag = self._row_tag.match(window.data, start)
        if tag is None:
            raise _cut_off()
        if tag[1].endswith(b"/"):
            end = tag.end()
        else:
            while (closing := self._row_end.search(window.data, tag.end())) is None:
                window.extend()
            end = closing.end()
        window.position = end
        return RowSpan(number, window.base + start, window.data[start:end])


class _Window:
    """The part of the sheet's data that is in memory: one block, more when a wanted row runs over its end."""

    def __init__(self, blocks: Iterable[bytes], data_start: int, end_marker: bytes) -> None:
        self._blocks = iter(blocks)
        self._data_start = data_start
        self._end_marker = end_marker
        self.data = b""
        self.base = self.position = self.limit = 0
        self.end_of_data = -1

    def next_block(self) -> bool:
        """Move on to the next block that holds rows; False behind the last row."""
        while self.end_of_data < 0:
            self.base += len(self.data)
            self.data = next(self._blocks, b"")
            if not self.data:
                raise _cut_off()
            if self.base + len(self.data) > self._data_start:
                self.position = max(self._data_start - self.base, 0)
                self._find_end()
                return True
        return False

    def extend(self) -> None:
        more = next(self._blocks, b"")
        if not more or len(self.data) > LONGEST_CONSTRUCT:
            raise _cut_off()
        self.data += more
        self._find_end()

    def _find_end(self) -> None:
        end = self.data.find(self._end_marker, self.position)
        self.limit = end if end >= 0 else len(self.data)
        if end >= 0:
            self.end_of_data = self.base + end


def _cut_off() -> WorkbookError:
    return WorkbookError(
        _(
            "The workbook is damaged: a sheet ends in the middle of its cells. Open it in Excel and let it repair "
            "the file, save it as a new .xlsx file and upload that."
        )
    )


def _row_twice(number: int) -> WorkbookError:
    return WorkbookError(
        _(
            "The workbook is damaged: a sheet describes its row %(number)s twice. Open it in Excel and "
            "let it repair the file, save it as a new .xlsx file and upload that."
        )
        % {"number": number}
    )
