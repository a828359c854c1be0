"""Why two answers to the same question cannot both be true, as far as choices, denials, figures and dates tell."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.services.choices import meaning_of
from rag.services.polarity import denials_of
from rag.services.quantities import find_dates, find_quantities, mask_dates
from rag.services.readings import Meaning

Kind = Literal["choice", "denial", "figure", "date"]

# Names of documents with numbers: who is certified to two of them says nothing against either.
_CATALOGUES = frozenset({"iso", "iec", "en", "din", "bs", "nist", "soc", "sp", "rfc", "ssae", "isae", "cis"})


@dataclass(frozen=True)
class Contradiction:
    """One thing that both speak of and say differently; `here` and `there` are the words, as they are written.

    Of a denial only one side has words: the other affirms.
    """

    kind: Kind
    here: tuple[str, ...]
    there: tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """A run of an answer's text; `marked` where it disagrees."""

    text: str
    marked: bool


@dataclass(frozen=True)
class _Reading:
    meaning: Meaning | None
    denials: tuple[str, ...] | None
    figures: dict[str, dict[object, str]]
    dates: dict[str, str]


def find_contradictions(
    here: str, there: str, *, choice_here: str = "", choice_there: str = ""
) -> list[Contradiction]:
    """Where two answers to one question disagree, the plainest first; empty when nothing tells."""
    return list(_compare(_read(here, choice_here), _read(there, choice_there), choice_here, choice_there))


def mark_words(text: str, words: Iterable[str], *, once: bool = False) -> list[Piece]:
    """The text in pieces, those marked that are one of the words; `once` marks the first place only."""
    spellings = sorted({re.escape(word) for word in words if word}, key=len, reverse=True)
    if not spellings:
        return [Piece(text, False)] if text else []
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(spellings)})(?!\w)", re.IGNORECASE)
    pieces, end = [], 0
    for match in pattern.finditer(text):
        pieces += [Piece(text[end : match.start()], False), Piece(match.group(), True)]
        end = match.end()
        if once:
            break
    return [piece for piece in [*pieces, Piece(text[end:], False)] if piece.text]


def _compare(here: _Reading, there: _Reading, choice_here: str, choice_there: str) -> Iterator[Contradiction]:
    if here.meaning and there.meaning and here.meaning != there.meaning:
        yield Contradiction("choice", (choice_here,), (choice_there,))
    if here.denials is not None and there.denials is not None and bool(here.denials) != bool(there.denials):
        yield Contradiction("denial", here.denials, there.denials)
    for unit in sorted(here.figures.keys() & there.figures.keys()):
        ours, theirs = here.figures[unit], there.figures[unit]
        if ours.keys().isdisjoint(theirs):
            yield Contradiction("figure", tuple(ours.values()), tuple(theirs.values()))
    if here.dates and there.dates and not _any_date_agrees(here.dates, there.dates):
        yield Contradiction("date", tuple(here.dates.values()), tuple(there.dates.values()))


@lru_cache(maxsize=5_000)
def _read(text: str, choice: str) -> _Reading:
    return _Reading(meaning_of(choice), _denials(text), _figures(text), find_dates(text))


def _denials(text: str) -> tuple[str, ...] | None:
    """None for no text: silence denies nothing."""
    first = _first_sentence(text)
    return tuple(denials_of(first)) if first else None


def _first_sentence(answer: str) -> str:
    """Where a yes or a no is said, before exceptions and details."""
    text = " ".join(answer.split())
    end = text.find(". ")
    return text if end < 0 else text[: end + 1]


def _figures(answer: str) -> dict[str, dict[object, str]]:
    """The figures by what they measure, their unit or the name that they belong to: value -> how it is written."""
    figures: dict[str, dict[object, str]] = {}
    for quantity in find_quantities(mask_dates(answer)):
        named = [f"{label} " for label in quantity.labels if not _CATALOGUES & set(quantity.labels)]
        for measure in [quantity.unit] if quantity.unit else named:
            figures.setdefault(measure, {})[quantity.value] = quantity.text
    return figures


def _any_date_agrees(ours: Iterable[str], theirs: Iterable[str]) -> bool:
    """A month agrees with each of its days."""
    return any(one.startswith(other) or other.startswith(one) for one in ours for other in theirs)
