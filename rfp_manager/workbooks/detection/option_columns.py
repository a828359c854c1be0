"""Columns of which each stands for one option of a question, to be marked."""

from core.words import gettext as _
from rfp_manager.workbooks.detection.answers import AnswerRole
from rfp_manager.workbooks.detection.column_owners import is_for_reviewer
from rfp_manager.workbooks.detection.columns import ColumnProfile
from rfp_manager.workbooks.detection.headings import scale_columns
from rfp_manager.workbooks.detection.tables import Table
from rfp_manager.workbooks.detection.text_shape import normalised, word_count
from rfp_manager.workbooks.detection.vocabulary import is_option, mentions
from rfp_manager.workbooks.layout import CHOICE, TICK
from rfp_manager.workbooks.reading.grid import Grid
from rfp_manager.workbooks.reading.references import Area

# Widths of columns to be marked, in characters.
NARROW, CODE_WIDTH = 14, 8
_DENYING = {
    "not",
    "nicht",
    "no",
    "non",
    "pas",
    "ne",
    "n'est",
    "niet",
    "não",
    "inte",
    "ikke",
    "ei",
    "nie",
    "nem",
    "není",
    "nu",
}


def find_tick_columns(
    grid: Grid,
    table: Table,
    profiles: dict[int, ColumnProfile],
    question: int,
    choices: list[int],
    legend: tuple[str, ...] | None = None,
) -> list[AnswerRole]:
    """Runs of columns that each stand for one option, to be marked. `legend` has the codes that the sheet explains."""
    if not table.headings or choices:
        return []
    rows = table.headings[0].rows
    runs: list[list[int]] = []
    for column, profile in sorted(profiles.items()):
        fits = (
            column != question
            and profile.title
            and (profile.blank >= 0.95 or (profile.marks >= 0.9 and not profile.formulas))
            and profile.writable > 0.15
            and not profile.other_rules
        )
        if fits and runs and runs[-1][-1] == column - 1:
            runs[-1].append(column)
        elif fits:
            runs.append([column])
    found: list[AnswerRole] = []
    # Numbers over blank columns beside mere names are phases or months as likely as the steps of a scale.
    scaled = profiles[question].statements > 0.5 if question in profiles else False
    answered = not any(
        profile.blank >= 0.95 and mentions(profile.title, "answer") and not is_for_reviewer(profile.title)
        for profile in profiles.values()
    )
    for run in runs:
        for group, named in _groups(grid, rows, run):
            steps = _scale_steps(grid, rows, group) if scaled else set()
            members = _option_members(
                grid,
                rows,
                group,
                profiles,
                {*(legend or ()), *steps},
                grouped=named is not None,
                # Under a group title that says nothing of priorities, a column for each option is what is answered.
                answered=answered or (named is not None and not mentions(named, "customer")),
            )
            found += [
                AnswerRole(
                    column,
                    CHOICE,
                    _('each option has its own column to be marked; this one stands for "%(option)s"')
                    % {"option": option},
                    TICK,
                    option,
                )
                for column, option in members
            ]
    return found


def _scale_steps(grid: Grid, rows: tuple[int, ...], group: list[int]) -> set[str]:
    """The titles among the group's that number the steps of a scale."""
    scale = scale_columns(grid.row_texts(rows[-1]))
    return {grid.text(rows[-1], column) for column in group if column in scale}


def _groups(grid: Grid, rows: tuple[int, ...], run: list[int]) -> list[tuple[list[int], str | None]]:
    """The run cut along the group titles that are merged over its columns."""
    groups: list[tuple[list[int], str | None]] = []
    if len(rows) > 1:
        loose: list[int] = []
        for column in run:
            area = _group_title(grid, rows, column)
            if area is not None:
                name = grid.text(area.first_row, area.first_column)
                if groups and groups[-1][1] == name and area.first_column <= groups[-1][0][0]:
                    groups[-1][0].append(column)
                else:
                    groups.append(([column], name))
            else:
                loose.append(column)
        if loose:
            groups.append((loose, None))
        return groups
    return [(run, None)]


