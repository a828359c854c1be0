"""The Markdown subset of the demonstration sources, as a flat list of blocks that both writers understand."""

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    code: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    runs: Runs


@dataclass(frozen=True)
class ListItem:
    runs: Runs
    number: int | None
    """The item's number in an ordered list; None for a bullet."""


@dataclass(frozen=True)
class Table:
    rows: tuple[tuple[Runs, ...], ...]
    """The first row is the header."""


Block = Heading | Paragraph | ListItem | Table


def plain(runs: Runs) -> str:
    """The text of the runs without their styles."""
    return "".join(run.text for run in runs)


def read_blocks(markdown: str) -> list[Block]:
    """Parse headings, paragraphs, flat lists and tables; anything else in a source raises ValueError."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    blocks: list[Block] = []
    numbers: list[int | None] = []
    rows: list[tuple[Runs, ...]] = []
    cells: list[Runs] = []
    for position, token in enumerate(tokens):
        if token.type == "ordered_list_open":
            numbers.append(int(token.attrs.get("start", 1)) - 1)
        elif token.type == "bullet_list_open":
            numbers.append(None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            numbers.pop()
        elif token.type == "list_item_open" and numbers[-1] is not None:
            numbers[-1] += 1
        elif token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            rows.append(tuple(cells))
        elif token.type == "table_close":
            blocks.append(Table(tuple(rows)))
        elif token.type == "inline":
            opener = tokens[position - 1]
            runs = _runs(token.children or [])
            if opener.type in ("th_open", "td_open"):
                cells.append(runs)
            elif opener.type == "heading_open":
                blocks.append(Heading(int(opener.tag[1]), plain(runs)))
            elif numbers:
                blocks.append(ListItem(runs, numbers[-1]))
            else:
                blocks.append(Paragraph(runs))
        elif token.type in ("fence", "code_block", "html_block", "blockquote_open", "hr"):
            raise ValueError(f"The demonstration sources may not contain a {token.type} (line {token.map}).")
    return blocks


def _runs(children: Sequence[Token]) -> Runs:
    runs: list[Run] = []
    bold = False
    for child in children:
        if child.type in ("strong_open", "strong_close"):
            bold = child.type == "strong_open"
        elif child.type == "softbreak":
            runs.append(Run(" ", bold))
        elif child.type == "code_inline":
            runs.append(Run(child.content, bold, code=True))
        elif child.type == "text":
            if child.content:
                runs.append(Run(child.content, bold))
        else:
            raise ValueError(f"The demonstration sources may not contain {child.type}.")
    return tuple(runs)
