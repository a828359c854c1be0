"""Search by words: BM25 in SQL over chunks and approved answers alike.

A scope of moderate size is compared in full: every passage with any of the words, so that how often a word occurs
needs no table of its own. In a larger one `word_shares` says which passages are looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from rag.services.candidates import Collection, Ref
from rag.services.filters import SearchFilters
from rag.services.word_shares import Nomination, find_shares, nominate, quote

# The usual parameters of BM25: how soon repetition stops counting, how much length counts.
K1 = 1.2
B = 0.75

# In a large scope about so many passages are compared, of at most so many that are read when a filter drops others.
_WANTED = 300
_MOST_READ = 3_000

# `ts_rank` of a single word under equal weights is the sum of 1/i^2 for i = 1..tf divided by pi^2/6: a one-to-one
# picture of tf, computed in C, from which the sum's closed form takes tf back. Unrolling the tsvectors in SQL
# instead is many times slower.
_RANK = "ts_rank('{{1,1,1,1}}', {vector}, %(t{n})s::tsquery) AS r{n}"
_TF = "(0.6079271 / greatest(1 - r{n}, 0.0001) - 0.5)"
_LENGTH = "%(k1)s * (1 - %(b)s + %(b)s * h.size / w.size)"
_PART = f"CASE WHEN r{{n}} > 0 THEN w{{n}} * {{tf}} * (%(k1)s + 1) / ({{tf}} + {_LENGTH}) ELSE 0 END"
_WEIGHT = "ln(1 + (total - n{n} + 0.5) / (n{n} + 0.5)) AS w{n}"

_SEARCH = """
WITH hits AS MATERIALIZED (
    (SELECT 'chunk' AS kind, e.id, e.document_id, true AS nominated, length(e.search_vector) AS size, {chunk_ranks}
    FROM {chunks} WHERE e.search_vector @@ %(nominating)s::tsquery AND {of_documents}{most})
    UNION ALL
    SELECT 'answer', a.id, NULL, true, length(a.search_vector), {answer_ranks}
    FROM solution_library_libraryanswer a
    WHERE {answers} AND a.search_vector @@ %(nominating)s::tsquery AND {of_answers}{also}
), counted AS MATERIALIZED (
    SELECT greatest(%(total)s::float, count(*)) AS total, avg(size)::float AS size, {counts} FROM hits WHERE nominated
), weights AS MATERIALIZED (
    SELECT total, coalesce(size, 1) AS size, {weights} FROM counted
), scored AS (
    SELECT h.kind, h.id, h.document_id, {score} AS score,
        array_remove(ARRAY[{which}]::float[], NULL) AS words
    FROM hits h CROSS JOIN weights w
), ranked AS (
    SELECT *, row_number() OVER (ORDER BY score DESC, kind, id) AS place FROM scored
)
SELECT kind, id, document_id, score, words FROM ranked
WHERE place <= %(limit)s
    OR kind = 'chunk' AND id = ANY(%(also_chunks)s::bigint[])
    OR kind = 'answer' AND id = ANY(%(also_answers)s::bigint[])
UNION ALL
SELECT NULL, NULL, NULL, w.total, ARRAY[{all_weights}]::float[] FROM weights w
"""
_ALSO = """
    UNION ALL
    SELECT 'chunk', e.id, e.document_id, false, length(e.search_vector), {chunk_ranks}
    FROM solution_library_documentembedding e WHERE e.id = ANY(%(also_chunks)s::bigint[])
    UNION ALL
    SELECT 'answer', a.id, NULL, false, length(a.search_vector), {answer_ranks}
    FROM solution_library_libraryanswer a WHERE a.id = ANY(%(also_answers)s::bigint[])"""


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
    each = range(len(lexemes))
    ranks = {
        alias: ", ".join(_RANK.format(vector=f"{alias}.search_vector", n=n) for n in each) for alias in "ea"
    }
    names = {"chunk_ranks": ranks["e"], "answer_ranks": ranks["a"]}
    counts = ", ".join(f"greatest(%(n{n})s::float, count(*) FILTER (WHERE r{n} > 0)) AS n{n}" for n in each)
    sql = _SEARCH.format(
        chunks=filters.chunks,
        of_documents=filters.of_documents,
        of_answers=filters.of_answers,
        answers="true" if filters.answers else "false",
        also=_ALSO.format(**names) if nomination else "",
        most=" LIMIT %(most)s" if nomination else "",
        counts=counts,
        weights=", ".join(_WEIGHT.format(n=n) for n in each),
        score=" + ".join(_PART.format(n=n, tf=_TF.format(n=n)) for n in each),
        which=", ".join(f"CASE WHEN r{n} > 0 THEN {n} END" for n in each),
        all_weights=", ".join(f"w{n}" for n in each),
        **names,
    )
    params = {
        **filters.params,
        "k1": K1,
        "b": B,
        "limit": limit,
        "most": _MOST_READ,
        "total": collection.passages,
        "nominating": nomination.tsquery if nomination else " | ".join(quote(lexeme) for lexeme in lexemes),
        "also_chunks": [pk for kind, pk in also if kind == "chunk"],
        "also_answers": [pk for kind, pk in also if kind == "answer"],
        **{f"t{n}": quote(lexeme) for n, lexeme in enumerate(lexemes)},
        **{f"n{n}": _expected(lexeme, nomination, collection) for n, lexeme in enumerate(lexemes)},
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return _as_matches(rows, lexemes)


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


def _as_matches(rows: Sequence[tuple[Any, ...]], lexemes: Sequence[str]) -> LexicalMatches:
    found = [row for row in rows if row[0] is not None and row[4]]
    [(*_, total, weights)] = [row for row in rows if row[0] is None]
    return LexicalMatches(
        scores={(kind, pk): float(score) for kind, pk, _, score, _ in found},
        lexemes={(kind, pk): frozenset(lexemes[int(n)] for n in words) for kind, pk, _, _, words in found},
        documents={(kind, pk): document for kind, pk, document, *_ in found if document is not None},
        idf=dict(zip(lexemes, map(float, weights), strict=True)),
        passages=float(total),
    )
