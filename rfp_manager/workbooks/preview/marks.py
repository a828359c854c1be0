"""What a layout says about the cells of a sheet, small enough to be sent anew after each correction."""

import re
from collections import defaultdict
from typing import Any

from rfp_manager.workbooks.layout import TICK, SheetLayout, TableLayout
from rfp_manager.workbooks.preview.geometry import runs
from rfp_manager.workbooks.reading.references import column_number

_CELL = re.compile(r"([A-Z]+)(\d+)")


def sheet_marks(layout: SheetLayout) -> dict[str, Any]:
    """JSON for the grid.

    `headers` are runs of rows; `sections` are gaps between questions with the section of the question below, as
    (first row, last row, title): the cell in the gap that says so is its heading; `cells` are runs of cells with the
    same meaning, as (meaning, column, first row, last row); `tables` say where each question table lies; `reasons`
    are the sentences about each column.
    """
    tables = tables_of(layout)
    return {
        "headers": runs(sorted(layout.header_rows)),
        "sections": _sections(layout),
        "cells": _cells(layout, tables),
        "tables": [
            {"first": table.first_row, "last": table.last_row, "columns": _columns(table)} for table in tables
        ],
        "reasons": _reasons(layout, tables),
    }


def tables_of(layout: SheetLayout) -> tuple[TableLayout, ...]:
    """The question tables of a sheet; of a sheet with a single one, that one."""
    if layout.tables or layout.question_column is None:
        return layout.tables
    rows = [*layout.header_rows, *(question.row for question in layout.questions)]
    return (
        TableLayout(
            layout.header_rows,
            min(rows, default=1),
            max(rows, default=1),
            layout.id_column,
            layout.question_column,
            layout.section_column,
            layout.answer_columns,
        ),
    )


def _sections(layout: SheetLayout) -> list[tuple[int, int, str]]:
    gaps = []
    above = min(layout.header_rows, default=1) - 1
    for question in layout.questions:
        if question.section and question.row > above + 1:
            gaps.append((above + 1, question.row - 1, question.section))
        above = max(above, question.row)
    return gaps


def _cells(layout: SheetLayout, tables: tuple[TableLayout, ...]) -> list[tuple[str, int, int, int]]:
    rows: dict[tuple[str, str], set[int]] = defaultdict(set)
    for question in layout.questions:
        answered = set()
        for answer in question.answers:
            match = _CELL.fullmatch(answer.cell)
            if match:
                answered.add(match[1])
                rows[match[1], "option" if answer.kind == TICK else answer.role].add(int(match[2]))
        for table in tables:
            if not table.first_row <= question.row <= table.last_row:
                continue
            # Of two tables side by side, the one that takes the answers asks.
            if answered and len(tables) > 1 and not answered & set(_columns(table)):
                continue
            rows[table.question_column, "question"].add(question.row)
            if table.id_column and table.id_column != table.question_column:
                rows[table.id_column, "identifier"].add(question.row)
            if table.section_column:
                rows[table.section_column, "section"].add(question.row)
    return [
        (meaning, column_number(letters), first, last)
        for (letters, meaning), found in sorted(rows.items())
        for first, last in runs(sorted(found))
    ]


def _columns(table: TableLayout) -> list[str]:
    others = [table.id_column, table.section_column, *(answer.column for answer in table.answer_columns)]
    return list(dict.fromkeys([table.question_column, *(column for column in others if column)]))


def _reasons(layout: SheetLayout, tables: tuple[TableLayout, ...]) -> dict[str, list[str]]:
    """The sentences that begin as "Column B …" does, in whichever language they were said."""
    columns = {column for table in tables for column in _columns(table)}
    reasons: dict[str, list[str]] = defaultdict(list)
    for sentence in layout.evidence:
        for word in sentence.split(maxsplit=3)[1:3]:
            if word in columns:
                reasons[word].append(sentence)
                break
    return reasons
