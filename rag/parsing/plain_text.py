"""Plain text: paragraphs, lists, and the headings that people draw with underlines, numbers or capitals."""

import re

from core.words import gettext as _
from rag.parsing.decoding import decode_text
from rag.parsing.document import ParsedDocument
from rag.parsing.errors import ParsingError
from rag.parsing.outline import Outline
from rag.parsing.titles import settle_title

_RULE = re.compile(r"^([=\-~^\"'`#*+.:_])\1{2,}$")
LIST_ITEM = re.compile(r"^(?:[-*+•‣▪●○◦–—·]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])\s+(?=\S)")
_NUMBERED_HEADING = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+[^\W\d_]")
_SENTENCE_END = (".", "!", "?", ":", ";", ",")
MAX_HEADING_LINE = 90


def parse_plain_text(content: bytes) -> ParsedDocument:
    """Text with drawn headings. Levels of underlined headings follow the order in which styles appear."""
    text, warnings = decode_text(content)
    # Indentation tells listings from text, so tabs and leading spaces stay until the blocks are cut.
    lines = [line.expandtabs(4).rstrip() for line in re.split(r"\r\n|[\r\n\f\v\x85\u2028\u2029]", text)]
    reader = _Reader(lines)
    reader.title()
    reader.read()
    blocks = reader.outline.finish()
    if not blocks:
        raise ParsingError(_("This file holds no text. Check that it is the right file and upload it again."))
    title, blocks = settle_title(blocks, reader.stated_title)
    return ParsedDocument(title, blocks, None, warnings)


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.outline = Outline()
        self.styles: list[str] = []
        self.position = 0
        self.stated_title: str | None = None

    def title(self) -> None:
        """A first line that stands alone, or in capitals, names the document."""
        while self.position < len(self.lines) and not self.lines[self.position].strip():
            self.position += 1
        text = self._line(0).strip()
        if not text or len(text) > MAX_HEADING_LINE or text.endswith(_SENTENCE_END) or not text[0].isalnum():
            return
        alone = not self._line(1).strip() and any(line.strip() for line in self.lines[self.position + 1 :])
        in_capitals = (
            text.isupper() and not self._line(1).isupper() and not _RULE.match(self._line(1).strip())
        )
        if (alone or in_capitals) and not _NUMBERED_HEADING.match(text):
            self.stated_title = text
            self.position += 1

    def read(self) -> None:
        while self.position < len(self.lines):
            if not self.lines[self.position].strip():
                self.position += 1
            elif not (self._underlined_heading() or self._single_line_heading() or self._listing()):
                self._paragraph()

    def _line(self, offset: int) -> str:
        index = self.position + offset
        return self.lines[index] if 0 <= index < len(self.lines) else ""

    def _underlined_heading(self) -> bool:
        over = _RULE.match(self._line(0).strip())
        if over:
            text, under = self._line(1).strip(), self._line(2).strip()
            if text and under == self._line(0).strip() and not _RULE.match(text):
                self._open(over[1] * 2, text)
                self.position += 3
            else:
                self.position += 1  # a rule between parts carries no text
            return True
        text, under = self._line(0).strip(), self._line(1).strip()
        rule = _RULE.match(under)
        if rule and len(text) <= MAX_HEADING_LINE and len(under) >= min(len(text), 3):
            self._open(rule[1], text)
            self.position += 2
            return True
        return False

    def _open(self, style: str, text: str) -> None:
        if style not in self.styles:
            self.styles.append(style)
        self.outline.heading(self.styles.index(style) + 1, text)

    def _single_line_heading(self) -> bool:
        text = self._line(0)
        alone = not self._line(-1).strip() and not self._line(1).strip()
        if not alone or text.startswith(" ") or len(text) > MAX_HEADING_LINE or text.endswith(_SENTENCE_END):
            return False
        numbered = _NUMBERED_HEADING.match(text)
        if numbered and len(text.split()) <= 12:
            level = len(self.styles) + 1 + numbered[1].count(".")
        elif text.isupper() and sum(letter.isalpha() for letter in text) >= 4:
            level = len(self.styles) + 1
        else:
            return False
        self.outline.heading(level, text)
        self.position += 1
        return True

    def _listing(self) -> bool:
        """An indented block after a line that ends with "::", as documentation sources have it."""
        previous = next((line for line in reversed(self.lines[: self.position]) if line.strip()), "")
        if not previous.rstrip().endswith("::") or not self._line(0).startswith("  "):
            return False
        start = self.position
        while self.position < len(self.lines) and (
            not self._line(0).strip() or self._line(0).startswith("  ")
        ):
            self.position += 1
        self.outline.add("code", "\n".join(self.lines[start : self.position]))
        return True

    def _paragraph(self) -> None:
        parts: list[str] = []
        is_item = False
        while self._line(0).strip():
            line = self._line(0).strip()
            marker = LIST_ITEM.match(line)
            if parts and (_RULE.match(self._line(1).strip()) and len(line) <= MAX_HEADING_LINE):
                break
            if parts and (marker or _ends_paragraph(parts, line)):
                self._flush(parts, is_item)
                parts, is_item = [], False
            if marker and not parts:
                is_item = True
                line = line[marker.end() :] if not marker[0][0].isalnum() else line
            parts.append(line)
            self.position += 1
        self._flush(parts, is_item)

    def _flush(self, parts: list[str], is_item: bool) -> None:
        self.outline.add("list_item" if is_item else "paragraph", " ".join(parts))


def _ends_paragraph(parts: list[str], following: str) -> bool:
    """Whether the last line closed its paragraph although no blank line follows it."""
    last = parts[-1]
    widest = max(len(part) for part in [*parts, following])
    return last.endswith((".", "!", "?", ":")) and len(last) < 0.6 * widest
