"""Joins the lines of a PDF into paragraphs, list items and headings of several lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from rag.parsing.document import BlockKind
from rag.parsing.pdf_headings import HeadingLevels
from rag.parsing.pdf_lines import Line

_BULLET = re.compile(r"^[•‣▪●○◦∙·\uf0b7\uf0a7–—*-]\s+(?=\S)")
_NUMBERED = re.compile(r"^\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+(?=\S)")
_LONE_BULLET = re.compile(r"^[•‣▪●○◦∙·\uf0b7\uf0a7–—-]$")
_COMPOUND = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_HYPHENATED = re.compile(r"[^\W\d_]-$")
# A line pitch this much wider than the document's usual one is a gap between paragraphs.
_GAP = 1.35
# A line that ends this much of the column's width before its edge, with a full stop, closed its paragraph.
_SHORT = 0.15


@dataclass(frozen=True)
class Paragraph:
    """Joined text, the page it begins on, and what it is."""

    text: str
    page: int
    level: int | None
    kind: BlockKind


def join_paragraphs(lines: list[Line], levels: HeadingLevels) -> Iterator[Paragraph]:
    """Paragraphs in reading order. Words hyphenated at a line's end are whole again."""
    pitch = _usual_pitch(lines)
    compounds = _compounds(lines)
    group: list[Line] = []
    for line in _with_bullets_joined(lines):
        if line.is_table:
            if group:
                yield _paragraph(group, levels, compounds)
                group = []
            yield Paragraph(line.text, line.page, None, "table")
            continue
        if group and _starts_new(group, line, levels, pitch):
            yield _paragraph(group, levels, compounds)
            group = []
        group.append(line)
    if group:
        yield _paragraph(group, levels, compounds)


def _with_bullets_joined(lines: list[Line]) -> Iterator[Line]:
    """Lines, with a bullet that was drawn by itself put before the text beside it."""
    bullet: Line | None = None
    for line in lines:
        if _LONE_BULLET.match(line.text):
            bullet = line
            continue
        if bullet is not None and bullet.page == line.page and abs(bullet.centre - line.centre) < line.size:
            line = Line(
                f"• {line.text}", line.page, bullet.left, line.right, line.top, line.bottom, line.size, line.bold,
                line.page_height,
            )  # fmt: skip
        bullet = None
        yield line


def _usual_pitch(lines: list[Line]) -> float:
    """Distance from line to line inside paragraphs, as a multiple of the text's size."""
    steps = []
    for above, below in pairwise(lines):
        step = below.bottom - above.bottom
        if above.page == below.page and above.size == below.size and 0 < step < 3 * above.size:
            steps.append(step / above.size)
    return median(steps) if steps else 1.2


def _compounds(lines: list[Line]) -> frozenset[str]:
    """The words with a hyphen that the document writes within a line: "long-term" is not "longterm"."""
    return frozenset(match.group().casefold() for line in lines for match in _COMPOUND.finditer(line.text))


def _is_item(line: Line) -> bool:
    return bool(_BULLET.match(line.text) or _NUMBERED.match(line.text))


def _starts_new(group: list[Line], line: Line, levels: HeadingLevels, pitch: float) -> bool:
    last = group[-1]
    level, last_level = levels.level(line), levels.level(last)
    if level != last_level:
        return True
    if level is not None:
        # A heading may run over several lines, close under each other and in one style.
        near = last.page == line.page and 0 < line.bottom - last.bottom < 1.7 * line.size
        return not near or last.size != line.size
    if _is_item(line):
        return True
    if last.page != line.page or line.bottom < last.bottom - line.size:
        # A new page or column: the paragraph goes on if its sentence does.
        return last.text.endswith((".", "!", "?", ":")) or not (
            line.text[:1].islower() or last.text.endswith(("-", ","))
        )
    if abs(line.size - last.size) > 0.75:
        return True
    if line.bottom - last.bottom > _GAP * pitch * line.size:
        return True
    width = max(item.right for item in group) - min(item.left for item in group)
    ended_short = last.right < max(item.right for item in [*group, line]) - _SHORT * max(width, 1)
    return ended_short and last.text.endswith((".", "!", "?", ":"))


def _paragraph(group: list[Line], levels: HeadingLevels, compounds: frozenset[str]) -> Paragraph:
    kind: BlockKind = "list_item" if _is_item(group[0]) else "paragraph"
    text = ""
    for line in group:
        if not text:
            text = _BULLET.sub("", line.text)
        elif _HYPHENATED.search(text) and line.text[:1].islower():
            text = (text if _is_compound(text, line.text, compounds) else text[:-1]) + line.text
        else:
            text = f"{text} {line.text}"
    return Paragraph(text, group[0].page, levels.level(group[0]), kind)


def _is_compound(before: str, after: str, compounds: frozenset[str]) -> bool:
    """Whether the hyphen at a line's end belongs to the word: one that breaks a word is the only one in it."""
    head, tail = before.rsplit(" ", 1)[-1], after.split(" ", 1)[0]
    return "-" in head[:-1] or any(
        match.group().casefold() in compounds for match in _COMPOUND.finditer(head + tail)
    )
