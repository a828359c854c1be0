"""A passage as the units that can be cited: sentences, list items and table rows.

Each unit knows its verbatim span, so that a quote can be found again in the document; its `text`
is the same as a person would write it out (a table row with its header's words, a list item after
the sentence that introduces the list).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

_ITEM = re.compile(r"^\s*(?:[-*+•‣▪–]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+")
_SEPARATOR = re.compile(r"^\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?)?\s*$")
_BOUNDARY = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[\w])")
# A full stop after one of these, or after a single letter, ends no sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|e\.g|i\.e|z\.b|d\.h|u\.a|p\.ex|etc|cf|vs|approx|incl|excl|no|nos|nr|art|sec|sect|fig|"
    r"ch|chap|par|para|vol|ed|eds|pp|inc|ltd|corp|co|dept|est|max|min|ca|bzw|ggf|usw|inkl|mr|mrs|ms|dr|prof|st|"
    r"jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)\.$",
    re.IGNORECASE,
)
_CLOSES_SENTENCE = re.compile(r"(?:^|\s)(?:etc|usw)\.$", re.IGNORECASE)
# A whole list as one unit, as long as a person would still quote it whole.
_LIST_LIMIT = 700
_HEADING_LIMIT = 100


@dataclass(frozen=True)
class Sentence:
    """One citable unit; `quote` is the passage's text from `start` to `end`, unchanged.

    `heading` is the heading above it that stands in the passage's own text, if there is one. `cells` are those of a
    row under a header, each after its column's name; the first says what the row is about.
    """

    text: str
    quote: str
    start: int
    end: int
    kind: Literal["prose", "item", "list", "row"]
    heading: str = ""
    cells: tuple[tuple[str, str], ...] = ()

    def overlaps(self, other: "Sentence") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass
class _Line:
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def split_sentences(passage: str) -> list[Sentence]:
    """The citable units of a passage, in its order. A list comes as its items and once as a whole."""
    units: list[Sentence] = []
    heading = ""
    blocks = list(_blocks(passage))
    for number, block in enumerate(blocks):
        first = block[0]
        found: list[Sentence] = []
        if first.text.lstrip().startswith("|"):
            found = _table_rows(block)
        elif _ITEM.match(first.text):
            found = _list_items(passage, block, units[-1] if units else None)
        elif first.text.lstrip().startswith("#") or _is_heading(first, blocks[number + 1 : number + 2]):
            heading = first.text.strip(" #")
        elif not first.text.lstrip().startswith("```"):
            found = _prose(passage, first.start, first.end)
        units += [replace(unit, heading=heading) for unit in found if re.search(r"\w", unit.text)]
    return units


def _is_heading(line: _Line, following: list[list[_Line]]) -> bool:
    """A short line that ends no sentence and has the next text right under it."""
    return (
        bool(following)
        and following[0][0].start == line.end + 1
        and len(line.text) <= _HEADING_LIMIT
        and line.text.rstrip()[-1:] not in ".!?:;,"
    )


def _blocks(passage: str) -> Iterator[list[_Line]]:
    """Runs of lines of one kind: a table, a list with its items' continuation lines, a line of prose."""
    block: list[_Line] = []
    kind = ""
    position = 0
    for raw in passage.split("\n"):
        line = _Line(raw, position)
        position += len(raw) + 1
        if not raw.strip():
            here = "list" if kind == "list" else ""
        elif raw.lstrip().startswith("|"):
            here = "table"
        elif _ITEM.match(raw) or (kind == "list" and raw[:1].isspace()):
            here = "list"
        else:
            here = f"line{position}"  # every line of prose is a paragraph: parsers join wrapped lines
        if here != kind and block:
            yield block
            block = []
        kind = here
        if raw.strip():
            block.append(line)
    if block:
        yield block


def _prose(passage: str, start: int, end: int, kind: Literal["prose", "item"] = "prose") -> list[Sentence]:
    units = []
    for left, right in _sentence_spans(passage[start:end]):
        quote = passage[start + left : start + right]
        units.append(Sentence(" ".join(quote.split()), quote, start + left, start + right, kind))
    return units


def _sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences of one paragraph, without the white space around them."""
    start = 0
    for match in _BOUNDARY.finditer(text):
        before = text[start : match.start()]
        follows = text[match.end() : match.end() + 1]
        if before.endswith("."):
            if _ABBREVIATION.search(before[-12:]) and not (
                _CLOSES_SENTENCE.search(before[-6:]) and follows.isupper()
            ):
                continue
            if follows.islower():
                continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        left = start + piece.index(stripped[0])
        yield left, left + len(stripped)


def _list_items(passage: str, block: list[_Line], before: Sentence | None) -> list[Sentence]:
    items: list[list[_Line]] = []
    for line in block:
        if _ITEM.match(line.text) or not items:
            items.append([line])
        else:
            items[-1].append(line)
    lead = before if before and before.kind == "prose" and before.text.endswith(":") else None
    units: list[Sentence] = []
    bodies: list[str] = []
    for lines in items:
        marker = _ITEM.match(lines[0].text)
        start = lines[0].start + (marker.end() if marker else 0)
        sentences = _prose(passage, start, lines[-1].end, "item")
        bodies.append(" ".join(sentence.text for sentence in sentences))
        if lead and len(sentences) == 1:
            only = sentences[0]
            text = f"{lead.text} {only.text}"
            sentences = [Sentence(text, only.quote, only.start, only.end, "item")]
        units += sentences
    start, end = (lead.start if lead else block[0].start), block[-1].end
    if len(items) > 1 and end - start <= _LIST_LIMIT:
        text = "; ".join(body.rstrip(".;,") for body in bodies) + "."
        quote = passage[start:end].rstrip()
        units.append(
            Sentence(f"{lead.text} {text}" if lead else text, quote, start, start + len(quote), "list")
        )
    return units


def _table_rows(block: list[_Line]) -> list[Sentence]:
    has_header = len(block) > 1 and bool(_SEPARATOR.match(block[1].text))
    header = _cells(block[0].text) if has_header else []
    units = []
    for line in block[2:] if has_header else block:
        if _SEPARATOR.match(line.text):
            continue
        cells = _cells(line.text)
        quote = line.text.strip()
        start = line.start + line.text.index(quote[0])
        named = tuple((name, cell) for name, cell in zip(header, cells, strict=False) if cell)
        units.append(Sentence(_row_text(header, cells), quote, start, start + len(quote), "row", cells=named))
    return units


def _cells(line: str) -> list[str]:
    return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def _row_text(header: list[str], cells: list[str]) -> str:
    """The row in words: what it is about, then each column's name and value."""
    filled = [(header[i] if i < len(header) else "", cell) for i, cell in enumerate(cells) if cell]
    if not filled:
        return ""
    if len(filled) == 1:
        return filled[0][1]
    name, subject = filled[0]
    if name and not re.search(r"[^\W\d_]{2}", subject):
        subject = f"{name} {subject}"  # "Priority 1": a bare number says not of what
    if len(filled) == 2:
        return f"{subject}: {filled[1][1]}"
    rest = "; ".join(f"{name}: {value}" if name else value for name, value in filled[1:])
    return f"{subject} ({rest})" if header else f"{subject}: {rest}"
