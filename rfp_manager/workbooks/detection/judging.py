"""Judging one table: its columns, its question rows, the cells for its answers."""

from collections import Counter
from collections.abc import Sequence
from itertools import compress, pairwise

from core.words import gettext as _
from rfp_manager.workbooks.detection.answers import (
    AnswerRole,
    find_choice_columns,
    find_written_columns,
)
from rfp_manager.workbooks.detection.columns import ColumnProfile, profile_columns
from rfp_manager.workbooks.detection.findings import Finding, weigh
from rfp_manager.workbooks.detection.legends import MOST, find_legend
from rfp_manager.workbooks.detection.option_columns import find_tick_columns
from rfp_manager.workbooks.detection.requests import requests
from rfp_manager.workbooks.detection.roles import (
    QUESTION_SCORE,
    find_identifier_column,
    find_question_columns,
    find_section_column,
)
from rfp_manager.workbooks.detection.rows import build_model, question_rows
from rfp_manager.workbooks.detection.tables import Table, body_rows, sampled, side_by_side
from rfp_manager.workbooks.detection.text_shape import (
    asks,
    identifier_shape,
    is_placeholder,
    is_statement,
    leading_identifier,
)
from rfp_manager.workbooks.detection.vocabulary import is_example, mentions
from rfp_manager.workbooks.layout import CHOICE, NARRATIVE
from rfp_manager.workbooks.reading.grid import Grid

# A bare list of mixed sentences asks so many questions at least.
BARE_QUESTIONS = 3


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
    return [whole] if whole is not None and whole.asks else []


def _judge(grid: Grid, table: Table, rows: list[int]) -> Finding | None:
    sample = sampled(rows)
    profiles = profile_columns(grid, table, sample)
    finding = _assign(grid, table, profiles, sample, rows, fixed=None)
    if finding is None:
        return None
    if finding.rows and len(finding.rows) < len(rows):
        # Sections and hints blur the picture: look at the columns once more, on question rows alone.
        sample = sampled(finding.rows)
        profiles = profile_columns(grid, table, sample)
        finding = _assign(grid, table, profiles, sample, rows, fixed=finding.question) or finding
    weigh(grid, finding, profile_columns(grid, table, sampled(finding.rows)) if finding.rows else profiles)
    return finding


def _assign(
    grid: Grid,
    table: Table,
    profiles: dict[int, ColumnProfile],
    sample: list[int],
    rows: list[int],
    *,
    fixed: int | None,
) -> Finding | None:
    choices = find_choice_columns(grid, table, profiles)
    question = fixed if fixed is not None else _question_column(grid, profiles, sample, choices)
    if question is None:
        return None
    whole = question
    if fixed is None:
        question = finer_column(grid, profiles, sample, question)
    choices = [column for column in choices if column != question]
    own = profiles.get(question)
    identifier: int | None
    identifier = (
        question if own is not None and own.identifiers > 0.6 else find_identifier_column(profiles, question)
    )
    answers = [_choice(profiles[column]) for column in choices]
    legend, bare = None, False
    if not choices:
        legend = find_legend(
            grid, set(rows if fixed is None else sample), coded_columns(grid, profiles, sample)
        )
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
    )
    if not answers and not table.headings and own is not None and _is_bare_list(grid, own, sample):
        boxed = [row for row in sample if _is_boxed_below(grid, row, question)]
        if len(boxed) >= 0.8 * len(sample):
            answers.append(
                AnswerRole(question, NARRATIVE, _("a framed blank cell stands below each question"), below=1)
            )
            rows = [row for row in rows if _is_boxed_below(grid, row, question)]
        else:
            answers += _next_column(grid, sample, question, table.last_column)
            bare = bool(answers)
            rows = _numbered_alike(rows, grid.texts(question, rows)) if bare else rows
    if not answers and table.headings:
        answers += _untitled_column(grid, table, sample, question)
    answers = sorted(without_covered(grid, sample, answers), key=lambda answer: answer.column)
    taken = {answer.column for answer in answers}
    section = find_section_column(profiles, question, identifier, taken)
    if whole != question and section is None:
        section = whole
    asked = list(compress(rows, grid.texts(question, rows)))
    answered = {row for column in taken for row in compress(asked, grid.filled(column, asked))}
    asked = [row for row in asked if row not in answered or not is_example_row(grid, row, question, taken)]
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
    )
    found = question_rows(model, asked)
    return Finding(table, question, identifier, section, answers, found, model=model, bare=bare)


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
            and profile.words >= 2
            and max(profile.identifiers, profile.numbers, profile.lists, profile.options, profile.urls) < 0.3
            and not any(mentions(profile.title, concept) for concept in ("customer", "guidance", "answer"))
        ):
            return column
    return question


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


