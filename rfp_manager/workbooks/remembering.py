"""A confirmed layout as it is remembered for the next copy of the form: columns and row numbers, no text of cells.

What is kept would tell somebody who has never seen the form which columns it has, and nothing that stands in it.
"""

from collections.abc import Callable
from typing import Any

from core.words import gettext as _
from core.words import gettext_noop
from rfp_manager.workbooks.detection.findings import Finding
from rfp_manager.workbooks.detection.headings import Heading, find_headings, heading_titles
from rfp_manager.workbooks.detection.reading_by_column import given_answer
from rfp_manager.workbooks.detection.sheets import find_questions, judged_rows
from rfp_manager.workbooks.detection.tables import Table, body_rows
from rfp_manager.workbooks.layout import QuestionRow, SheetLayout, TableLayout
from rfp_manager.workbooks.preview.geometry import runs
from rfp_manager.workbooks.reading import Grid, column_letters, column_number

AS_BEFORE = gettext_noop("the form was mapped this way before")

SheetMemory = dict[str, Any]


def remember_sheet(grid: Grid, layout: SheetLayout) -> SheetMemory:
    """The structure of a confirmed sheet, as JSON. A sheet that was left out is remembered as such."""
    if not layout.is_question_sheet or layout.question_column is None:
        return {"asks": False}
    tables = layout.tables or (
        TableLayout(
            layout.header_rows,
            min([*layout.header_rows, *(question.row for question in layout.questions)]),
            grid.height,
            layout.id_column,
            layout.question_column,
            layout.section_column,
            layout.answer_columns,
        ),
    )
    return {
        "asks": True,
        "heading": _first_heading(grid),
        "tables": [_remember_table(grid, layout, table) for table in tables],
    }


def _remember_table(grid: Grid, layout: SheetLayout, table: TableLayout) -> dict[str, Any]:
    column = column_number(table.question_column)
    rows = [
        question.row
        for question in layout.questions
        if table.first_row <= question.row <= table.last_row
        and (text := grid.text(*grid.anchor(question.row, column)))
        # A part of a question is told behind the whole one.
        and question.text.endswith(text)
        and _takes_answers_of(table, question)
    ]
    filled = _filled(grid, column, table.first_row, table.last_row)
    to_end = table.last_row >= grid.height
    return table.to_dict() | {"rows": runs(sorted(set(rows))), "filled": filled, "to_end": to_end}


def _takes_answers_of(table: TableLayout, question: QuestionRow) -> bool:
    """Two tables may lie in the same rows, and even ask in the same column."""
    cells = {answer.cell.rstrip("0123456789") for answer in question.answers}
    return not cells or not cells.isdisjoint(answer.column for answer in table.answer_columns)


def recall_sheet(memory: SheetMemory) -> Callable[[Grid], list[Finding]]:
    """What `correct_sheet` starts from, for a sheet of the same fingerprint.

    Where the sheet has the same rows as before, the very rows are questions that were then. Where it has others,
    the columns are as before and the rows are judged anew.
    """

    def start(grid: Grid) -> list[Finding]:
        if not memory["asks"]:
            return []
        moved = _first_heading(grid) - memory["heading"]
        tables = memory["tables"]
        if all(_same_rows(grid, table, moved) for table in tables):
            return [_recall_table(grid, table, moved) for table in tables]
        detected = find_questions(grid, hidden_too=True)
        if len(detected) == len(tables):
            return [
                _recall_columns(grid, table, found.table)
                for table, found in zip(tables, detected, strict=True)
            ]
        if len(tables) == 1:
            headings = tuple(find_headings(grid)[:1])
            whole = Table(headings, headings[0].rows[0] if headings else 1, grid.height)
            return [_recall_columns(grid, tables[0], whole)]
        return detected

    return start


def _recall_table(grid: Grid, memory: dict[str, Any], moved: int) -> Finding:
    layout = TableLayout.from_dict(memory)
    headings = tuple(
        Heading(tuple(row + moved for row in rows), {}, frozenset(), 0.0)
        for rows in _together(layout.header_rows)
    )
    headings = tuple(
        Heading(heading.rows, heading_titles(grid, heading.rows), frozenset(), 0.0) for heading in headings
    )
    table = Table(headings, layout.first_row + moved, min(layout.last_row + moved, grid.height))
    rows = [row + moved for first, last in memory["rows"] for row in range(first, last + 1)]
    return _with_columns(grid, layout, table, rows)


def _recall_columns(grid: Grid, memory: dict[str, Any], table: Table) -> Finding:
    layout = TableLayout.from_dict(memory)
    question = column_number(layout.question_column)
    asked = [row for row in body_rows(grid, table) if grid.text(row, question)]
    found = _with_columns(grid, layout, table, asked)
    found.rows = judged_rows(grid, table, question, found.identifier, found.answers, asked)
    return found


def _with_columns(grid: Grid, layout: TableLayout, table: Table, rows: list[int]) -> Finding:
    found = Finding(
        table,
        column_number(layout.question_column),
        column_number(layout.id_column) if layout.id_column else None,
        column_number(layout.section_column) if layout.section_column else None,
        [],
        rows,
        evidence=[
            _("Column %(column)s is the question: %(why)s.")
            % {"column": layout.question_column, "why": _(AS_BEFORE)}
        ],
    )
    for given in layout.answer_columns:
        column = column_number(given.column)
        found.answers.append(
            given_answer(grid, found, column, given.role, _(AS_BEFORE), given.kind, given.option, given.below)
        )
        found.evidence.append(
            _("Column %(column)s takes answers (%(role)s): %(why)s.")
            % {"column": given.column, "role": _(given.role), "why": _(AS_BEFORE)}
        )
    if found.identifier:
        found.evidence.append(
            _("Column %(column)s holds the identifiers: %(why)s.")
            % {"column": column_letters(found.identifier), "why": _(AS_BEFORE)}
        )
    if found.section:
        found.evidence.append(
            _("Column %(column)s names the section: %(why)s.")
            % {"column": column_letters(found.section), "why": _(AS_BEFORE)}
        )
    return found


def _same_rows(grid: Grid, memory: dict[str, Any], moved: int) -> bool:
    column = column_number(memory["question_column"])
    last = grid.height if memory["to_end"] else memory["last_row"] + moved
    filled = _filled(grid, column, memory["first_row"] + moved, last)
    return [[first - moved, last - moved] for first, last in filled] == [
        list(run) for run in memory["filled"]
    ]


def _filled(grid: Grid, column: int, first: int, last: int) -> list[tuple[int, int]]:
    rows = range(max(first, 1), min(last, grid.height) + 1)
    return runs(row for row in rows if grid.text(*grid.anchor(row, column)))


def _first_heading(grid: Grid) -> int:
    headings = find_headings(grid)
    return headings[0].rows[0] if headings else 1


def _together(rows: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Neighbouring rows are one heading."""
    return [tuple(range(first, last + 1)) for first, last in runs(sorted(rows))]
