"""What is said about a library answer before it is kept: the library asks, apps above it answer.

Whoever can compare questions by their meaning registers a check in `AppConfig.ready()`. Without one,
answers are kept without a word.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from solution_library.models import LibraryAnswer, Solution


@dataclass(frozen=True)
class AnswerCandidate:
    """A pair that somebody is about to keep; `entry` is the one that it would replace."""

    solution: Solution
    question: str
    answer: str
    choice: str = ""
    entry: LibraryAnswer | None = None


@dataclass(frozen=True)
class AnswerWarning:
    """Another answer of the library that this one repeats or contradicts, and why, in a sentence."""

    kind: Literal["duplicate", "contradiction"]
    other: LibraryAnswer
    reason: str


AnswerCheck = Callable[[AnswerCandidate], list[AnswerWarning]]

_checks: dict[str, AnswerCheck] = {}


def register_answer_check(key: str, check: AnswerCheck) -> None:
    """Registering a key twice replaces the first check."""
    _checks[key] = check


def warnings_about(candidate: AnswerCandidate) -> list[AnswerWarning]:
    """What every check has to say, contradictions first."""
    found = [warning for check in _checks.values() for warning in check(candidate)]
    return sorted(found, key=lambda warning: warning.kind != "contradiction")
