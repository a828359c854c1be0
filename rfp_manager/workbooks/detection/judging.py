"""Judging one table: its columns, its question rows, the cells for its answers."""

from collections.abc import Sequence
from itertools import compress

from core.words import gettext as _
from rfp_manager.workbooks.detection.answers import (
    AnswerRole,
    find_choice_columns,
    find_written_columns,
)
from rfp_manager.workbooks.detection.bare_lists import beside_or_below, untitled_columns
from rfp_manager.workbooks.detection.columns import ColumnProfile, profile_columns
from rfp_manager.workbooks.detection.findings import Finding, weigh
from rfp_manager.workbooks.detection.legends import MOST, find_legend, named_legends
from rfp_manager.workbooks.detection.option_columns import find_tick_columns
from rfp_manager.workbooks.detection.roles import (
    QUESTION_SCORE,
    find_identifier_column,
    find_question_columns,
    find_section_column,
)
from rfp_manager.workbooks.detection.rows import question_rows
from rfp_manager.workbooks.detection.sure_rows import build_model
from rfp_manager.workbooks.detection.tables import Table, body_rows, sampled, side_by_side
from rfp_manager.workbooks.detection.text_shape import is_placeholder
from rfp_manager.workbooks.detection.vocabulary import announces_example, is_example, mentions
from rfp_manager.workbooks.layout import CHOICE, TICK
from rfp_manager.workbooks.reading.grid import Grid
from rfp_manager.workbooks.reading.references import Area

# So many rows at most show how to answer, so near below the sentence that says so.
EXAMPLE_ROWS, EXAMPLE_ABOVE = 5, 3


def judge_table(grid: Grid, table: Table, *, divide: bool = True) -> list[Finding]:
    """The question tables within a table: none, one, or several side by side."""
    rows = body_rows(grid, table)
    if not rows:
        return []
    whole = _judge(grid, table, rows)
    if divide:
        blocks = side_by_side(grid, table, sampled(rows))
        parts = [
            found for block in blocks for found in judge_table(grid, block, divide=False) if found.answers
        ]
        if len(parts) > 1:
            return parts
    return [whole] if whole is not None and whole.asks and not _is_shown(grid, whole) else []


def _is_shown(grid: Grid, finding: Finding) -> bool:
    """A few rows, answered, below a sentence that announces an example: how to fill in the other sheets."""
    if not finding.answers or len(finding.rows) > EXAMPLE_ROWS:
        return False
    first = finding.table.first_row
    above = [grid.row_texts(row) for row in range(max(first - EXAMPLE_ABOVE, 1), first)]
    if not any(len(cells) == 1 and announces_example(cells[0][1]) for cells in above):
        return False
    return all(
        any(
            (text := grid.text(row, answer.column)) and not is_placeholder(text) for answer in finding.answers
        )
        for row in finding.rows
    )


def _judge(grid: Grid, table: Table, rows: list[int]) -> Finding | None:
    sample = sampled(rows)
    profiles = profile_columns(grid, table, sample)
    finding = _assign(grid, table, profiles, sample, rows, known=None)
    if finding is None:
        return None
    if finding.rows and len(finding.rows) < len(rows):
        # Sections and hints blur the picture: look at the columns once more, on question rows alone.
        sample = sampled(finding.rows)
        profiles = profile_columns(grid, table, sample)
        finding = _assign(grid, table, profiles, sample, rows, known=finding) or finding
    weigh(grid, finding, profile_columns(grid, table, sampled(finding.rows)) if finding.rows else profiles)
    return finding


def _assign(
    grid: Grid,
    table: Table,
    profiles: dict[int, ColumnProfile],
    sample: list[int],
    rows: list[int],
    *,
    known: Finding | None,
) -> Finding | None:
    """The role of each column, and the question rows. `known` says which column asks, where that is known already."""
    choices = find_choice_columns(grid, table, profiles)
    whole = known.whole if known is not None else _question_column(grid, profiles, sample, choices)
    if whole is None:
        return None
    question = known.question if known is not None else finer_column(grid, profiles, sample, whole)
    choices = [column for column in choices if column != question]
    identifier = _identifier_column(profiles, question)
    explained = rows if known is None else sample
    answers = _titled_answers(grid, table, profiles, sample, question, identifier, choices, explained)
    bare = False
    if not answers and not table.headings and question in profiles:
        answers, rows, bare = beside_or_below(grid, profiles[question], sample, rows, table.last_column)
    if not answers and table.headings:
        answers = untitled_columns(grid, table, sample, question)
    answers = sorted(without_covered(grid, sample, answers), key=lambda answer: answer.column)
    taken = {answer.column for answer in answers}
    section = find_section_column(profiles, question, identifier, taken)
    if whole != question and section is None:
        section = whole
    asked = _asked_rows(grid, rows, question, taken)
    numbered = identifier in profiles and profiles[identifier].filled >= 0.4
    model = build_model(
        grid,
        asked,
        profiles,
        question=question,
        # Where most rows have no identifier, those without one are questions like the others.
        identifier=identifier if numbered else None,
        choices=tuple(choices),
        answers=tuple(sorted(taken)),
        marked={answer.column for answer in answers if answer.kind == TICK},
    )
    found = question_rows(model, asked)
    return Finding(table, question, identifier, section, answers, found, model=model, bare=bare, whole=whole)


