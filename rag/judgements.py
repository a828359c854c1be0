"""Which sources answer which question, as people approved it: rag asks, the app that keeps citations answers.

Registered in `AppConfig.ready()`. Without a source there is nothing to measure on.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Judgement:
    """One approved answer: its question, where it may be looked for, and what of the library it cites.

    `answer` is its number in the app above, as `LibraryAnswer.origin_answer_id` has it. Its question and `said`, what
    it says, are as confidential as where they come from: searched for and compared, and neither kept nor shown.
    """

    answer: int
    question: str
    solutions: tuple[int, ...]
    documents: frozenset[int]
    library_answers: frozenset[int]
    said: str = ""


JudgementSource = Callable[[int], Iterable[Judgement]]

_sources: dict[str, JudgementSource] = {}


def register_judgements(key: str, source: JudgementSource) -> None:
    """`source(limit)` gives the newest approved answers that cite something; a key twice replaces the first."""
    _sources[key] = source


def find_judgements(limit: int) -> list[Judgement]:
    return [judgement for source in _sources.values() for judgement in source(limit)][:limit]
