"""What the cells of a sheet hold, all of them at once, read from its XML by vector instructions.

Meant for the spelling that programs write (`<c r="B7" s="3" t="s"><v>12</v></c>`). Whatever is spelled otherwise is
not guessed at: `read_cell_table` then gives None, or a table without contents, and a slower reader takes over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rfp_manager.workbooks.reading.row_slices import RowSlices

Array = Any  # numpy's own annotations say less than the names here

# A table is dense; a sheet that is wider than its cells are many is read row by row.
MOST_PLACES = 20_000_000
NO_STYLE = -1
# The types of contents by the first letter of a cell's `t`; "str" and "inlineStr" are both called "t" here.
NUMBER, SHARED, BOOLEAN, ERROR, TEXT, _INLINE = map(ord, "nsbeti")
# What is worked on stays in the processor's cache.
_BLOCK = 256 * 1024
# Behind the last tag there is always something to look at.
_MARGIN = 32
_LESS_THAN, _GREATER_THAN, _SLASH, _SPACE, _QUOTE = b'<>/ "'
_MOST_STYLE_DIGITS = 5
_MOST_DIGITS = 15
_POWERS_OF_TEN = 10 ** np.arange(1, 7)


@dataclass(frozen=True)
class Contents:
    """The cells that hold something, row by row: where (both from 0), of which type, with which style.

    `numbers` are the values of those written as whole numbers. For the others, whose places in the arrays are
    `written`, `texts` say what stands there, escapes and all.
    """

    rows: Array
    columns: Array
    kinds: Array
    styles: Array
    numbers: Array
    written: Array
    texts: list[bytes]


@dataclass(frozen=True)
class CellTable:
    """`styles` and `formulas` are indexed by the row's place in the XML and the column from 0."""

    rows: RowSlices
    styles: Array
    formulas: Array
    contents: Contents | None

    def style(self, row: int, column: int) -> int | None:
        """The cell's own style; None where the XML has no such cell."""
        place = self.rows.place(row)
        if place is None or column > self.styles.shape[1]:
            return None
        index = int(self.styles[place, column - 1])
        return None if index == NO_STYLE else index

    def formula_columns(self, row: int) -> set[int]:
        place = self.rows.place(row)
        return set() if place is None else set((np.flatnonzero(self.formulas[place]) + 1).tolist())

    def styles_of(self, column: int, rows: Sequence[int]) -> list[int]:
        """The style of the column's cell in each of the rows; NO_STYLE where there is no cell."""
        if column > self.styles.shape[1]:
            return [NO_STYLE] * len(rows)
        wanted, numbers = np.array(rows), self.rows.numbers
        places = np.minimum(np.searchsorted(numbers, wanted), len(numbers) - 1)
        found = np.where(numbers[places] == wanted, self.styles[places, column - 1], NO_STYLE)
        styles: list[int] = found.tolist()
        return styles

    def formula_rows(self, column: int) -> set[int]:
        if column > self.formulas.shape[1]:
            return set()
        return set(self.rows.numbers[self.formulas[:, column - 1]].tolist())


def read_cell_table(rows: RowSlices) -> CellTable | None:
    blocks = []
    for first, last in _runs(rows.starts):
        block = _read_block(rows.between(first, last), rows.numbers[first:last], rows.starts[first:last])
        if block is None:
            return None
        blocks.append((first, block))
    width = max((int(block.columns.max(initial=0)) for _, block in blocks), default=0)
    if not width or len(rows) * width > MOST_PLACES:
        return None
    if not all(block.is_plain for _, block in blocks):
        styled = sum(block.styled for _, block in blocks)
        if not _accounts_for_styles(rows, styled):
            return None
    styles = np.full((len(rows), width), NO_STYLE, dtype=np.int32)
    marks = np.zeros((len(rows), width), dtype=bool)
    for first, block in blocks:
        styles[block.rows + first, block.columns - 1] = block.styles
        held = block.formulas
        marks[block.rows[held] + first, block.columns[held] - 1] = True
    return CellTable(rows, styles, marks, _joined([block.contents for _, block in blocks]))


@dataclass(frozen=True)
class _Block:
    """The cells of some rows: `rows` count from the first of them, `formulas` are places in the other arrays."""

    rows: Array
    columns: Array
    styles: Array
    formulas: Array
    styled: int
    is_plain: bool
    contents: Contents | None


def _runs(starts: Array) -> Iterator[tuple[int, int]]:
    """Runs of rows that are about a block long."""
    first = 0
    while first < len(starts):
        last = max(int(np.searchsorted(starts, starts[first] + _BLOCK)), first + 1)
        yield first, last
        first = last


