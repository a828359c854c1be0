"""What is said about a library answer before it is kept: the library asks, apps above it answer.

Whoever can compare questions by their meaning registers a check in `AppConfig.ready()`. Without one,
answers are kept without a word.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from solution_library.exceptions import LibraryError
from solution_library.models import LibraryAnswer, Solution


@dataclass(frozen=True)
class AnswerCandidate:
    """A pair that somebody is about to keep; `entry` is the one that it would replace.

    `beside` are answers that it is compared with whatever their vectors say, or though they have none yet.
    """

    solution: Solution
    question: str
    answer: str
    choice: str = ""
    entry: LibraryAnswer | None = None
    beside: Sequence[LibraryAnswer] = ()


@dataclass(frozen=True)
class AnswerWarning:
    """Another answer of the library that this one repeats or contradicts, and why, in a sentence."""

    kind: Literal["duplicate", "contradiction"]
    other: LibraryAnswer
    reason: str


class NotCompared(LibraryError):
    """A check cannot say anything now, as when the embedding model does not answer."""


@dataclass(frozen=True)
class AnswerReview:
    """What the checks had to say; not `complete` when one of them could say nothing."""

    warnings: list[AnswerWarning]
    complete: bool = True


# Raises NotCompared.
AnswerCheck = Callable[[AnswerCandidate], list[AnswerWarning]]

_checks: dict[str, AnswerCheck] = {}


def register_answer_check(key: str, check: AnswerCheck) -> None:
    """Registering a key twice replaces the first check."""
    _checks[key] = check


def review_answer(candidate: AnswerCandidate) -> AnswerReview:
    """What every check has to say, contradictions first."""
    found: list[AnswerWarning] = []
    complete = True
    for check in _checks.values():
        try:
            found += check(candidate)
        except NotCompared:
            complete = False
    return AnswerReview(sorted(found, key=lambda warning: warning.kind != "contradiction"), complete)


def warnings_about(candidate: AnswerCandidate) -> list[AnswerWarning]:
    """As `review_answer`, for whom an answer is no less welcome when nothing could be compared."""
    return review_answer(candidate).warnings
