"""Reading a table whose question column a person has named: the other columns and the rows follow from it."""

from core.words import gettext as _
from rfp_manager.workbooks.detection.answers import (
    AnswerRole,
    find_choice_columns,
    find_written_columns,
)
from rfp_manager.workbooks.detection.columns import profile_columns
from rfp_manager.workbooks.detection.findings import Finding
from rfp_manager.workbooks.detection.judging import coded_columns, without_covered
from rfp_manager.workbooks.detection.legends import find_legend, named_legends
from rfp_manager.workbooks.detection.option_columns import find_tick_columns
from rfp_manager.workbooks.detection.roles import (
    find_identifier_column,
    find_question_columns,
    find_section_column,
)
from rfp_manager.workbooks.detection.sheets import judged_rows
from rfp_manager.workbooks.detection.tables import Table, body_rows, find_tables, sampled
from rfp_manager.workbooks.detection.title_options import options_in_title
from rfp_manager.workbooks.layout import CHOICE, CODE, VALUE
from rfp_manager.workbooks.reading import Grid, column_letters


def read_by_question(grid: Grid, table: Table, question: int) -> Finding:
    """The table as it reads when `question` asks. Its rows may be none."""
    asked = [row for row in body_rows(grid, table) if grid.text(row, question)]
    profiles = profile_columns(grid, table, sampled(asked))
    choices = [column for column in find_choice_columns(grid, table, profiles) if column != question]
    identifier = find_identifier_column(profiles, question)
    answers = [AnswerRole(column, CHOICE, _("its cells offer a dropdown list")) for column in choices]
    legend = None
    if not choices:
        legend = find_legend(grid, set(asked), coded_columns(grid, profiles, sampled(asked)))
    answers += find_tick_columns(grid, table, profiles, question, choices, legend)
    chosen = sorted(answer.column for answer in answers)
    answers += find_written_columns(
        grid,
        table,
        profiles,
        question=question,
        excluded={identifier} if identifier else set(),
        chosen=chosen,
        legend=None if chosen else legend,
        named={} if choices else named_legends(grid, set(asked)),
    )
    answers = sorted(without_covered(grid, sampled(asked), answers), key=lambda answer: answer.column)
    section = find_section_column(profiles, question, identifier, {answer.column for answer in answers})
    rows = judged_rows(grid, table, question, identifier, answers, asked) or asked
    evidence = [
        _("Column %(column)s takes answers (%(role)s): %(reason)s.")
        % {"column": column_letters(answer.column), "role": _(answer.role), "reason": answer.reason}
        for answer in answers
    ]
    return Finding(table, question, identifier, section, answers, rows, evidence=evidence)


def given_answer(
    grid: Grid,
    found: Finding,
    column: int,
    role: str,
    reason: str,
    kind: str = VALUE,
    option: str | None = None,
    below: int = 0,
) -> AnswerRole:
    """An answer column by its role; what it allows is looked up in its title or in the sheet's legend."""
    allowed = None
    if kind == VALUE and role == CHOICE:
        allowed = options_in_title(found.table.titles.get(column, ""))
    elif role == CODE:
        allowed = find_legend(grid, set(found.rows))
    # In the question's own column the answer can only stand below.
    return AnswerRole(
        column, role, reason, kind, option, allowed, below=below or int(column == found.question)
    )


def read_anyway(grid: Grid) -> Finding | None:
    """The likeliest question table of a sheet that does not look as if it asked; None without any text rows."""
    best: Finding | None = None
    for table in find_tables(grid):
        profiles = profile_columns(grid, table, sampled(body_rows(grid, table)))
        choices = find_choice_columns(grid, table, profiles)
        for _score, column in find_question_columns(profiles, choices, {}, answered=False)[:1]:
            found = read_by_question(grid, table, column)
            if found.rows and (best is None or len(found.rows) > len(best.rows)):
                best = found
    return best


def table_around(grid: Grid, row: int | None) -> Table:
    """The stretch of the sheet to read: the table that holds `row`, or else the longest."""
    tables = find_tables(grid) or [Table((), 1, grid.height)]
    around = [table for table in tables if row is not None and table.first_row <= row <= table.last_row]
    return max(around or tables, key=lambda table: table.last_row - table.first_row)
