"""Which columns of a table take the answers: dropdowns and blank titled columns. `option_columns` has the others."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.words import gettext as _
from rfp_manager.workbooks.detection.column_owners import is_for_reviewer, is_suppliers_reply, scores_supplier
from rfp_manager.workbooks.detection.columns import ColumnProfile
from rfp_manager.workbooks.detection.judges import following_judgement, grouped_with_scores, judged_by_others
from rfp_manager.workbooks.detection.series import engagements
from rfp_manager.workbooks.detection.tables import Table
from rfp_manager.workbooks.detection.text_shape import asks, normalised
from rfp_manager.workbooks.detection.title_options import asks_for_link, names_options, options_in_title
from rfp_manager.workbooks.detection.vocabulary import mentions
from rfp_manager.workbooks.layout import CHOICE, CODE, EVIDENCE, NARRATIVE, VALUE
from rfp_manager.workbooks.reading.grid import Grid

BLANK_SHARE = 0.6
NARRATIVE_SCORE = 2.0
_ASKING_TITLES = ("answer", "comment", "evidence_link")


@dataclass(frozen=True, slots=True)
class AnswerRole:
    """One answer column, with the sentence that says why."""

    column: int
    role: str
    reason: str
    kind: str = VALUE
    option: str | None = None
    allowed: tuple[str, ...] | None = None
    # So many rows under its question the answer stands; NEXT_BOX: in the first drawn blank under it; OPTION_ROWS: in
    # one of the rows that list its options.
    below: int = 0


def find_choice_columns(grid: Grid, table: Table, profiles: dict[int, ColumnProfile]) -> list[int]:
    """Columns with dropdowns that are left for the reader of the form to use."""
    titled = bool(table.headings)
    found = []
    for column, profile in profiles.items():
        if profile.open_lists * profile.rows < 1 or profile.open_lists < 0.02:
            continue
        if profile.writable < 0.15 or (titled and not profile.title and _is_stray_list(grid, table, profile)):
            continue
        found.append(column)
    # A list on a few rows, beside one on most of them, belongs to something else.
    most = max((profiles[column].open_lists for column in found), default=0.0)
    found = [column for column in found if profiles[column].open_lists >= min(0.15, 0.25 * most)]
    # A list that the customer has filled in, beside one that is still open, is the customer's own remark.
    still_open = [column for column in found if not _is_filled_in(profiles[column])]
    if still_open and len(still_open) < len(found):
        found = [
            column for column in found if column in still_open or mentions(profiles[column].title, "answer")
        ]
    judging = grouped_with_scores(profiles)
    outside = [
        column for column in found if not is_for_reviewer(profiles[column].title) and column not in judging
    ]
    # Where the only lists are the reviewer's, the answers are written, if there is a column for them.
    return outside or ([] if any(map(_takes_words, profiles.values())) else found)


def _takes_words(profile: ColumnProfile) -> bool:
    return (
        profile.blank > BLANK_SHARE
        and mentions(profile.title, "answer")
        and not is_for_reviewer(profile.title)
    )


def _is_stray_list(grid: Grid, table: Table, profile: ColumnProfile) -> bool:
    """A dropdown under no title: on a few rows only, or left over from a rule that was drawn too far."""
    if profile.open_lists < 0.5:
        return True
    return any(grid.has_list(row, profile.column) for row in table.heading_rows)


def _is_filled_in(profile: ColumnProfile) -> bool:
    """Chosen already. The same in all rows is a default, unless the title says that the customer has set it."""
    set_by_customer = mentions(profile.title, "customer") and not mentions(profile.title, "answer")
    return profile.blank < 0.15 and (profile.top_share < 0.9 or set_by_customer)


def find_written_columns(
    grid: Grid,
    table: Table,
    profiles: dict[int, ColumnProfile],
    *,
    question: int,
    excluded: set[int],
    chosen: list[int],
    legend: tuple[str, ...] | None,
    named: Mapping[str, tuple[str, ...]],
) -> list[AnswerRole]:
    """Blank columns under a title, right of the question, that take text, links or a legend's codes.

    `legend` are the codes that the sheet explains, `named` those that it explains under the title of a column.
    """
    found: list[AnswerRole] = []
    accepted = set(chosen)
    answered = any(_is_filled_in(profiles[column]) for column in chosen)
    counted = engagements(profile.title for profile in profiles.values())
    scored = any(scores_supplier(profile.title) for profile in profiles.values())
    judging = (
        judged_by_others(profiles, chosen) | grouped_with_scores(profiles) | following_judgement(profiles)
    )
    blank = [
        column
        for column, profile in profiles.items()
        if column > question and profile.title and profile.blank > 0.95 and not profile.formulas
    ]
    elsewhere = bool(chosen) or any(
        _takes_words(profiles[column]) and not mentions(profiles[column].title, "comment") for column in blank
    )
    # Of several columns to be marked each row uses one.
    used = sum(1.0 - profiles[column].blank for column in chosen)
    for column in sorted(profiles):
        profile = profiles[column]
        if column == question or column in excluded or column in accepted:
            continue
        if (not profile.title and table.headings) or (profile.filled and names_options(profile.title)):
            continue
        filled_in = (
            answered
            and column - 1 in accepted
            and (profile.words > 8 or _is_suppliers_comment(profile))
            and not (profile.formulas or profile.hidden)
        )
        # As many as are chosen elsewhere: what is filled beside open lists is the answer that the customer expects.
        as_many = not chosen or 1.0 - profile.blank <= used + 0.05
        if as_many and _is_answered_choice(profile, question):
            accepted.add(column)
            used = max(used, 1.0 - profile.blank)
            found.append(
                AnswerRole(column, CHOICE, _("it is titled as the answer and holds only a few usual options"))
            )
            continue
        begun = column > question and _is_begun(profile, used, answered=table.answered)
        if not (filled_in or begun or _could_be_written(profile)):
            continue
        score, why = _written_score(
            profile, question, accepted, protected=grid.facts.protected, elsewhere=elsewhere
        )
        codes = named.get(normalised(profile.title))
        score += 2.0 if codes or profile.title in counted else 0.0
        if filled_in:
            score, why = score + 2.0, [_("it carries long answers beside the choices that are made")]
        if blank == [column] and not accepted:
            score, why = score + 1.0, [*why, _("no other titled column is blank")]
        if scored and (is_for_reviewer(profile.title) or not mentions(profile.title, "answer")):
            continue  # whoever compares the suppliers gives the reasons as well
        if score < NARRATIVE_SCORE or (accepted and (is_for_reviewer(profile.title) or column in judging)):
            continue
        accepted.add(column)
        used = max(used, 1.0 - profile.blank)
        explained = codes or (legend if not found and not chosen else None)
        found.append(_written_role(profile, why, explained))
    if not scored:
        between = [
            profiles[column] for column in blank if column not in accepted and _is_between(column, accepted)
        ]
        found += [
            _written_role(profile, [_("it is blank between columns that take answers")], None)
            for profile in between
            if _offers(profile)
        ]
    return found


def _is_between(column: int, accepted: set[int]) -> bool:
    return min(accepted, default=column) < column < max(accepted, default=column)


def _offers(profile: ColumnProfile) -> bool:
    """Release, effort, page: what a supplier says of the thing that it has just answered for."""
    title = profile.title
    if profile.hidden or profile.lists or profile.writable < 0.15 or is_for_reviewer(title):
        return False
    # "Version" and "date" are the customer's own elsewhere, among other things in logs.
    return any(mentions(title, concept) for concept in ("measure", "log", "reference"))


def _is_suppliers_comment(profile: ColumnProfile) -> bool:
    """Said to be the supplier's own words; "Comment" alone may be the customer's."""
    return profile.words > 2 and mentions(profile.title, "supplier") and mentions(profile.title, "comment")


def _is_answered_choice(profile: ColumnProfile, question: int) -> bool:
    """A column without dropdowns in which somebody has already chosen among the usual options."""
    return (
        profile.column > question
        and mentions(profile.title, "answer")
        and profile.filled > 0.3
        and profile.options > 0.95
        and not profile.formulas
        and not mentions(profile.title, "customer")
    )


def _is_begun(profile: ColumnProfile, used: float, *, answered: bool) -> bool:
    """Somebody has answered some of the rows: words here are about as many as choices, or some rows are blank."""
    title = profile.title
    if profile.formulas or profile.hidden or mentions(title, "customer") or is_for_reviewer(title):
        return False
    if mentions(title, "guidance") and not mentions(title, "comment"):
        return False
    if mentions(title, "answer"):
        # Said to be the supplier's, it may be answered in all rows; otherwise that could be a log of answers given.
        # "Supplier" alone may be a column of their names.
        few = 0.03 if mentions(title, "reply") or mentions(title, "comment") else 0.2
        whole = is_suppliers_reply(title) or (answered and mentions(title, "reply"))
        return profile.words > 1 and (profile.blank > few or whole)
    beside = mentions(title, "comment") or mentions(title, "evidence_link")
    return beside and profile.blank > 0.03 and 1.0 - profile.blank <= used + 0.05


def _could_be_written(profile: ColumnProfile) -> bool:
    if profile.writable < 0.15 or profile.formulas > 0.5:
        return False
    asked_for = mentions(profile.title, "answer") or mentions(profile.title, "comment")
    if profile.filled > 0.5 and mentions(profile.title, "help") and not asked_for:
        return False
    guides = mentions(profile.title, "guidance") and profile.filled > 0.9
    needed = BLANK_SHARE if asked_for or profile.words > 3 else 0.85
    return profile.blank >= needed or bool(
        profile.other_rules > 0.5
        or (profile.top_share > 0.9 and asked_for and profile.words > 2 and not guides)
    )


def _written_score(
    profile: ColumnProfile, question: int, accepted: set[int], *, protected: bool, elsewhere: bool
) -> tuple[float, list[str]]:
    title = profile.title
    score, why = 0.0, [_("%(share)s%% of its cells are blank") % {"share": f"{profile.blank * 100:.0f}"}]
    listed = options_in_title(title) is not None
    if listed or asks(title) or any(mentions(title, concept) for concept in _ASKING_TITLES):
        score += 2.5
        why.append(_('its title "%(title)s" asks for an answer') % {"title": _short(title)})
    if mentions(title, "customer"):
        score -= 1.5
    if mentions(title, "guidance") and not mentions(title, "comment"):
        score -= 1.5
    if profile.column < question:
        # "Yes/No" before the question is plain enough, and so is "Answer" where there is no other place for it.
        plain = listed or (not elsewhere and profile.column == question - 1 and mentions(title, "answer"))
        score -= 0.5 if plain else 3.0
    else:
        score += 1.0
    if profile.column - 1 in accepted or profile.column - 1 == question:
        score += 1.5 if profile.column - 1 in accepted else 1.0
        why.append(_("it stands right beside the question or another answer"))
    score += 0.5 if profile.blank >= 0.98 else 0.0
    if profile.width:
        score += 0.6 if profile.width >= 24 else -0.6 if profile.width < 9 else 0.0
    if protected:
        score += 2.5 if profile.writable > 0.5 else 0.0
        why.append(_("its cells are the unlocked ones of a protected sheet"))
    score += 1.0 if profile.other_rules > 0.5 else 0.0
    score -= 2.0 if profile.hidden else 0.0
    return score, why


def _written_role(profile: ColumnProfile, why: list[str], explained: tuple[str, ...] | None) -> AnswerRole:
    title = profile.title
    listed = options_in_title(title)
    reason = ", ".join(why)
    if listed and not mentions(title, "comment"):
        return AnswerRole(
            profile.column,
            CHOICE,
            _("%(reason)s, and the title lists its options") % {"reason": reason},
            allowed=listed,
        )
    if explained and not mentions(title, "comment"):
        return AnswerRole(
            profile.column,
            CODE,
            _("%(reason)s, and a legend on the sheet explains the codes") % {"reason": reason},
            allowed=explained,
        )
    if asks_for_link(title):
        return AnswerRole(
            profile.column,
            EVIDENCE,
            _("%(reason)s; it asks for a link or an attachment") % {"reason": reason},
        )
    return AnswerRole(profile.column, NARRATIVE, reason)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."