def _group_title(grid: Grid, rows: tuple[int, ...], column: int) -> Area | None:
    """The lowest of the titles above the last row of the heading that is merged over several columns."""
    for upper in reversed(rows[:-1]):
        area = grid.merge(upper, column)
        if area is not None and area.last_column > area.first_column and area.last_row < rows[-1]:
            return area
    return None


def _option_members(
    grid: Grid,
    rows: tuple[int, ...],
    group: list[int],
    profiles: dict[int, ColumnProfile],
    codes: set[str],
    *,
    grouped: bool,
    answered: bool,
) -> list[tuple[int, str]]:
    """The columns of the group that stand for options; none when they are rather several blanks to fill.

    `answered`: the form's answers may be given already. Marks in all rows are the customer's own where they are not.
    """
    options = [(column, grid.text(rows[-1], column) or profiles[column].title) for column in group]
    usual = [item for item in options if is_option(item[1]) or item[1] in codes]
    usual = usual if len(usual) >= 2 else _opposites(options) or _codes(options, profiles)
    marked = [item for item in options if profiles[item[0]].marks >= 0.9]
    if len(usual) >= 2:
        # Between two usual options stand others of the same question; what follows them is a comment.
        first, last = usual[0][0], usual[-1][0]
        return [
            item
            for item in options
            if first <= item[0] <= last
            or item in marked
            or (item[0] in (first - 1, last + 1) and _looks_like(item, usual, profiles))
            or (grouped and word_count(item[1]) <= 4 and not _is_remark(item[1]))
        ]
    if len(group) < 2:
        return []
    if sum(profiles[column].filled for column in group) >= 0.9 and len(marked) >= 2:
        if not answered:
            return []
        return [
            item
            for item in options
            if item in marked or (profiles[item[0]].filled == 0.0 and item[0] < marked[-1][0]) or grouped
        ]
    texts = [option for _, option in options]
    remarks = any(map(_is_remark, texts))
    short = all(word_count(text) <= 4 for text in texts) and len(set(map(normalised, texts))) == len(texts)
    widths = [profiles[column].width for column in group]
    narrow = max(widths) <= 14 and max(widths) - min(widths) <= 4
    return options if grouped and short and narrow and not remarks and len(group) >= 2 else []


def _looks_like(
    item: tuple[int, str], usual: list[tuple[int, str]], profiles: dict[int, ColumnProfile]
) -> bool:
    """The column beside usual options is one more, drawn as narrow as they are: "Roadmap" after Yes and No."""
    column, title = item
    width, widest = profiles[column].width, max(profiles[other].width for other, _ in usual)
    return (
        0 < width <= NARROW
        and abs(width - widest) <= 4
        and word_count(title) <= 3
        and not _is_remark(title)
        and not any(
            mentions(title, concept) for concept in ("answer", "customer", "log", "identifier", "measure")
        )
        and not is_for_reviewer(title)
    )


def _codes(options: list[tuple[int, str]], profiles: dict[int, ColumnProfile]) -> list[tuple[int, str]]:
    """Three or more narrow columns side by side under one or two capital letters each: S, C, D, N."""
    found = [
        (column, title)
        for column, title in options
        if len(title) <= 2
        and title.isalpha()
        and title.isupper()
        and 0 < profiles[column].width <= CODE_WIDTH
    ]
    together = len(found) >= 3 and found[-1][0] - found[0][0] == len(found) - 1
    return found if together else []


def _opposites(options: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Two columns of which one denies the other, "trifft zu" and "trifft nicht zu", and what stands between in part."""
    words = [option.casefold().split() for _, option in options]
    plain = [[word for word in said if word not in _DENYING] for said in words]
    for first, one in enumerate(plain):
        for last in range(first + 1, len(options)):
            between = words[first + 1 : last]
            denied = bool(one) and one == plain[last] and words[first] != words[last]
            if denied and all(set(one) < set(said) for said in between):
                return options[first : last + 1]
    return []


def _is_remark(title: str) -> bool:
    return mentions(title, "comment") or mentions(title, "evidence_link")
