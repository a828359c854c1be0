"""What one column of a table looks like over its rows: the numbers that roles are judged by."""

from collections import Counter
from dataclasses import dataclass

from rfp_manager.workbooks.detection.tables import Table
from rfp_manager.workbooks.detection.text_shape import (
    asks,
    is_date,
    is_identifier,
    is_mark,
    is_number,
    is_placeholder,
    is_statement,
    is_url,
    word_count,
)
from rfp_manager.workbooks.detection.vocabulary import is_option
from rfp_manager.workbooks.reading.grid import Grid


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """Shares are of the table's rows ("of_filled": of the filled cells only), from 0 to 1."""

    column: int
    title: str
    rows: int
    filled: float
    distinct: float
    words: float
    statements: float
    asking: float
    numbers: float
    serials: float
    dates: float
    urls: float
    marks: float
    options: float
    identifiers: float
    formulas: float
    lists: float
    open_lists: float
    other_rules: float
    writable: float
    hidden: bool
    width: float
    top_share: float
    values: int
    placeholders: float = 0.0

    @property
    def blank(self) -> float:
        """Cells without text, or with nothing but the form's hint what to enter."""
        return 1.0 - self.filled + self.placeholders


def profile_columns(grid: Grid, table: Table, rows: list[int]) -> dict[int, ColumnProfile]:
    """One profile for each column of the table that has a title, text, or a data validation."""
    titles = table.titles
    last = min(table.last_column, max([grid.width, *titles, *grid.rule_columns[-1:]], default=0))
    formulas = {row: grid.facts.formula_columns(row) for row in rows} if grid.facts.has_formulas else {}
    profiles = {}
    for column in range(table.first_column, last + 1):
        profile = _profile(grid, column, titles.get(column, ""), rows, formulas)
        if profile.filled or profile.title or profile.lists or profile.other_rules:
            profiles[column] = profile
    return profiles


def _profile(
    grid: Grid, column: int, title: str, rows: list[int], formulas: dict[int, set[int]]
) -> ColumnProfile:
    count = max(len(rows), 1)
    texts = [text for row in rows if (text := grid.text(row, column))]
    filled = max(len(texts), 1)
    ruled = bool(grid.facts.rules) and column in grid.rule_columns
    lists = [row for row in rows if ruled and grid.has_list(row, column)]
    with_formula = sum(column in formulas[row] for row in rows) if formulas else 0
    free = sum(1 for row in lists if not formulas or column not in formulas[row])
    values = Counter(texts)
    others = sum(
        1 for row in rows if ruled and (rule := grid.rule(row, column)) and rule.kind not in ("list", "none")
    )
    return ColumnProfile(
        column=column,
        title=title,
        rows=len(rows),
        filled=len(texts) / count,
        distinct=len(values) / filled,
        words=sum(map(word_count, texts)) / filled,
        statements=sum(map(is_statement, texts)) / filled,
        asking=sum(map(asks, texts)) / filled,
        numbers=sum(map(is_number, texts)) / filled,
        serials=sum(map(str.isdigit, texts)) / filled,
        dates=sum(map(is_date, texts)) / filled,
        urls=sum(map(is_url, texts)) / filled,
        marks=sum(map(is_mark, texts)) / filled,
        options=sum(map(is_option, texts)) / filled,
        identifiers=sum(map(is_identifier, texts)) / filled,
        formulas=with_formula / count,
        lists=len(lists) / count,
        open_lists=free / count,
        other_rules=others / count,
        writable=sum(grid.is_writable(row, column) for row in rows) / count if grid.facts.protected else 1.0,
        hidden=column in grid.facts.hidden_columns,
        width=grid.facts.column_widths.get(column, 0.0),
        top_share=values.most_common(1)[0][1] / filled if values else 0.0,
        values=len(values),
        placeholders=sum(number for text, number in values.items() if is_placeholder(text)) / count,
    )
