"""What is nearly the same is shown once, and what differs in a number or a denial is shown each time."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.tests.pace import allowed
from rag.services.passages import Passage
from rag.services.repeats import fold_repeats, only_in

TEXT = (
    "Customer data is stored in two data centres of the region that the customer has chosen, and a copy is written "
    "to the second one within 5 minutes. The service is available for 99.9 % of each month, measured from outside "
    "every 60 seconds. Backups are made every night and are kept for thirty days; they are encrypted with AES-256. "
    "Restores are tested twice a year by the operations team, and the report is shared on request. Whoever leaves the "
    "company loses access on the same day. Last reviewed on 12 March 2025 by the security office in Dublin."
)
OLD, NEW = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)


def passage(number: int, text: str = TEXT, *, score: float = 0.5, changed: datetime = OLD) -> Passage:
    return Passage(number, None, number, 1, "Guide", (), None, None, text, score, changed_at=changed)


def answer(number: int, text: str = TEXT, *, question: str = "How?", choice: str = "") -> Passage:
    return Passage(None, number, None, 1, question, (), None, None, text, 0.5, choice)


def folded(*passages: Passage, nearly: bool = True) -> list[list[int]]:
    """For each one shown, its number and those of its copies."""
    heads = fold_repeats(passages, nearly=nearly)
    return [[head.ref[1], *(copy.ref[1] for copy in head.copies)] for head in heads]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("12 March 2025", "30 November 2026"),
        ("Dublin", "Cork"),
        ("Whoever leaves", "A person who leaves"),
        ("  ", " "),
    ],
)
def test_the_next_version_of_a_text_is_put_under_it(old: str, new: str) -> None:
    assert folded(passage(1), passage(2, TEXT.replace(old, new))) == [[1, 2]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("99.9 %", "99.5 %"),
        ("60 seconds", "60 minutes"),
        ("thirty days", "ninety days"),
        ("AES-256", "AES-128"),
        ("within 5 minutes", "after 5 minutes"),
        ("are encrypted", "are not encrypted"),
        ("5 minutes. The", "60 minutes. The"),
        (
            "Restores are tested twice a year by the operations team, and the report is shared on request. ",
            "",
        ),
    ],
)
def test_what_contradicts_or_leaves_out_is_shown_beside_it(old: str, new: str) -> None:
    assert old in TEXT
    assert folded(passage(1), passage(2, TEXT.replace(old, new))) == [[1], [2]]


def test_numbers_that_changed_places_are_different_ones() -> None:
    swapped = TEXT.replace("5 minutes", "X minutes").replace("60 seconds", "5 seconds").replace("X m", "60 m")
    assert folded(passage(1), passage(2, swapped)) == [[1], [2]]


def test_one_word_of_a_short_text_makes_another_one() -> None:
    short = "Data is stored in Dublin by the operations team of the company."
    assert folded(passage(1, short), passage(2, short.replace("Dublin", "Cork"))) == [[1], [2]]
    assert folded(passage(1, short), passage(2, short.upper())) == [[1, 2]]


def test_only_what_is_asked_for_nearly_is_folded_so() -> None:
    assert folded(passage(1), passage(2, f"{TEXT} Really."), passage(3), nearly=False) == [[1, 3], [2]]


def test_answers_are_folded_only_under_the_same_question_and_choice() -> None:
    later = f"{TEXT} Really."
    assert folded(answer(1), answer(2, later)) == [[1, 2]]
    assert folded(answer(1), answer(2, later, question="Where?")) == [[1], [2]]
    assert folded(answer(1), answer(2, later, choice="Yes")) == [[1], [2]]
    assert folded(passage(1), answer(2)) == [[1], [2]]


def test_the_better_one_is_shown_and_of_equal_ones_the_newer() -> None:
    later = f"{TEXT} Really."
    assert folded(passage(1, score=0.6), passage(2, later, changed=NEW)) == [[1, 2]]
    assert folded(passage(1), passage(2, later, changed=NEW), passage(3)) == [[2, 1, 3]]
    assert folded(passage(1, changed=NEW), passage(2, later)) == [[1, 2]]


def test_what_has_to_be_shown_is_shown() -> None:
    first, second, third = passage(1), passage(2, changed=NEW), passage(3)
    heads = fold_repeats([first, second, third], nearly=True, shown={third.ref})
    assert [(head.ref, len(head.copies)) for head in heads] == [(third.ref, 2)]
    heads = fold_repeats([first, second, third], nearly=True, shown={first.ref, third.ref})
    assert [head.ref for head in heads] == [first.ref, third.ref]


def test_copies_of_copies_are_all_named() -> None:
    one = replace(passage(1), copies=(passage(4),))
    assert folded(one, passage(2)) == [[1, 4, 2]]
    assert folded(passage(2), one) == [[2, 1, 4]]


def test_what_a_copy_says_otherwise_is_told() -> None:
    assert only_in(TEXT.replace("Dublin", "Cork"), TEXT) == ["Cork"]
    assert only_in(TEXT, TEXT.upper()) == []


def test_ten_passages_are_compared_within_a_millisecond() -> None:
    """As search finds them: some alike, most not, none ever seen."""
    best = min(_milliseconds([_unseen(run, number) for number in range(10)]) for run in range(20))
    assert best < allowed(1)


def _unseen(run: int, number: int) -> Passage:
    return passage(number, TEXT if number < 2 else " ".join(f"w{run}x{number}x{word}" for word in range(150)))


def _milliseconds(passages: list[Passage]) -> float:
    started = time.thread_time()
    fold_repeats(passages, nearly=True)
    return (time.thread_time() - started) * 1000
