"""The lines of a PDF page with their place, size and weight, read through pypdfium2."""

import ctypes
import re
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2.raw as pdfium_c

from rag.parsing.pdf_tables import Grid, find_grids
from rag.parsing.tables import markdown_table

# (x, y) of its middle, and the word
Word = tuple[float, float, str]

# Characters sampled per line for its size and weight; each costs a call into the library.
_SAMPLES = 5
_BOLD_WEIGHT = 600
_WORD = re.compile(r"\S+")
_BOLD_NAME = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
# pdfium marks a hyphen at a line's end by one of these, and leaves the line break after it out.
_LINE_END_HYPHENS = (0xFFFE, 0x02)
_SOFT_HYPHENS = str.maketrans({"\ufffe": "-", "\x02": "-"})


@dataclass(frozen=True)
class Line:
    """One line of text, or a whole table in Markdown. Points; y runs downwards from the top of the page."""

    text: str
    page: int
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool
    page_height: float
    is_table: bool = False

    @property
    def centre(self) -> float:
        return (self.top + self.bottom) / 2


def page_lines(page: Any, number: int) -> list[Line]:
    """The lines of one page, in the order in which the page draws them."""
    text_page = page.get_textpage()
    try:
        height = page.get_height()
        count = text_page.count_chars()
        if count <= 0:
            return []
        lines: list[Line] = []
        words: dict[int, list[Word]] = {}
        grids = find_grids(page, height)
        for start, text in _raw_lines(text_page, count):
            line = _measure(text_page.raw, start, text, number, height)
            if line is None:
                continue
            if any(grid.contains((line.left + line.right) / 2, line.centre) for grid in grids):
                words[len(lines)] = _words(text_page.raw, start, text, height)
            lines.append(line)
        return _with_tables(lines, words, grids)
    finally:
        text_page.close()


def _raw_lines(text_page: Any, count: int) -> list[tuple[int, str]]:
    """(index of the first character, text) for each line, as pdfium breaks them."""
    buffer = (ctypes.c_ushort * (count + 1))()
    # One entry per character index would be ideal; the text call skips characters without a meaning,
    # so the indexes are mapped back one line at a time.
    written = pdfium_c.FPDFText_GetText(text_page.raw, 0, count, buffer)
    units = list(buffer[: max(written - 1, 0)])
    lines: list[tuple[int, str]] = []
    start = 0
    for index, unit in enumerate([*units, 10]):
        if unit in (10, 13) or unit in _LINE_END_HYPHENS:
            end = index + (unit in _LINE_END_HYPHENS)
            if end > start:
                text = bytes((ctypes.c_ushort * (end - start))(*units[start:end])).decode(
                    "utf-16-le", "replace"
                )
                lines.append((pdfium_c.FPDFText_GetCharIndexFromTextIndex(text_page.raw, start), text))
            start = index + 1
    return lines


def _measure(raw: Any, start: int, text: str, number: int, page_height: float) -> Line | None:
    text = text.translate(_SOFT_HYPHENS)
    visible = [index for index, letter in enumerate(text) if not letter.isspace()]
    if not visible or start < 0:
        return None
    sampled = [start + index for index in _spread(visible)]
    boxes = [box for box in (_box(raw, index) for index in sampled) if box is not None]
    if not boxes:
        return None
    sizes = sorted(_size(raw, index) for index in sampled)
    bold = sum(_is_bold(raw, index) for index in sampled) > len(sampled) / 2
    return Line(
        text=text.strip(),
        page=number,
        left=min(box[0] for box in boxes),
        right=max(box[1] for box in boxes),
        top=page_height - max(box[3] for box in boxes),
        bottom=page_height - min(box[2] for box in boxes),
        size=round(sizes[len(sizes) // 2] * 2) / 2,
        bold=bold,
        page_height=page_height,
    )


def _with_tables(lines: list[Line], words: dict[int, list[Word]], grids: list[Grid]) -> list[Line]:
    """The lines, those inside a grid replaced by its table where its first line stood."""
    tables: dict[int, Line] = {}
    dropped: set[int] = set()
    for grid in grids:
        inside = [
            index
            for index in words
            if index not in dropped and any(grid.contains(x, y) for x, y, _ in words[index])
        ]
        cells: dict[tuple[int, int], list[str]] = {}
        for index in inside:
            for x, y, text in words[index]:
                cells.setdefault(grid.cell(x, y), []).append(text)
        height, width = len(grid.rows) - 1, len(grid.columns) - 1
        # A grid that is mostly empty is a form or a figure, and its words read better as lines.
        if not inside or len(cells) < 0.4 * height * width:
            continue
        rows = [[" ".join(cells.get((row, column), [])) for column in range(width)] for row in range(height)]
        first = inside[0]
        tables[first] = replace(
            lines[first], text=markdown_table(rows), is_table=True, top=grid.rows[0], bottom=grid.rows[-1]
        )
        dropped.update(inside)
    return [
        tables.get(index, line) for index, line in enumerate(lines) if index in tables or index not in dropped
    ]


def _words(raw: Any, start: int, text: str, page_height: float) -> list[Word]:
    """The words of a line with the middle of each."""
    words: list[Word] = []
    for match in _WORD.finditer(text.translate(_SOFT_HYPHENS)):
        first, last = _box(raw, start + match.start()), _box(raw, start + match.end() - 1)
        if first is not None and last is not None:
            words.append(((first[0] + last[1]) / 2, page_height - (first[2] + first[3]) / 2, match[0]))
    return words


def _spread(indexes: list[int]) -> list[int]:
    """The first, the last, and a few in between."""
    if len(indexes) <= _SAMPLES:
        return indexes
    step = (len(indexes) - 1) / (_SAMPLES - 1)
    return [indexes[round(step * sample)] for sample in range(_SAMPLES)]


def _box(raw: Any, index: int) -> tuple[float, float, float, float] | None:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    # The loose box has the font's height, so that a line's height does not depend on its letters.
    rect = pdfium_c.FS_RECTF()
    if pdfium_c.FPDFText_GetLooseCharBox(raw, index, ctypes.byref(rect)):
        return rect.left, rect.right, rect.bottom, rect.top
    if pdfium_c.FPDFText_GetCharBox(raw, index, *(ctypes.byref(edge) for edge in (left, right, bottom, top))):
        return left.value, right.value, bottom.value, top.value
    return None


def _size(raw: Any, index: int) -> float:
    """The size as it is seen: the font's size times what the text's matrix adds."""
    size = float(pdfium_c.FPDFText_GetFontSize(raw, index))
    matrix = pdfium_c.FS_MATRIX()
    if pdfium_c.FPDFText_GetMatrix(raw, index, ctypes.byref(matrix)):
        scale = (matrix.c**2 + matrix.d**2) ** 0.5
        if scale > 0:
            size *= float(scale)
    return size


def _is_bold(raw: Any, index: int) -> bool:
    if pdfium_c.FPDFText_GetFontWeight(raw, index) >= _BOLD_WEIGHT:
        return True
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    length = pdfium_c.FPDFText_GetFontInfo(raw, index, buffer, len(buffer), ctypes.byref(flags))
    return 0 < length <= len(buffer) and bool(_BOLD_NAME.search(buffer.value.decode("utf-8", "replace")))
