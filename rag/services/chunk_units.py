"""The smallest pieces that a passage is made of: sentences, table rows, lines of code."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.parsing import Block

# A sentence ends at its mark, closing quotes included, when a new one plausibly begins after it.
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[^\Wa-z_])|(?<=[。！？])\s*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|vs|approx|incl|no|nos|fig|sec|ch|dr|mr|mrs|ms|prof|st|inc|ltd|corp|co|z\.B|d\.h|bzw|ca"
    r"|Nr|Abs|Art|p|pp|vol|ver|v)|\b[A-Z])\.$",
    re.IGNORECASE,
)
_SEPARATOR_ROW = re.compile(r"^\|(?: ?:?-{3,}:? ?\|)+$")


@dataclass(frozen=True)
class Unit:
    """Text that is not cut if it can be helped. `glue` joins it to the unit before it in one passage.

    `header` is what a table's row needs above it when the passage starts with that row. Only sentences
    may be repeated as overlap.
    """

    text: str
    glue: str
    page: int | None
    starts_block: bool
    is_sentence: bool = True
    header: str = ""


@dataclass(frozen=True)
class Section:
    """The units of consecutive blocks under one heading path."""

    path: tuple[str, ...]
    units: tuple[Unit, ...]


def sentences(text: str) -> list[str]:
    """The sentences of one paragraph; joined by one space they are the paragraph again."""
    found: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        sentence = text[start : match.start()] + match[0].rstrip()
        if _ABBREVIATION.search(sentence):
            continue
        found.append(sentence)
        start = match.end()
    found.append(text[start:])
    return [sentence for sentence in (sentence.strip() for sentence in found) if sentence]


def document_sections(blocks: Sequence[Block]) -> list[Section]:
    """Blocks grouped by heading path, in reading order."""
    sections = []
    for path, group in groupby(blocks, key=lambda block: block.heading_path):
        sections.append(Section(path, tuple(_section_units(list(group)))))
    return sections


def _section_units(blocks: list[Block]) -> Iterator[Unit]:
    previous: Block | None = None
    for block in blocks:
        follows_item = previous is not None and previous.kind == block.kind == "list_item"
        glue = "\n" if follows_item else "\n\n"
        if block.kind == "table":
            yield from _table_units(block, glue)
        elif block.kind == "code":
            for index, line in enumerate(line for line in block.text.split("\n") if line.strip()):
                yield Unit(line, glue if index == 0 else "\n", block.page, index == 0, is_sentence=False)
        else:
            for index, sentence in enumerate(sentences(block.text)):
                yield Unit(sentence, glue if index == 0 else " ", block.page, index == 0)
        previous = block


def _table_units(block: Block, glue: str) -> Iterator[Unit]:
    rows = block.text.split("\n")
    has_header = len(rows) > 1 and _SEPARATOR_ROW.match(rows[1]) is not None
    if not has_header:
        for index, row in enumerate(rows):
            yield Unit(row, glue if index == 0 else "\n", block.page, index == 0, is_sentence=False)
        return
    header = "\n".join(rows[:2])
    if len(rows) == 2:
        yield Unit(header, glue, block.page, starts_block=True, is_sentence=False)
        return
    # The header is never left alone at the end of a passage: it goes with its first row.
    yield Unit(f"{header}\n{rows[2]}", glue, block.page, starts_block=True, is_sentence=False)
    for row in rows[3:]:
        yield Unit(row, "\n", block.page, starts_block=False, is_sentence=False, header=header)
