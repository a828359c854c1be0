"""Judging one table: its columns, its question rows, and how surely it asks anything."""

from dataclasses import dataclass, field
from itertools import compress

from core.words import gettext as _
from rfp_manager.workbooks.detection.answers import (
    AnswerRole,
    find_choice_columns,
    find_written_columns,
)
from rfp_manager.workbooks.detection.columns import ColumnProfile, profile_columns
from rfp_manager.workbooks.detection.legends import find_legend
from rfp_manager.workbooks.detection.option_columns import find_tick_columns
from rfp_manager.workbooks.detection.roles import (
    QUESTION_SCORE,
    find_identifier_column,
    find_question_columns,
    find_section_column,
)
from rfp_manager.workbooks.detection.rows import RowModel, build_model, question_rows
from rfp_manager.workbooks.detection.tables import Table, body_rows, sampled, side_by_side
from rfp_manager.workbooks.detection.vocabulary import mentions
from rfp_manager.workbooks.layout import CHOICE, CODE, NARRATIVE, TICK
from rfp_manager.workbooks.reading.grid import Grid
from rfp_manager.workbooks.reading.references import column_letters

ASKING_SCORE = 3.0
# So many columns named like those of a change log make a table one: version, date, author.
LOG_COLUMNS = 3


@dataclass
class Finding:
    """What a table turned out to be. `rows` are its question rows."""

    table: Table
    question: int
    identifier: int | None
    section: int | None
    answers: list[AnswerRole]
    rows: list[int]
    score: float = 0.0
    evidence: list[str] = field(default_factory=list)
    model: RowModel | None = None

    @property
    def asks(self) -> bool:
        return self.score >= ASKING_SCORE and bool(self.rows)

    def same_columns(self, other: "Finding") -> bool:
        mine = [(answer.column, answer.role) for answer in self.answers]
        return self.question == other.question and mine == [
            (answer.column, answer.role) for answer in other.answers
        ]


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
    _weigh(grid, finding, profile_columns(grid, table, sampled(finding.rows)) if finding.rows else profiles)
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
    choices = [column for column in choices if column != question]
    own = profiles.get(question)
    identifier: int | None
    identifier = (
        question if own is not None and own.identifiers > 0.6 else find_identifier_column(profiles, question)
    )
    answers = [_choice(profiles[column]) for column in choices]
    answers += find_tick_columns(grid, table, profiles, question, choices)
    taken = {answer.column for answer in answers}
    legend = None if taken else find_legend(grid, set(rows if fixed is None else sample))
    answers += find_written_columns(
        grid,
        table,
        profiles,
        question=question,
        excluded={identifier} if identifier else set(),
        chosen=sorted(taken),
        legend=legend,
    )
    if not answers and not table.headings and own is not None and own.asking >= 0.7:
        answers += _cell_below(grid, sample, question)
        answers = answers or _next_column(grid, sample, question, table.last_column)
    answers.sort(key=lambda answer: answer.column)
    taken = {answer.column for answer in answers}
    section = find_section_column(profiles, question, identifier, taken)
    asked = list(compress(rows, grid.texts(question, rows)))
    model = build_model(
        grid,
        asked,
        profiles,
        question=question,
        identifier=identifier,
        choices=tuple(choices),
        answers=tuple(sorted(taken)),
    )
    found = question_rows(model, asked)
    return Finding(table, question, identifier, section, answers, found, model=model)


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


def _choice(profile: ColumnProfile) -> AnswerRole:
    return AnswerRole(
        profile.column,
        CHOICE,
        _("%(share)s%% of its cells offer a dropdown list") % {"share": f"{profile.open_lists * 100:.0f}"},
    )


def _cell_below(grid: Grid, rows: list[int], question: int) -> list[AnswerRole]:
    """Forms for writing by hand leave a framed blank under each question."""
    framed = 0
    for row in rows:
        area = grid.merge(row + 1, question)
        wide = area is not None and area.first_row == row + 1 and area.last_column > question
        if grid.text(row + 1, question) or not (wide or grid.style(row + 1, question).filled):
            continue
        framed += 1
    if framed < 0.8 * len(rows):
        return []
    return [AnswerRole(question, NARRATIVE, _("a framed blank cell stands below each question"), below=1)]


def _next_column(grid: Grid, rows: list[int], question: int, last: int) -> list[AnswerRole]:
    """A bare list of questions is answered beside each, when that column is blank."""
    column = question + 1
    if column > last or any(grid.text(*grid.anchor(row, column)) for row in rows):
        return []
    return [AnswerRole(column, NARRATIVE, _("it is the blank column beside a bare list of questions"))]


