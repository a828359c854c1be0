"""How common words are in the library, by what Postgres has noted of the table, and which of them may find passages.

In a large library a query's common words are in too many passages to look at each. So its rare words find passages,
alone or a few together, and its common ones only help to rank what was found.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod
from threading import Lock

from django.db import connection

# The statistics of a table change when it is analysed: now and then.
_SECONDS_KEPT = 300.0
# What is not listed is mostly far rarer than the rarest listed word.
_UNLISTED = 0.25
# Words are looked up together only if the rarest is in no more than so many passages: the index judges each of those.
_MOST_LOOKED_UP = 50_000
# Of longer questions the rarest words are enough.
_MOST_COMBINED = 10

# Of the table that the name means to this connection: while a set is measured, that is a temporary one.
_STATISTICS = """
SELECT s.most_common_elems::text::text[], s.most_common_elem_freqs
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
WHERE c.oid = 'solution_library_documentembedding'::regclass
    AND s.attname = 'search_vector' AND s.most_common_elems IS NOT NULL
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
    """The rarest words that together find about `wanted` of `passages`, then pairs of those too common for that.

    Where no two are rare enough together, three or four are, or all of them.
    """
    share = {lexeme: shares.of(lexeme) for lexeme in lexemes}
    rarest = sorted(share, key=lambda lexeme: (share[lexeme], lexeme))
    left = wanted / passages
    terms, left = _take(combinations(rarest, 1), share, left)
    alone = frozenset(word for (word,) in terms)
    common = rarest[len(alone) :][:_MOST_COMBINED]
    looked_up = [word for word in common if share[word] <= _MOST_LOOKED_UP / passages]
    for size in (2, 3, 4):
        if size == 2 or not terms:
            more, left = _take((w for w in combinations(common, size) if w[0] in looked_up), share, left)
            terms += more
    if not terms and looked_up and prod(share[word] for word in common) <= left:
        terms.append(tuple(common))
    expected = {lexeme: share[lexeme] * passages for lexeme in share}
    return Nomination(_any_of(terms), expected, alone)


def _take(
    terms: Iterable[tuple[str, ...]], share: Mapping[str, float], left: float
) -> tuple[list[tuple[str, ...]], float]:
    """Those whose words are together in no more than what is `left` of the passages, and what is left then.

    The words of a question belong together and are often met together. So a term is taken to be in as many passages
    as the geometric mean of what chance would have and of the most there can be, those of its rarest word.
    """
    taken = []
    for words in terms:
        together = (prod(share[word] for word in words) * share[words[0]]) ** 0.5
        if together <= left:
            taken.append(words)
            left -= together
    return taken, left


def _any_of(terms: Iterable[Sequence[str]]) -> str:
    """Passages with all the words of one of the terms, words that terms begin with written once.

    The index judges every passage that has a term's rarest word, and is done with most at the next one: that takes
    two thirds of the time of the terms in a row.
    """
    following: dict[str, list[Sequence[str]]] = {}
    for first, *others in terms:
        following.setdefault(first, []).append(others)
    return " | ".join(_with(first, rests) for first, rests in following.items())


def _with(first: str, rests: Sequence[Sequence[str]]) -> str:
    further = _any_of(rest for rest in rests if rest)
    if not further:
        return quote(first)
    return f"{quote(first)} & ({further})" if " | " in further else f"{quote(first)} & {further}"


def quote(lexeme: str) -> str:
    """A lexeme as it stands in a tsquery."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
