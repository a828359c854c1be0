"""What the rows that are surely questions have in common: the model that all rows of a table are compared with."""

from collections import Counter
from collections.abc import Collection

from rfp_manager.workbooks.detection.columns import ColumnProfile
from rfp_manager.workbooks.detection.rows import RowModel
from rfp_manager.workbooks.detection.text_shape import (
    asks,
    identifier_shape,
    is_identifier,
    is_statement,
    word_count,
)
from rfp_manager.workbooks.reading.grid import Grid

MODEL_ROWS = 400


def build_model(
    grid: Grid,
    rows: list[int],
    profiles: dict[int, ColumnProfile],
    *,
    question: int,
    identifier: int | None,
    choices: tuple[int, ...],
    answers: tuple[int, ...],
    marked: Collection[int] = (),
) -> RowModel:
    """`rows` are those with question text. The sure ones among them teach what a question looks like.

    `marked` are those of the answer columns that take no words.
    """
    sample = rows[:MODEL_ROWS]
    with_list = [row for row in sample if any(_free_list(grid, row, column) for column in choices)]
    covered = len(with_list) / max(len(sample), 1)
    sure = with_list if len(with_list) >= 2 else sample
    blanket = covered > 0.985
    if blanket or not choices:
        sure = _self_evident(grid, sure, question, identifier)
    ids = [grid.text(row, identifier) for row in sure] if identifier else []
    shapes = Counter(identifier_shape(text) for text in ids if is_identifier(text))
    common = frozenset(shape for shape, count in shapes.items() if count >= max(1, 0.04 * len(sure)))
    merges = [grid.merge(row, question) for row in sure]
    wide = sum(area is not None and area.last_column > area.first_column for area in merges)
    taken = {question, identifier, *answers}
    companions = tuple(
        column
        for column, profile in profiles.items()
        if column not in taken
        and profile.filled > 0.3
        and sum(bool(grid.text(row, column)) for row in sure) >= 0.93 * max(len(sure), 1)
    )
    return RowModel(
        grid=grid,
        question=question,
        identifier=identifier,
        choices=choices,
        answers=answers,
        written=tuple(column for column in answers[:1] if column not in marked),
        lists_tell=0.25 if blanket else min(1.0, 0.35 + covered) if covered >= 0.12 else 0.5,
        shapes=common,
        identified=sum(bool(text) for text in ids) / max(len(sure), 1) if identifier else 0.0,
        looks=Counter(grid.style(row, question).look for row in sure),
        answer_looks=frozenset(grid.style(row, answers[0]).look for row in sure) if answers else frozenset(),
        chosen=frozenset(grid.text(row, column) for row in with_list for column in choices) - {""},
        companions=companions,
        merged=wide * 2 > max(len(sure), 1),
        asking=sum(asks(grid.text(row, question)) for row in sure) / max(len(sure), 1),
    )


def _free_list(grid: Grid, row: int, column: int) -> bool:
    return grid.has_list(row, column) and not grid.is_formula(row, column)


def _self_evident(grid: Grid, rows: list[int], question: int, identifier: int | None) -> list[int]:
    """Without telling dropdowns, the longer texts are the questions; most of them have an identifier."""
    longer = [row for row in rows if is_statement(grid.text(row, question))]
    if len(longer) < max(3, 0.2 * len(rows)):
        longer = [row for row in rows if word_count(grid.text(row, question)) >= 2]
    if identifier is not None:
        named = [row for row in longer if grid.text(row, identifier)]
        if len(named) >= 0.5 * len(longer):
            longer = named
    return longer or rows
