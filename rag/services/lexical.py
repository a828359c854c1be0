"""Search by words: BM25 over chunks and approved answers alike, their counts taken in SQL.

A scope of moderate size is compared in full: every passage with any of the words, so that how often a word occurs
needs no table of its own. In a larger one `word_shares` says which passages are looked at.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from rag.services.candidates import Collection, Ref
from rag.services.filters import SearchFilters
from rag.services.word_shares import Nomination, find_shares, nominate, quote

# The usual parameters of BM25: how soon repetition stops counting, how much length counts.
K1 = 1.2
B = 0.75

# In a large scope about so many passages are compared, of at most so many that are read when a filter drops others.
_WANTED = 400
_MOST_READ = 3_000

# `ts_rank` of a single word under equal weights is the sum of 1/i^2 for i = 1..tf divided by pi^2/6: a one-to-one
# picture of tf, computed in C, from which the sum's closed form takes tf back. Unrolling the tsvectors in SQL
# instead is many times slower.
_RANK = "ts_rank('{{1,1,1,1}}', {vector}, %(t{n})s::tsquery)"
_RANK_OF_ONE = 0.6079271

_SEARCH = """
(SELECT 'chunk', e.id, e.document_id, true, length(e.search_vector), {chunk_ranks}
FROM {chunks} WHERE e.search_vector @@ %(nominating)s::tsquery AND {of_documents}{most})
UNION ALL
SELECT 'answer', a.id, NULL, true, length(a.search_vector), {answer_ranks}
FROM solution_library_libraryanswer a
WHERE {answers} AND a.search_vector @@ %(nominating)s::tsquery AND {of_answers}
"""
_ALSO = """
UNION ALL
SELECT 'chunk', e.id, e.document_id, false, length(e.search_vector), {chunk_ranks}
FROM solution_library_documentembedding e WHERE e.id = ANY(%(also_chunks)s::bigint[])
UNION ALL
SELECT 'answer', a.id, NULL, false, length(a.search_vector), {answer_ranks}
FROM solution_library_libraryanswer a WHERE a.id = ANY(%(also_answers)s::bigint[])
"""


@dataclass(frozen=True)
class LexicalMatches:
    """BM25 scores, and what is needed to judge them.

    `lexemes` are the words of the query that a candidate has, `idf` all of its words that are no stop
    words, `documents` what found chunks belong to. `passages` is how many there are in the scope.
    """

    scores: Mapping[Ref, float]
    lexemes: Mapping[Ref, frozenset[str]]
    documents: Mapping[Ref, int]
    idf: Mapping[str, float]
    passages: float


def find_lexical(
    collection: Collection, *, filters: SearchFilters, limit: int, also: Sequence[Ref] = ()
) -> LexicalMatches:
    """The best `limit` candidates by BM25, and the scores of those in `also` that share a word with the query.

    Those in `also` were found under the same filters.
    """
    lexemes = collection.lexemes
    if not lexemes:
        return LexicalMatches({}, {}, {}, {}, collection.passages)
    nomination = _nominate(collection)
    rows = _fetch(lexemes, nomination, filters=filters, also=also)
    expected = [_expected(lexeme, nomination, collection) for lexeme in lexemes]
    return _score(rows, lexemes, expected, passages=collection.passages, limit=limit, also=set(also))


def _fetch(
    lexemes: Sequence[str], nomination: Nomination | None, *, filters: SearchFilters, also: Sequence[Ref]
) -> list[tuple[Any, ...]]:
    """What is compared: kind, id, document, whether it was found by its words, size, and a rank for each word."""
    ranks = {
        alias: ", ".join(_RANK.format(vector=f"{alias}.search_vector", n=n) for n in range(len(lexemes)))
        for alias in "ea"
    }
    sql = (_SEARCH + (_ALSO if nomination else "")).format(
        chunks=filters.chunks,
        of_documents=filters.of_documents,
        of_answers=filters.of_answers,
        answers="true" if filters.answers else "false",
        most=" LIMIT %(most)s" if nomination else "",
        chunk_ranks=ranks["e"],
        answer_ranks=ranks["a"],
    )
    params = {
        **filters.params,
        "most": _MOST_READ,
        "nominating": nomination.tsquery if nomination else " | ".join(quote(lexeme) for lexeme in lexemes),
        "also_chunks": [pk for kind, pk in also if kind == "chunk"],
        "also_answers": [pk for kind, pk in also if kind == "answer"],
        **{f"t{n}": quote(lexeme) for n, lexeme in enumerate(lexemes)},
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    # One that was found by its words comes first, and stays.
    return list({row[:2]: row for row in reversed(rows)}.values()) if nomination else rows


def _score(
    rows: Sequence[tuple[Any, ...]],
    lexemes: Sequence[str],
    expected: Sequence[float],
    *,
    passages: float,
    limit: int,
    also: Set[Ref],
) -> LexicalMatches:
    """BM25 of the fetched rows. `expected` is in how many passages each word is at least."""
    ranks = np.array([row[5:] for row in rows], dtype=np.float64).reshape(len(rows), len(lexemes))
    nominated = np.array([row[3] for row in rows], dtype=bool)
    sizes = np.array([row[4] for row in rows], dtype=np.float64)
    has = ranks > 0
    found = np.maximum(has[nominated].sum(axis=0), expected)
    total = max(passages, float(nominated.sum()), float(found.max(initial=0.0)))
    idf = np.log(1 + (total - found + 0.5) / (found + 0.5))
    tf = _RANK_OF_ONE / np.maximum(1 - ranks, 0.0001) - 0.5
    length = K1 * (1 - B + B * sizes / (sizes[nominated].mean() if nominated.any() else 1.0))
    scores = np.where(has, idf * tf * (K1 + 1) / (tf + length[:, None]), 0.0).sum(axis=1)
    refs: list[Ref] = [(row[0], row[1]) for row in rows]
    order = np.lexsort((np.array([pk for _, pk in refs], dtype=np.int64), -scores))[
        : np.count_nonzero(scores)
    ]
    best = {refs[place]: place for place in order[:limit]}
    best |= {refs[place]: place for place in order[limit:] if refs[place] in also}
    return LexicalMatches(
        scores={ref: float(scores[place]) for ref, place in best.items()},
        lexemes={
            ref: frozenset(lexemes[int(n)] for n in np.flatnonzero(has[place])) for ref, place in best.items()
        },
        documents={ref: rows[place][2] for ref, place in best.items() if rows[place][2] is not None},
        idf=dict(zip(lexemes, map(float, idf), strict=True)),
        passages=total,
    )


def _nominate(collection: Collection) -> Nomination | None:
    """None where everything with any of the words is compared."""
    shares = find_shares() if collection.is_large else None
    if shares is None:
        return None
    read = min(_MOST_READ, _WANTED * collection.library / max(collection.passages, 1))
    return nominate(collection.lexemes, shares, passages=collection.library, wanted=read)


def _expected(lexeme: str, nomination: Nomination | None, collection: Collection) -> float:
    """In how many passages of the scope a word is, where they are not all looked at."""
    if nomination is None or lexeme in nomination.counted:
        return 0.0
    return nomination.expected[lexeme] * collection.passages / collection.library
