"""Decides which lines of a PDF are headings, and how deep: by bookmarks, else by size and weight."""

import re
from collections import Counter

from rag.parsing.cleaning import strip_invisible
from rag.parsing.pdf_lines import Line

_NUMBER = re.compile(
    r"^(?:(?:section|chapter|annex|appendix|kapitel)\s+)?(\d{1,2}(?:\.\d{1,2}){0,4})[.)]?\s+\S", re.I
)
_LARGER = 1.12
_MAX_CHARS = 140
_MAX_SHARE = 0.25


class HeadingLevels:
    """The level of any line of one document; 1 is the outermost, None is not a heading."""

    def __init__(self, lines: list[Line], bookmarks: dict[tuple[int, str], int]) -> None:
        self._bookmarks = bookmarks
        sizes: Counter[float] = Counter()
        lines = [line for line in lines if not line.is_table]
        for line in lines:
            sizes[line.size] += len(line.text)
        self.body_size = sizes.most_common(1)[0][0] if sizes else 0.0
        total = sum(sizes.values())
        bold = sum(len(line.text) for line in lines if line.bold)
        # In a document set in bold throughout, weight tells nothing.
        self._bold_tells = bold <= _MAX_SHARE * total
        larger = sorted({line.size for line in lines if self._is_larger(line)}, reverse=True)
        self._level_of_size = {size: level for level, size in enumerate(larger, start=1)}

    def level(self, line: Line) -> int | None:
        """The level of a line, judged by itself."""
        marked = self._bookmarks.get((line.page, "".join(strip_invisible(line.text).casefold().split())))
        if marked is not None:
            return marked
        if not self._could_be_heading(line.text):
            return None
        if self._is_larger(line):
            return self._level_of_size.get(line.size)
        if line.bold and self._bold_tells and line.size >= self.body_size:
            number = _NUMBER.match(line.text)
            return len(self._level_of_size) + 1 + (number[1].count(".") if number else 0)
        return None

    def _is_larger(self, line: Line) -> bool:
        return line.size >= self.body_size * _LARGER and len(line.text) <= _MAX_CHARS

    @staticmethod
    def _could_be_heading(text: str) -> bool:
        letters = sum(letter.isalpha() for letter in text)
        if len(text) > _MAX_CHARS or letters < 2 or letters < 0.4 * len(text.replace(" ", "")):
            return False
        return not text.endswith((".", ",", ";", ":")) and not text.startswith(("•", "–", "▪", "●"))
