"""Which column of a table asks, which identifies, which names the section; scored, never looked up."""

import math

from rfp_manager.workbooks.detection.column_owners import is_suppliers_reply
from rfp_manager.workbooks.detection.columns import ColumnProfile
from rfp_manager.workbooks.detection.vocabulary import mentions

QUESTION_SCORE = 2.0
# Titles of sections leave fewer rows than this without a question.
REMARKED = 0.75


def find_question_columns(
    profiles: dict[int, ColumnProfile],
    choices: list[int],
    ruled_filled: dict[int, float],
    *,
    answered: bool,
) -> list[tuple[float, int]]:
    """Candidates for the question column, best first.

    `choices` are the columns with open dropdowns; `ruled_filled` says, by column, on which share of the rows
    with such a dropdown the column holds text; `answered`, that the dropdowns are mostly used already.
    """
    first_choice = min(choices, default=None)
    named = [
        column
        for column, profile in profiles.items()
        if mentions(profile.title, "question") and profile.filled
    ]
    found = []
    for column, profile in profiles.items():
        if not profile.filled or column in choices:
            continue
        score = _question_score(profile, ruled_filled.get(column))
        if first_choice is not None:
            # Text right of the choices is a hint, or the remark that somebody made with the choice.
            score += 1.2 if column < first_choice else -3.2 if answered else -2.0
        if column not in named and min(named, default=column) < column and mentions(profile.title, "answer"):
            score -= 1.7  # answers that are written already, longer than what they answer
        elif column not in named and _answers_another(profiles, profile):
            score -= 1.7
        found.append((score, column))
    found.sort(key=lambda item: (-round(item[0], 1), item[1]))
    return found


def _answers_another(profiles: dict[int, ColumnProfile], profile: ColumnProfile) -> bool:
    """Titled as the supplier's or as a remark, and written in some rows only: a column before it has texts in more."""
    before = [other for column, other in profiles.items() if column < profile.column and other.title]
    reply = is_suppliers_reply(profile.title)
    supplied = reply or (mentions(profile.title, "supplier") and profile.filled <= 0.9)
    remarked = mentions(profile.title, "comment") and (
        profile.filled <= REMARKED or any(mentions(other.title, "supplier") for other in before)
    )
    if not supplied and not remarked:
        return False
    return any(
        other.filled > (0.6 if reply else max(profile.filled + 0.05, 0.6))
        and other.distinct > 0.9
        and other.words > 1.2
        and other.identifiers < 0.3
        for other in before
    )


def _question_score(profile: ColumnProfile, ruled: float | None) -> float:
    score = 2.2 * min(math.log1p(profile.words) / math.log1p(14), 1.0)
    score += 2.0 * profile.asking + 1.2 * profile.statements
    score += 1.2 * profile.distinct + 1.6 * min(profile.filled * 1.2, 1.0)
    score -= 2.5 * profile.urls + 2.0 * profile.numbers + 2.0 * profile.dates + 2.0 * profile.marks
    score -= 2.5 * profile.identifiers + 3.0 * profile.lists
    if ruled is not None:
        score += 3.0 * ruled - 1.0
    if profile.hidden:
        score -= 2.0
    if profile.values < 3 and profile.rows > 6:
        score -= 2.0
    title = profile.title
    if mentions(title, "question") and not mentions(title, "help"):
        score += 0.9
    elif mentions(title, "help"):
        score -= 2.2
    elif mentions(title, "comment") or mentions(title, "guidance"):
        score -= 0.8
    if mentions(title, "answer") and not mentions(title, "question"):
        score -= 0.8
    return score


def find_identifier_column(profiles: dict[int, ColumnProfile], question: int) -> int | None:
    """A column of short, mostly different codes; the one left of the question and furthest left wins."""
    best: tuple[float, int] | None = None
    for column, profile in profiles.items():
        # A titled column may number the main questions only, or be merged over their parts.
        sparse = column < question and profile.identifiers > 0.9 and mentions(profile.title, "identifier")
        if column == question or profile.filled < (0.15 if sparse else 0.4) or profile.lists > 0.3:
            continue
        score = 2.5 * profile.identifiers + 1.5 * profile.distinct + 0.8 * profile.filled
        score -= 1.5 if profile.words > 4 else 0.0
        score += 1.0 if column < question else -0.6
        score += 0.8 if mentions(profile.title, "identifier") else 0.0
        score -= 1.5 if mentions(profile.title, "customer") and profile.distinct < 0.9 else 0.0
        # Numbers that begin anew in each section recur; under their own title they are identifiers all the same.
        restarting = column < question and profile.identifiers > 0.9 and mentions(profile.title, "identifier")
        if profile.identifiers < 0.5 or profile.distinct < (0.05 if restarting else 0.45):
            continue
        if column > question and profile.serials > 0.9 and not mentions(profile.title, "identifier"):
            continue
        if column > question and any(
            mentions(profile.title, concept) for concept in ("comment", "evidence_link")
        ):
            continue  # "doc 3.pdf" is what somebody attached
        # A serial number beside a real identifier is the poorer name of the two; a hidden key is no name at all.
        score -= 0.5 * profile.serials
        score -= 1.2 if profile.hidden else 0.0
        if best is None or score > best[0] + 0.35:
            best = (score, column)
    return best[1] if best and best[0] >= 3.0 else None


def find_section_column(
    profiles: dict[int, ColumnProfile], question: int, identifier: int | None, taken: set[int]
) -> int | None:
    """A column of names that recur, or that stand only where a new section begins."""
    best: tuple[float, int] | None = None
    for column, profile in profiles.items():
        if column in (question, identifier) or column in taken or not profile.filled:
            continue
        if profile.values < 2 or profile.words > 8 or profile.numbers > 0.3 or profile.marks or profile.urls:
            continue
        recurring = profile.filled > 0.6 and profile.distinct < 0.5
        sparse = 0.01 < profile.filled <= 0.6 and profile.values > 1 and column < question
        if not (recurring or sparse) or profile.identifiers > 0.6:
            continue
        score = 1.0 + (1.5 if column < question else -0.5)
        score += 1.0 if mentions(profile.title, "section") else 0.0
        score -= 1.5 if mentions(profile.title, "customer") or mentions(profile.title, "guidance") else 0.0
        score -= 0.5 if profile.words < 1.2 else 0.0
        score -= 0.6 if profile.hidden else 0.0
        if best is None or score > best[0] + 0.05:
            best = (score, column)
    return best[1] if best and best[0] >= 1.5 else None