def _read_block(body: bytes, numbers: Array, starts: Array) -> _Block | None:
    data = np.frombuffer(body + b" " * _MARGIN, dtype=np.uint8)
    tags = np.flatnonzero(data[: len(body)] == _LESS_THAN)
    names, after = data[tags + 1], data[tags + 2]
    is_cell = (names == ord("c")) & (after == _SPACE)
    cells = tags[is_cell]
    ends = (after == _GREATER_THAN) | (after == _SPACE) | (after == _SLASH)
    formulas = tags[(names == ord("f")) & ends]
    if not _all(data, cells + 3, b'r="') or (len(formulas) and not len(cells)):
        return None
    counts = np.diff(np.append(np.searchsorted(cells, starts - starts[0]), len(cells)))
    rows = np.repeat(np.arange(len(starts)), counts)
    letters, columns = _columns(data, cells + 6)
    digits: Array = 1 + np.searchsorted(_POWERS_OF_TEN, numbers, side="right")
    attributes = cells + 6 + letters + digits[rows]
    if not (data[attributes] == _QUOTE).all():
        return None
    has_style, styles, ending = _styles(data, attributes + 1)
    unstyled = data[ending[~has_style]]
    is_plain = bool(((unstyled == _GREATER_THAN) | (unstyled == _SLASH)).all())
    holders = np.searchsorted(cells, formulas) - 1
    contents = None
    inline = (names == ord("i")) & (after == ord("s"))
    inline_texts = np.append(False, inline[:-1]) & (names == ord("t"))
    if inline.sum() == inline_texts.sum():  # else a text in the cell itself has several runs
        opened = np.flatnonzero(((names == ord("v")) & ends) | inline_texts)
        held = np.cumsum(is_cell)[opened] - 1
        places = (numbers[rows[held]] - 1, columns[held] - 1, styles[held])
        contents = _contents(body, data, tags, opened, ending[held], places)
    return _Block(rows, columns, styles, holders, int(has_style.sum()), is_plain, contents)


def _all(data: Array, at: Array, text: bytes) -> bool:
    return all(bool((data[at + offset] == byte).all()) for offset, byte in enumerate(text))


def _columns(data: Array, at: Array) -> tuple[Array, Array]:
    """How many letters each address begins with, and the column that they name."""
    first, second, third = (data[at + offset].astype(np.int32) - 64 for offset in range(3))
    two = (second >= 1) & (second <= 26)
    if not two.any():
        return np.ones(len(at), dtype=np.int64), first
    three = two & (third >= 1) & (third <= 26)
    columns = np.where(two, first * 26 + second, first)
    return 1 + two + three, np.where(three, columns * 26 + third, columns)


def _styles(data: Array, at: Array) -> tuple[Array, Array, Array]:
    """Where ` s="..."` stands right behind the address, its number (0 without), and where what follows begins."""
    has_style = np.ones(len(at), dtype=bool)
    for offset, byte in enumerate(b' s="'):
        has_style &= data[at + offset] == byte
    value = np.zeros(len(at), dtype=np.int32)
    active, place = has_style, at + 4
    for _ in range(_MOST_STYLE_DIGITS):
        digit = data[place] - np.uint8(48)
        active = active & (digit <= 9)
        if not active.any():
            break
        value = np.where(active, value * 10 + digit, value)
        place = place + active
    return has_style, value, np.where(has_style, place + 1, at)


def _contents(
    body: bytes, data: Array, tags: Array, opened: Array, types: Array, places: tuple[Array, Array, Array]
) -> Contents | None:
    """What stands behind the tags that are `opened`; `types` is where each cell's ` t="..."` would be."""
    if len(opened) and opened[-1] + 1 >= len(tags):
        return None
    begins = tags[opened] + len("<v>")
    for at in np.flatnonzero(data[begins - 1] != _GREATER_THAN).tolist():
        begins[at] = body.index(b">", begins[at] - 1) + 1
    lengths = tags[opened + 1] - begins
    letter = data[types + 4]
    is_text = (letter == _INLINE) | ((letter == SHARED) & (data[types + 5] != _QUOTE))
    untyped = data[types] == _GREATER_THAN
    if not untyped.all() and not _all(data, types[~untyped], b' t="'):
        return None
    kinds = np.where(untyped, NUMBER, np.where(is_text, TEXT, letter))
    is_whole, numbers = _whole_numbers(data, begins, lengths)
    written = np.flatnonzero(~is_whole | (kinds == TEXT))
    spans = zip(begins[written].tolist(), lengths[written].tolist(), strict=True)
    texts = [body[begin : begin + length] for begin, length in spans]
    return Contents(places[0], places[1], kinds, places[2], numbers, written, texts)


def _whole_numbers(data: Array, begins: Array, lengths: Array) -> tuple[Array, Array]:
    """Which texts are nothing but digits, and the numbers that those are."""
    is_whole = (lengths > 0) & (lengths <= _MOST_DIGITS)
    numbers = np.zeros(len(begins), dtype=np.int64)
    for offset in range(int(lengths.max(where=is_whole, initial=0))):
        digit = data[np.where(is_whole, begins + offset, 0)] - np.uint8(48)
        inside = lengths > offset
        is_whole &= ~inside | (digit <= 9)
        numbers = np.where(inside, numbers * 10 + digit, numbers)
    return is_whole, numbers


def _joined(parts: list[Contents | None]) -> Contents | None:
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    sizes = np.cumsum([0, *(len(part.rows) for part in found)])
    return Contents(
        rows=np.concatenate([part.rows for part in found]),
        columns=np.concatenate([part.columns for part in found]),
        kinds=np.concatenate([part.kinds for part in found]),
        styles=np.concatenate([part.styles for part in found]),
        numbers=np.concatenate([part.numbers for part in found]),
        written=np.concatenate([part.written + size for part, size in zip(found, sizes, strict=False)]),
        texts=[text for part in found for text in part.texts],
    )


def _accounts_for_styles(rows: RowSlices, styled: int) -> bool:
    """Whether so many cells and the rows themselves are all that the XML gives a style."""
    xml = rows.between(0, len(rows))
    rows_with_style = sum(b'" s="' in row[: row.find(b">")] for row in xml.split(b"<row ")[1:])
    return xml.count(b'" s="') == styled + rows_with_style