def _is_bare_list(grid: Grid, own: ColumnProfile, rows: list[int]) -> bool:
    """Questions alone, perhaps with requests and requirements among them. Texts that answer themselves are not."""
    texts = [text for text in grid.texts(own.column, rows) if text]
    asking = [text for text in texts if asks(text)]
    if 2 * sum(asks(text[-2:]) for text in asking) < len(asking):
        return False
    numbered = sum(leading_identifier(text) is not None for text in texts)
    if own.asking >= 0.7 or (own.asking >= 0.4 and numbered >= 0.6 * len(texts)):
        return True
    # Instructions tell what to do as well: some questions must be among the requests.
    longer = list(filter(is_statement, texts))
    if len(asking) < BARE_QUESTIONS or len(asking) < 0.2 * len(longer) or len(longer) < 0.7 * len(texts):
        return False
    asked = sum(map(requests, longer))
    if numbered >= 0.6 * len(longer):
        return asked >= 0.3 * len(longer)
    if asked < 0.4 * len(longer):
        return False
    return asked - len(asking) >= 0.1 * len(longer) or not _are_answered_below(texts)


def _numbered_alike(rows: list[int], texts: Sequence[str]) -> list[int]:
    """The rows that are numbered as most are, where nearly all are: titles between them are not, or otherwise."""
    numbers = [parts[0] if (parts := leading_identifier(text)) else "" for text in texts]
    shapes = Counter(identifier_shape(number) for number in numbers if number)
    if shapes.total() < 0.7 * sum(map(is_statement, texts)):
        return rows
    usual = {shape for shape, count in shapes.items() if count >= max(2.0, 0.15 * shapes.total())}
    return [
        row for row, number in zip(rows, numbers, strict=True) if number and identifier_shape(number) in usual
    ]


def _are_answered_below(texts: list[str]) -> bool:
    """Questions and answers take turns, as on a page of frequent ones."""
    followed = [not asks(below) for text, below in pairwise(texts) if asks(text)]
    return sum(followed) > 0.8 * len(followed)


def _is_boxed_below(grid: Grid, row: int, question: int) -> bool:
    """Forms for writing by hand leave a framed blank under each question."""
    area = grid.merge(row + 1, question)
    wide = area is not None and area.first_row == row + 1 and area.last_column > question
    return not grid.text(row + 1, question) and (wide or grid.style(row + 1, question).filled)


def _untitled_column(grid: Grid, table: Table, rows: list[int], question: int) -> list[AnswerRole]:
    """Beside the questions, where the heading says nothing: blank cells with frames or a colour of their own."""
    column = question + 1
    if column > table.last_column or any(grid.text(*grid.anchor(row, column)) for row in rows):
        return []
    drawn = sum(
        (style := grid.style(row, column)).framed
        or (style.filled and style.look != grid.style(row, question).look)
        for row in rows
        if grid.is_writable(row, column)
    )
    if drawn < 0.8 * len(rows):
        return []
    return [AnswerRole(column, NARRATIVE, _("it is drawn as the blank field beside each question"))]


def _next_column(grid: Grid, rows: list[int], question: int, last: int) -> list[AnswerRole]:
    """A bare list of questions is answered beside each, when that column is blank."""
    column = question + 1
    if column > last or any(grid.text(*grid.anchor(row, column)) for row in rows):
        return []
    return [AnswerRole(column, NARRATIVE, _("it is the blank column beside a bare list of questions"))]
