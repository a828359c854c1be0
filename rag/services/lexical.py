"""Search by words: BM25 over chunks and approved answers alike, their counts taken in SQL.

A scope of moderate size is compared in full: every passage with any of the words, so that how often a word occurs
needs no table of its own. In a larger one `word_shares` says which passages are looked at.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np

from rag.services.candidates import Collection, DenseMatches, Ref
from rag.services.filters import SearchFilters
from rag.services.word_ranks import frequencies, rank_columns, rank_params
from rag.services.word_shares import Nomination, find_shares, nominate, quote

# The usual parameters of BM25: how soon repetition stops counting, how much length counts.
K1 = 1.2
B = 0.75
# A word with a digit in it, of three characters and more, is the name of one thing: of a part, an error, a standard.
# Nobody shares it by chance, so it weighs as much as so many other words that are as rare.
NAME_WEIGHT = 2.0
_NAME_LENGTH = 3

# In a large scope about so many passages are compared, of at most so many that are read when a filter drops others.
_WANTED = 400
_MOST_READ = 3_000

_SEARCH = """
(SELECT 'chunk', e.id, e.document_id, {chunk_words}
FROM {chunks} WHERE e.search_vector @@ %(nominating)s::tsquery AND {of_documents}{most})
UNION ALL
SELECT 'answer', a.id, NULL, {answer_words}
FROM solution_library_libraryanswer a
WHERE {answers} AND a.search_vector @@ %(nominating)s::tsquery AND {of_answers}
"""


@dataclass(frozen=True)
class LexicalMatches:
    """BM25 scores, and what is needed to judge them.

    `lexemes` are the words of the query that a candidate has, `idf` all of its words that are no stop
    words, `weights` what each of them counts in the scores, `documents` what found chunks belong to.
    `passages` is how many there are in the scope.
    """

    scores: Mapping[Ref, float]
    lexemes: Mapping[Ref, frozenset[str]]
    documents: Mapping[Ref, int]
    idf: Mapping[str, float]
    weights: Mapping[str, float]
    passages: float


@dataclass(frozen=True)
class WordRows:
    """What the search by words met: kind, id, document and the values of `rank_columns` of each passage."""

    rows: Sequence[tuple[Any, ...]]
    nomination: Nomination | None = None


def look_up_words(collection: Collection, *, filters: SearchFilters) -> WordRows:
    """The passages with the query's words: all in a scope of moderate size, else those that `word_shares` names."""
    lexemes = collection.lexemes
    if not lexemes:
        return WordRows([])
    nomination = _nominate(collection)
    if nomination and not nomination.tsquery:
        return WordRows([], nomination)
    sql = _SEARCH.format(
        chunks=filters.chunks,
        of_documents=filters.of_documents,
        of_answers=filters.of_answers,
        answers="true" if filters.answers else "false",
        most=" LIMIT %(most)s" if nomination else "",
        chunk_words=rank_columns("e", lexemes),
        answer_words=rank_columns("a", lexemes),
    )
    params = {
        **filters.params,
        **rank_params(lexemes),
        "most": _MOST_READ,
        "nominating": nomination.tsquery if nomination else " | ".join(quote(lexeme) for lexeme in lexemes),
    }
    with filters.cursor() as cursor:
        cursor.execute(sql, params)
        return WordRows(cursor.fetchall(), nomination)


def judge_words(
    found: WordRows, collection: Collection, *, limit: int, dense: DenseMatches
) -> LexicalMatches:
    """The best `limit` candidates by BM25, and the scores of those found by meaning that share a word with the query.

    Both searches were made under the same filters.
    """
    lexemes = collection.lexemes
    if not lexemes:
        return LexicalMatches({}, {}, {}, {}, {}, collection.passages)
    met = {row[:2] for row in found.rows}
    also = [(*ref, dense.documents.get(ref), *words) for ref, words in dense.words.items() if ref not in met]
    expected = [_expected(lexeme, found.nomination, collection) for lexeme in lexemes]
    return _score(
        [*found.rows, *also],
        lexemes,
        expected,
        nominated=len(found.rows),
        passages=collection.passages,
        limit=limit,
        also=dense.similarity.keys(),
    )


def _score(
    rows: Sequence[tuple[Any, ...]],
    lexemes: Sequence[str],
    expected: Sequence[float],
    *,
    nominated: int,
    passages: float,
    limit: int,
    also: Set[Ref],
) -> LexicalMatches:
    """BM25 of the rows, of which the first `nominated` were found by their words, the others by their meaning.

    `expected` is in how many passages each word is at least.
    """
    values = np.array([row[3:] for row in rows], dtype=np.float64).reshape(len(rows), 1 + len(lexemes))
    sizes, ranks = values[:, 0], values[:, 1:]
    has = ranks > 0
    found = np.maximum(has[:nominated].sum(axis=0), expected)
    total = max(passages, float(nominated), float(found.max(initial=0.0)))
    idf = np.log(1 + (total - found + 0.5) / (found + 0.5))
    weights = idf * [NAME_WEIGHT if _is_name(lexeme) else 1.0 for lexeme in lexemes]
    tf = frequencies(ranks)
    length = K1 * (1 - B + B * sizes / (sizes[:nominated].mean() if nominated else 1.0))
    scores = np.where(has, weights * tf * (K1 + 1) / (tf + length[:, None]), 0.0).sum(axis=1)
    refs: list[Ref] = [(row[0], row[1]) for row in rows]
    order = np.lexsort((np.array([pk for _, pk in refs], dtype=np.int64), -scores))[
        : np.count_nonzero(scores)
    ]
    best = {refs[place]: place for place in order[:limit]}
    best |= {refs[place]: place for place in order[limit:] if refs[place] in also}
    return LexicalMatches(
        scores={ref: float(scores[place]) for ref, place in best.items()},
        lexemes={
            ref: frozenset(compress(lexemes, row))
            for ref, row in zip(best, has[list(best.values())].tolist(), strict=True)
        },
        documents={ref: rows[place][2] for ref, place in best.items() if rows[place][2] is not None},
        idf=dict(zip(lexemes, map(float, idf), strict=True)),
        weights=dict(zip(lexemes, map(float, weights), strict=True)),
        passages=total,
    )


def _is_name(lexeme: str) -> bool:
    """The index keeps the sign before a number that follows a hyphen; it is no character of the name."""
    written = lexeme.lstrip("+-./")
    return len(written) >= _NAME_LENGTH and any(map(str.isdecimal, written))


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
