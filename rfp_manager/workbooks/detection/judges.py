"""Columns of those who judge the supplier, whoever they are: "SQE score", "SQE remarks" beside "Supplier remarks"."""

from collections.abc import Collection, Mapping

from rfp_manager.workbooks.detection.column_owners import is_for_reviewer, is_own, judges
from rfp_manager.workbooks.detection.columns import ColumnProfile
from rfp_manager.workbooks.detection.vocabulary import mentions

# Shorter words say little: "of", "the", "date".
TELLING = 5
# What joins the titles above one another.
_OVER = " / "
_KNOWN = ("answer", "comment", "evidence_link", "customer", "question", "guidance")


def judged_by_others(profiles: Mapping[int, ColumnProfile], chosen: Collection[int]) -> set[int]:
    """The remarks of those who have a score of their own, where the supplier has other remarks.

    `chosen` are the columns of the supplier's choices, which are nobody's scores.
    """
    titles = {column: profile.title for column, profile in profiles.items() if column not in chosen}
    if not any(mentions(title, "supplier") and mentions(title, "comment") for title in titles.values()):
        return set()
    scoring = {_owner(title) for title in titles.values() if mentions(title, "customer")} - {""}
    return {
        column for column, title in titles.items() if mentions(title, "comment") and _owner(title) in scoring
    }


def following_judgement(profiles: Mapping[int, ColumnProfile]) -> set[int]:
    """What goes on about a column of the customer's people right before: "Insurer validation", "Validation date"."""
    found: set[int] = set()
    for column, profile in sorted(profiles.items()):
        before = profiles.get(column - 1)
        if before is None or not (is_for_reviewer(before.title) or column - 1 in found):
            continue
        shared = _telling_words(profile.title) & _telling_words(before.title)
        if shared and not mentions(profile.title, "supplier") and not is_own(profile.title):
            found.add(column)
    return found


def _telling_words(title: str) -> set[str]:
    words = {word.strip("()/:,.") for word in title.casefold().split()}
    return {word for word in words if len(word) >= TELLING and not mentions(word, "comment")}


def _owner(title: str) -> str:
    """The word before the one that says what is written there, where it is nothing but a name."""
    first, _space, rest = title.casefold().partition(" ")
    if is_own(title) or any(mentions(first, concept) for concept in _KNOWN):
        return ""
    return first if len(rest.split()) == 1 else ""


def grouped_with_scores(profiles: Mapping[int, ColumnProfile]) -> set[int]:
    """The columns under a group title that judges, or of a group with scores, where another group is the supplier's."""
    groups: dict[str, list[int]] = {}
    for column, profile in profiles.items():
        group, over, _title = profile.title.partition(_OVER)
        if over:
            groups.setdefault(group, []).append(column)
    if not any(mentions(group, "supplier") and not is_for_reviewer(group) for group in groups):
        return set()
    return {
        column
        for group, columns in groups.items()
        if not mentions(group, "supplier")
        and not mentions(group, "question")
        and (judges(group) or any(is_for_reviewer(profiles[other].title) for other in columns))
        for column in columns
    }
