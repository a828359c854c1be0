"""How common words are in the library, by what Postgres has noted of the table, and which of them may find passages.

In a large library a query's common words are in too many passages to look at each. So its rare words find passages,
alone or two together, and its common ones only help to rank what was found.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from django.db import connection

# The statistics of a table change when it is analysed: now and then.
_SECONDS_KEPT = 300.0
# What is not listed is mostly far rarer than the rarest listed word.
_UNLISTED = 0.25
# A word is looked up with another one only if it is in no more than so many times the passages that are wanted.
_MOST_LOOKED_UP = 50

_STATISTICS = """
SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats
WHERE schemaname = current_schema() AND tablename = 'solution_library_documentembedding'
    AND attname = 'search_vector' AND most_common_elems IS NOT NULL
"""


@dataclass(frozen=True)
class WordShares:
    """The share of all passages, from 0 to 1, that each of the more common words is in; `other` any other word."""

    listed: Mapping[str, float]
    other: float

    def of(self, lexeme: str) -> float:
        return self.listed.get(lexeme, self.other)


@dataclass(frozen=True)
class Nomination:
    """`tsquery` finds the passages that are compared (empty: none), `expected` is in how many each word may be.

    All passages of a word in `counted` are found, so that they need not be guessed.
    """

    tsquery: str
    expected: Mapping[str, float]
    counted: frozenset[str]


class _Kept:
    """The shares of this process's database, read again after a while."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read_at = float("-inf")
        self._shares: WordShares | None = None

    def get(self) -> WordShares | None:
        with self._lock:
            if time.monotonic() - self._read_at > _SECONDS_KEPT:
                self._shares = _read_shares()
                # What was never analysed may be so in a moment.
                self._read_at = time.monotonic() if self._shares else float("-inf")
            return self._shares

    def forget(self) -> None:
        self._read_at = float("-inf")


_kept = _Kept()
find_shares = _kept.get
forget_shares = _kept.forget


def _read_shares() -> WordShares | None:
    """None where the table was never analysed."""
    with connection.cursor() as cursor:
        cursor.execute(_STATISTICS)
        row = cursor.fetchone()
    if row is None:
        return None
    words, shares = row
    # Behind the words' own shares stand the least and the greatest of them.
    return WordShares(dict(zip(words, shares, strict=False)), other=_UNLISTED * float(shares[len(words)]))


def nominate(lexemes: Iterable[str], shares: WordShares, *, passages: float, wanted: float) -> Nomination:
    """The rarest words that together find about `wanted` of `passages`, then pairs of those too common for that."""
    expected = {lexeme: shares.of(lexeme) * passages for lexeme in lexemes}
    rarest = sorted(expected, key=lambda lexeme: (expected[lexeme], lexeme))
    left = wanted
    alone: list[str] = []
    for lexeme in rarest:
        if expected[lexeme] > left:
            break
        alone.append(lexeme)
        left -= expected[lexeme]
    pairs = _pairs(rarest[len(alone) :], expected, passages=passages, left=left, wanted=wanted)
    terms = [quote(lexeme) for lexeme in alone]
    terms += [f"({quote(first)} & {quote(second)})" for first, second in pairs]
    return Nomination(" | ".join(terms), expected, frozenset(alone))


def _pairs(
    rarest: Sequence[str], expected: Mapping[str, float], *, passages: float, left: float, wanted: float
) -> list[tuple[str, str]]:
    pairs = []
    for place, first in enumerate(rarest):
        if expected[first] > _MOST_LOOKED_UP * wanted:
            break
        for second in rarest[place + 1 :]:
            together = expected[first] * expected[second] / passages
            if together > left:
                break
            pairs.append((first, second))
            left -= together
    return pairs


def quote(lexeme: str) -> str:
    """A lexeme as it stands in a tsquery."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