def _identifier_column(profiles: dict[int, ColumnProfile], question: int) -> int | None:
    own = profiles.get(question)
    if own is not None and own.identifiers > 0.6:
        return question
    return find_identifier_column(profiles, question)


def _titled_answers(
    grid: Grid,
    table: Table,
    profiles: dict[int, ColumnProfile],
    sample: list[int],
    question: int,
    identifier: int | None,
    choices: list[int],
    explained: list[int],
) -> list[AnswerRole]:
    """Dropdowns, columns to be marked, and blank columns under a title; a legend stands outside of `explained`."""
    answers = [_choice(profiles[column]) for column in choices]
    legend = None
    if not choices:
        legend = find_legend(grid, set(explained), coded_columns(grid, profiles, sample))
    answers += find_tick_columns(grid, table, profiles, question, choices, legend)
    taken = {answer.column for answer in answers}
    answers += find_written_columns(
        grid,
        table,
        profiles,
        question=question,
        excluded={identifier} if identifier else set(),
        chosen=sorted(taken),
        legend=None if taken else legend,
        named={} if choices else named_legends(grid, set(explained)),
    )
    return answers


def _asked_rows(grid: Grid, rows: list[int], question: int, answers: set[int]) -> list[int]:
    """The rows with text in the question column, without those that show how to answer."""
    asked = list(compress(rows, grid.texts(question, rows)))
    answered = {row for column in answers for row in compress(asked, grid.filled(column, asked))}
    return [row for row in asked if row not in answered or not is_example_row(grid, row, question, answers)]


def _question_column(
    grid: Grid, profiles: dict[int, ColumnProfile], sample: list[int], choices: list[int]
) -> int | None:
    ruled = [row for row in sample if any(grid.has_list(row, column) for column in choices)]
    with_text: dict[int, float] = {}
    if ruled:
        with_text = {
            column: sum(bool(grid.text(*grid.anchor(row, column))) for row in ruled) / len(ruled)
            for column in profiles
        }
    answered = any(profiles[column].filled > 0.8 for column in choices)
    candidates = find_question_columns(profiles, choices, with_text, answered=answered)
    if not candidates or candidates[0][0] < QUESTION_SCORE:
        return None
    return candidates[0][1]


def without_covered(grid: Grid, rows: list[int], answers: list[AnswerRole]) -> list[AnswerRole]:
    """Without the columns whose cells are merged into those of a column before them."""
    return [
        answer
        for answer in answers
        if answer.below
        or 2 * sum(grid.anchor(row, answer.column)[1] < answer.column for row in rows) <= len(rows)
    ]


def coded_columns(grid: Grid, profiles: dict[int, ColumnProfile], rows: list[int]) -> list[set[str]]:
    """The texts of each column that the customer has filled with a few short codes."""
    return [
        {text for text in grid.texts(column, rows) if text}
        for column, profile in profiles.items()
        if profile.filled > 0.6 and profile.words < 1.5 and 1 < profile.values <= MOST
    ]


def finer_column(grid: Grid, profiles: dict[int, ColumnProfile], rows: list[int], question: int) -> int:
    """The column that parts each question, where `question` is merged over the rows of its parts; else `question`."""
    areas = [grid.merge(row, question) for row in rows if grid.text(row, question)]
    if sum(area is not None and area.last_row > area.first_row for area in areas) * 2 < max(len(areas), 1):
        return question
    for column in sorted(profiles):
        profile = profiles[column]
        if (
            column > question
            and profile.filled > 0.9
            and (profile.words >= 2 or (column == question + 1 and _tells_apart(grid, areas, column)))
            and max(profile.identifiers, profile.numbers, profile.lists, profile.options, profile.urls) < 0.3
            and not any(mentions(profile.title, concept) for concept in ("customer", "guidance", "answer"))
        ):
            return column
    return question


def _tells_apart(grid: Grid, areas: Sequence[Area | None], column: int) -> bool:
    """Each row of a question has another word there: "Detection", "Notification", "Follow-up"."""
    for area in areas:
        rows = range(area.first_row, area.last_row + 1) if area is not None else ()
        texts = [text.casefold() for row in rows if (text := grid.text(row, column))]
        if len(set(texts)) < len(rows) or not all(text[0].isalpha() for text in texts):
            return False
    return True


def is_example_row(grid: Grid, row: int, question: int, answers: set[int]) -> bool:
    """A row that shows how to answer: it says that it is an example, and is answered."""
    cells = grid.row_texts(row)
    named = cells[0][1] if cells[0][0] != question else grid.text(row, question)
    return is_example(named) and any(
        (text := grid.text(row, column)) and not is_placeholder(text) for column in answers
    )


def _choice(profile: ColumnProfile) -> AnswerRole:
    return AnswerRole(
        profile.column,
        CHOICE,
        _("%(share)s%% of its cells offer a dropdown list") % {"share": f"{profile.open_lists * 100:.0f}"},
    )
