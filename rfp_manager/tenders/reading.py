"""A parsed document for the eye: its blocks in parts of a page's length, tables as rows and cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.parsing import Block

_SEPARATOR = re.compile(r"^\s*\|?(?:\s*:?-{2,}:?\s*\|?)+\s*$")
_CELL_END = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class ShownBlock:
    """`heading` and `page` are set where they differ from the block before; `rows` is empty but for a table."""

    number: int
    kind: str
    text: str
    heading: str
    page: int | None
    rows: tuple[tuple[str, ...], ...] = ()


def shown_blocks(blocks: Sequence[Block], *, start: int, count: int) -> list[ShownBlock]:
    shown = []
    page, heading = None, ""
    for number, block in enumerate(blocks[start : start + count], start=start):
        path = " › ".join(block.heading_path)
        shown.append(
            ShownBlock(
                number,
                block.kind,
                block.text,
                path if path != heading else "",
                block.page if block.page != page else None,
                _rows(block.text) if block.kind == "table" else (),
            )
        )
        page, heading = block.page, path
    return shown


def _rows(text: str) -> tuple[tuple[str, ...], ...]:
    """The cells of a Markdown table, its separating line left out."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not _SEPARATOR.match(line)]
    return tuple(
        tuple(
            cell.strip().replace("\\|", "|")
            for cell in _CELL_END.split(line.removeprefix("|").removesuffix("|"))
        )
        for line in lines
    )
