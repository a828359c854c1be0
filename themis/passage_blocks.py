"""A passage as it is read: its paragraphs, and the tables that stand in it as Markdown.

Passages keep tables in the form that search and language models read. What is marked in the text stays marked.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\|(\s*:?-+:?\s*\|)+")
# A run of text, and whether it is marked.
Run = tuple[str, bool]


class _Piece(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def marked(self) -> bool: ...


@dataclass(frozen=True)
class Block:
    """`runs` of a paragraph, or the cells of a table, row by row: `head` is empty where no heading row is known."""

    runs: list[Run]
    head: list[list[Run]]
    rows: list[list[list[Run]]]

    @property
    def is_table(self) -> bool:
        return bool(self.rows)


def passage_blocks(passage: str | Iterable[_Piece]) -> list[Block]:
    """The blocks of a text, or of the pieces that it was cut into.

    A single row without its heading is no table: its cells are told apart by dots.
    """
    runs = [(passage, False)] if isinstance(passage, str) else [(each.text, each.marked) for each in passage]
    found: list[Block] = []
    for is_table, group in groupby(_lines(runs), key=lambda line: _is_row(_text(line))):
        lines = list(group)
        if is_table and (table := _table(lines)):
            found.append(table)
            continue
        if is_table:
            lines = [_in_words(line) for line in lines if not _RULE.fullmatch(_text(line).strip())]
        paragraph = _joined(lines)
        if any(text.strip() for text, _marked in paragraph):
            found.append(Block(paragraph, [], []))
    return found


def _lines(runs: Iterable[Run]) -> Iterator[list[Run]]:
    line: list[Run] = []
    for text, marked in runs:
        first, *others = text.split("\n")
        line.append((first, marked))
        for other in others:
            yield line
            line = [(other, marked)]
    yield line


def _text(line: Iterable[Run]) -> str:
    return "".join(text for text, _marked in line)


def _is_row(line: str) -> bool:
    line = line.strip()
    return len(line) > 2 and line.startswith("|") and line.endswith("|")


def _table(lines: list[list[Run]]) -> Block | None:
    """None where there is one row and nothing says what its cells are."""
    has_head = len(lines) > 2 and bool(_RULE.fullmatch(_text(lines[1]).strip()))
    rows = [_cells(line) for line in lines if not _RULE.fullmatch(_text(line).strip())]
    head = rows.pop(0) if has_head else []
    if not rows or (not head and len(rows) == 1):
        return None
    width = max(map(len, [head, *rows]))
    empty: list[Run] = []
    padded = [[*row, *[empty] * (width - len(row))] for row in rows]
    return Block([], [*head, *[empty] * (width - len(head))] if head else [], padded)


def _cells(line: list[Run]) -> list[list[Run]]:
    """What stands between the bars, without the blanks around it."""
    cells: list[list[Run]] = [[]]
    for text, marked in line:
        first, *others = _BAR.split(text)
        cells[-1].append((first, marked))
        cells.extend([(other, marked)] for other in others)
    return [_stripped(cell) for cell in cells[1:-1]]


def _stripped(cell: list[Run]) -> list[Run]:
    whole = [(text.replace("\\|", "|"), marked) for text, marked in cell if text.strip()]
    if whole:
        whole[0] = (whole[0][0].lstrip(), whole[0][1])
        whole[-1] = (whole[-1][0].rstrip(), whole[-1][1])
    return whole


def _in_words(line: list[Run]) -> list[Run]:
    words: list[Run] = []
    for cell in _cells(line):
        words += [(" · ", False), *cell] if words else cell
    return words


def _joined(lines: list[list[Run]]) -> list[Run]:
    """The lines as one text again, without the empty ones around it."""
    runs: list[Run] = []
    for line in lines:
        runs += [("\n", False), *line] if runs else line
    kept = [run for run in runs if run[0]]
    while kept and not kept[0][0].strip():
        del kept[0]
    while kept and not kept[-1][0].strip():
        del kept[-1]
    return kept