def _weigh(grid: Grid, finding: Finding, profiles: dict[int, ColumnProfile]) -> None:
    """The score that decides whether the table asks, and the sentences that explain it."""
    own = profiles.get(finding.question)
    if own is None or not finding.rows:
        return
    letter = column_letters(finding.question)
    roles = {answer.role for answer in finding.answers}
    score = -1.0
    say = finding.evidence.append
    say(
        _(
            "Column %(letter)s is the question: %(filled)s%% of the rows have text there, %(words)s "
            "words long on average, %(asking)s%% with a question mark."
        )
        % {
            "letter": letter,
            "filled": f"{own.filled * 100:.0f}",
            "words": f"{own.words:.0f}",
            "asking": f"{own.asking * 100:.0f}",
        }
    )
    score += 2.0 * own.asking + 1.5 * own.statements
    if own.words < 2.6 and finding.identifier != finding.question:
        score -= 1.5
    if own.distinct < 0.5:
        score -= 1.0
    if mentions(own.title, "question"):
        score += 0.7
    if len(finding.rows) < 3:
        score -= 1.5
    score += _score_of_answers(finding, profiles)
    if NARRATIVE in roles and CHOICE in roles:
        score += 0.5
    if finding.answers and grid.facts.protected:
        score += 1.5
    if finding.identifier is not None:
        score += 0.8
        say(
            _("Column %(column)s holds short identifiers, mostly different.")
            % {"column": column_letters(finding.identifier)}
        )
    score += _score_of_regularity(finding, profiles)
    if not finding.answers:
        score += _score_without_answers(finding, profiles, own)
    if any(profile.dates > 0.6 and profile.filled > 0.5 for profile in profiles.values()):
        score -= 1.5
    if own.formulas > 0.9 and own.statements < 0.5:
        score -= 2.0
    if sum(mentions(profile.title, "log") for profile in profiles.values()) >= LOG_COLUMNS:
        score -= 2.0
    for answer in finding.answers:
        say(
            _("Column %(column)s takes answers (%(role)s): %(reason)s.")
            % {"column": column_letters(answer.column), "role": _(answer.role), "reason": answer.reason}
        )
    if finding.section is not None:
        say(
            _("Column %(column)s names the section: its texts recur.")
            % {"column": column_letters(finding.section)}
        )
    finding.score = score


def _score_of_answers(finding: Finding, profiles: dict[int, ColumnProfile]) -> float:
    """Dropdowns and option columns say more than blank cells, the more rows have them."""
    listed = max(
        (profiles[a.column].open_lists for a in finding.answers if a.column in profiles), default=0.0
    )
    if any(answer.kind == TICK for answer in finding.answers):
        listed = 1.0
    if listed:
        return min(3.0, 4.0 * listed)
    if any(answer.role in (CHOICE, CODE) for answer in finding.answers):
        return 2.5
    if not finding.answers:
        return 0.0
    titles = [profiles[answer.column].title for answer in finding.answers if answer.column in profiles]
    return 2.0 if any(mentions(title, "answer") for title in titles) else 1.2


def _score_of_regularity(finding: Finding, profiles: dict[int, ColumnProfile]) -> float:
    """Short labels ask too, when every row has an identifier and a blank under a title; price lists do not."""
    written = [profiles[a.column] for a in finding.answers if a.column in profiles and a.kind != TICK]
    if not written or not finding.table.headings:
        return 0.0
    score = 0.0
    numbered = finding.identifier not in (None, finding.question) and len(finding.rows) >= 4
    if numbered and all(profile.blank > 0.95 or profile.open_lists > 0.9 for profile in written):
        score += 1.5 if any(mentions(profile.title, "answer") for profile in written) else 1.0
    taken = {finding.question, finding.identifier, *(answer.column for answer in finding.answers)}
    numeric = [
        p for column, p in profiles.items() if column not in taken and p.filled > 0.8 and p.numbers > 0.9
    ]
    if any(p.formulas > 0.8 for p in numeric) and any(not p.formulas for p in numeric):
        score -= 2.0
    return score


def _score_without_answers(finding: Finding, profiles: dict[int, ColumnProfile], own: ColumnProfile) -> float:
    """A list of questions with no place for answers still asks; a list of answered ones does not."""
    for column, profile in profiles.items():
        if column > finding.question and profile.filled > 0.85 and profile.words > 8:
            return -3.0
        if profile.lists > 0.3 and profile.open_lists < 0.1 * profile.lists:
            finding.evidence.append(
                _("Its dropdown cells hold formulas: the sheet repeats answers given elsewhere.")
            )
            return -4.0
    score = 0.0 if own.asking >= 0.3 and finding.identifier is not None else -2.0
    if mentions(own.title, "question"):
        score += 1.0
    return score
