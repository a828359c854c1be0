"""Cutting a sheet into the tables that stand on it: below one another, and side by side."""

import itertools
from dataclasses import dataclass, replace

from rfp_manager.workbooks.detection.headings import Heading, find_headings
from rfp_manager.workbooks.detection.text_shape import is_identifier, normalised, word_count
from rfp_manager.workbooks.detection.vocabulary import is_option, mentions
from rfp_manager.workbooks.reading.grid import Grid

NEW_TABLE_SCORE = 5.0
SAMPLE_ROWS = 400


@dataclass(frozen=True)
class Table:
    """A run of rows under one heading and its repeats. The columns reach from `first` to `last`.

    `answered`: its answers may all be given already.
    """

    headings: tuple[Heading, ...]
    first_row: int
    last_row: int
    first_column: int = 1
    last_column: int = 16_384
    answered: bool = False

    @property
    def heading_rows(self) -> frozenset[int]:
        return frozenset(row for heading in self.headings for row in heading.rows)

    @property
    def titles(self) -> dict[int, str]:
        """What the first heading says over each column; a repeat fills in what the first left blank."""
        titles: dict[int, str] = {}
        for heading in self.headings[:8]:
            for column, title in heading.titles.items():
                if self.first_column <= column <= self.last_column:
                    titles.setdefault(column, title)
        return titles

    def within(self, first_column: int, last_column: int) -> "Table":
        return replace(self, first_column=first_column, last_column=last_column)


def find_tables(grid: Grid) -> list[Table]:
    """The tables from top to bottom. A sheet without any heading is one table."""
    if not grid.height:
        return []
    tables: list[Table] = []
    for heading in find_headings(grid):
        if tables and _repeats(heading, tables[-1].headings):
            tables[-1] = replace(tables[-1], headings=(*tables[-1].headings, heading))
        elif not tables or _begins_another(grid, heading, tables[-1]):
            if tables:
                tables[-1] = replace(tables[-1], last_row=heading.rows[0] - 1)
            tables.append(Table((heading,), heading.rows[0], grid.height))
    if not tables:
        return [Table((), 1, grid.height)]
    if tables[0].first_row > 1:
        tables.insert(0, Table((), 1, tables[0].first_row - 1))
    return tables


def _repeats(heading: Heading, earlier: tuple[Heading, ...]) -> bool:
    """The same titles over the answers make it the same table, whatever section the rest names."""
    for other in earlier[:6]:
        shared = {
            column
            for column, title in heading.titles.items()
            if normalised(other.titles.get(column, "")) == normalised(title)
        }
        over_answers = any(normalised(heading.titles[column]) in heading.open_titles for column in shared)
        alike = len(shared) * 2 >= len(heading.titles) and not _asks_otherwise(heading, other)
        if shared and (over_answers or alike):
            return True
    return False


def _asks_otherwise(heading: Heading, other: Heading) -> bool:
    """Over the same columns other answers are wanted: "Response" where the earlier heading had "Yes" and "No"."""
    differing = {
        column
        for column, title in heading.titles.items()
        if normalised(title) in heading.open_titles
        and normalised(before := other.titles.get(column, "")) in other.open_titles
        and normalised(before) != normalised(title)
    }
    return any(
        mentions(heading.titles[column], "answer") or is_option(other.titles[column]) for column in differing
    )


def _begins_another(grid: Grid, heading: Heading, table: Table) -> bool:
    """A later heading that is not a repeat: a different table, or no heading at all but a section row."""
    if heading.rows[0] <= table.headings[-1].last_row + 1:
        return False
    first = grid.row_texts(heading.rows[0])[0][1]
    # "N." looks like an identifier and is a title.
    if (is_identifier(first) and not mentions(first, "identifier")) or word_count(first) > 12:
        return False
    after_gap = _stands_apart(grid, heading.rows[0])
    if after_gap and any(_asks_otherwise(heading, other) for other in table.headings[:6]):
        return True
    if heading.score < (NEW_TABLE_SCORE if after_gap else NEW_TABLE_SCORE + 1.5):
        return False
    return bool(heading.open_titles) or after_gap


def _stands_apart(grid: Grid, row: int) -> bool:
    """After a blank row; one line of title may stand between."""
    above = grid.row_texts(row - 1)
    return not above or (len(above) == 1 and not grid.row_texts(row - 2))


def body_rows(grid: Grid, table: Table) -> list[int]:
    """The rows of the table that hold text within its columns, without the headings."""
    skipped = table.heading_rows
    start = table.headings[0].last_row + 1 if table.headings else table.first_row
    columns = slice(table.first_column - 1, table.last_column)
    return [row for row in grid.rows_with_values(start, table.last_row, columns) if row not in skipped]


def sampled(rows: list[int]) -> list[int]:
    """Enough rows to judge the columns by: the first ones, then evenly spread ones."""
    if len(rows) <= SAMPLE_ROWS:
        return rows
    head = SAMPLE_ROWS // 2
    step = (len(rows) - head) / (SAMPLE_ROWS - head)
    return rows[:head] + [rows[head + int(at * step)] for at in range(SAMPLE_ROWS - head)]


def side_by_side(grid: Grid, table: Table, rows: list[int]) -> list[Table]:
    """The column blocks that may be tables of their own: parted by a blank column, or by titles that recur."""
    titles = table.titles
    used = set(titles) | {column for row in rows for column, _ in grid.row_texts(row)}
    used |= {column for column in grid.rule_columns if any(grid.has_list(row, column) for row in rows)}
    used = {column for column in used if table.first_column <= column <= table.last_column}
    if not used:
        return []
    blocks: list[list[int]] = [[]]
    for column in range(min(used), max(used) + 1):
        if column in used:
            blocks[-1].append(column)
        elif blocks[-1]:
            blocks.append([])
    blocks = [block for block in blocks if block]
    if len(blocks) == 1:
        blocks = _recurring(blocks[0], titles)
    return [table.within(block[0], block[-1]) for block in blocks] if len(blocks) > 1 else []


def _recurring(columns: list[int], titles: dict[int, str]) -> list[list[int]]:
    """Cut where the row of titles begins anew: id, question, answer, id, question, answer."""
    names = [normalised(titles.get(column, "")).rstrip("0123456789 ") for column in columns]
    if not names or not names[0]:
        return [columns]
    starts = [at for at, name in enumerate(names) if name == names[0]]
    if len(starts) < 2 or any(end - start < 2 for start, end in itertools.pairwise(starts)):
        return [columns]
    if names[starts[0] : starts[1]][:2] != names[starts[1] :][:2]:
        return [columns]
    bounds = [*starts, len(columns)]
    return [columns[start:end] for start, end in itertools.pairwise(bounds)]
