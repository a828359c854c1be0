"""The two searches of the index, in SQL: by meaning (vectors) and by words (BM25).

Both look at chunks and approved answers alike, and both hold the scope in their WHERE: nothing of
another solution is ever compared.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction

# A candidate's name across both tables: ("chunk" or "answer", primary key).
Ref = tuple[str, int]

# The usual parameters of BM25: how soon repetition stops counting, how much length counts.
K1 = 1.2
B = 0.75

# Up to so many chunks in scope are compared one by one: that is exact, and takes milliseconds. Beyond, the index of
# `rag.services.search_index` is walked where it was built, and goes on until enough of what it meets is in scope.
EXACT = 20_000
_WALK = (
    "SELECT set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', '160', true),"
    " set_config('hnsw.max_scan_tuples', '100000', true)"
)
_SCOPE_SIZE = """
SELECT coalesce(sum(d.chunk_count), 0) FROM solution_library_document d
WHERE %(solutions)s::bigint[] IS NULL OR d.solution_id = ANY(%(solutions)s::bigint[])
"""

# Parameters are bound on the client, so the ORDER BY is on `embedding::halfvec(384)` literally and under one
# model, as the expression index of that model has it. `{exactly}` is what keeps the planner from using it.
_DENSE = """
(SELECT 'chunk', e.id, 1 - (e.embedding::halfvec(%(size)s) <=> %(vector)s::halfvec(%(size)s)), e.document_id
FROM solution_library_documentembedding e JOIN solution_library_document d ON d.id = e.document_id
WHERE e.embedding_model = %(model)s AND e.embedding IS NOT NULL
    AND (%(solutions)s::bigint[] IS NULL OR d.solution_id = ANY(%(solutions)s::bigint[]))
ORDER BY (e.embedding::halfvec(%(size)s) <=> %(vector)s::halfvec(%(size)s)){exactly} LIMIT %(limit)s)
UNION ALL
(SELECT 'answer', a.id, 1 - (a.embedding::halfvec(%(size)s) <=> %(vector)s::halfvec(%(size)s)), NULL
FROM solution_library_libraryanswer a
WHERE %(answers)s AND a.embedding_model = %(model)s AND a.embedding IS NOT NULL
    AND (%(solutions)s::bigint[] IS NULL OR a.solution_id = ANY(%(solutions)s::bigint[]))
ORDER BY (a.embedding::halfvec(%(size)s) <=> %(vector)s::halfvec(%(size)s)){exactly} LIMIT %(limit)s)
"""
_DENSE_EXACT = _DENSE.format(exactly=" + 0")
_DENSE_INDEXED = _DENSE.format(exactly="")

# Every candidate with any of the query's words is scored, so document frequencies need no table of their own.
# `ts_rank` of a single word under equal weights is the sum of 1/i^2 for i = 1..tf divided by pi^2/6: a
# one-to-one picture of tf, computed in C, from which the sum's closed form takes tf back. Unrolling the
# tsvectors in SQL instead is many times slower.
_LEXICAL = r"""
WITH terms AS MATERIALIZED (
    SELECT lexeme, ('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''')::tsquery AS tsq
    FROM unnest(to_tsvector(%(config)s::regconfig, %(query)s))
), any_term AS MATERIALIZED (
    SELECT string_agg(tsq::text, ' | ')::tsquery AS tsq FROM terms
), candidates AS MATERIALIZED (
    SELECT 'chunk' AS kind, e.id, e.document_id, e.search_vector AS vector, length(e.search_vector) AS size
    FROM solution_library_documentembedding e JOIN solution_library_document d ON d.id = e.document_id
    WHERE e.search_vector @@ (SELECT tsq FROM any_term)
        AND (%(solutions)s::bigint[] IS NULL OR d.solution_id = ANY(%(solutions)s::bigint[]))
    UNION ALL
    SELECT 'answer', a.id, NULL, a.search_vector, length(a.search_vector)
    FROM solution_library_libraryanswer a
    WHERE %(answers)s AND a.search_vector @@ (SELECT tsq FROM any_term)
        AND (%(solutions)s::bigint[] IS NULL OR a.solution_id = ANY(%(solutions)s::bigint[]))
), collection AS MATERIALIZED (
    SELECT greatest(
        (SELECT coalesce(sum(d.chunk_count), 0) FROM solution_library_document d
         WHERE %(solutions)s::bigint[] IS NULL OR d.solution_id = ANY(%(solutions)s::bigint[])),
        (SELECT count(*) FROM candidates)
    )::float AS total, (SELECT avg(size) FROM candidates)::float AS size
), hits AS MATERIALIZED (
    SELECT c.kind, c.id, c.document_id, c.size, t.lexeme,
        0.6079271 / greatest(1 - ts_rank('{1,1,1,1}', c.vector, t.tsq), 0.0001) - 0.5 AS tf
    FROM candidates c JOIN terms t ON c.vector @@ t.tsq
), weights AS MATERIALIZED (
    SELECT t.lexeme, ln(1 + (n.total - count(h.id) + 0.5) / (count(h.id) + 0.5)) AS idf
    FROM terms t LEFT JOIN hits h ON h.lexeme = t.lexeme CROSS JOIN collection n
    GROUP BY t.lexeme, n.total
), scored AS (
    SELECT h.kind, h.id, min(h.document_id) AS document_id, array_agg(h.lexeme) AS lexemes,
        sum(w.idf * h.tf * (%(k1)s + 1) / (h.tf + %(k1)s * (1 - %(b)s + %(b)s * h.size / n.size))) AS score
    FROM hits h JOIN weights w ON w.lexeme = h.lexeme CROSS JOIN collection n
    GROUP BY h.kind, h.id
), ranked AS (
    SELECT *, row_number() OVER (ORDER BY score DESC, kind, id) AS place FROM scored
)
SELECT kind, id, document_id, score, lexemes FROM ranked
WHERE place <= %(limit)s
    OR kind = 'chunk' AND id = ANY(%(also_chunks)s::bigint[])
    OR kind = 'answer' AND id = ANY(%(also_answers)s::bigint[])
UNION ALL
SELECT NULL, NULL, NULL, w.idf, ARRAY[w.lexeme] FROM weights w
UNION ALL
SELECT NULL, NULL, NULL, n.total, NULL FROM collection n
"""

_VECTORS = """
SELECT 'chunk', id, embedding::text FROM solution_library_documentembedding WHERE id = ANY(%(chunks)s::bigint[])
UNION ALL
SELECT 'answer', id, embedding::text FROM solution_library_libraryanswer WHERE id = ANY(%(answers)s::bigint[])
"""

_SIMILARITIES = """
SELECT 'chunk', id, 1 - (embedding <=> %(vector)s::vector) FROM solution_library_documentembedding
WHERE id = ANY(%(chunks)s::bigint[]) AND embedding_model = %(model)s AND embedding IS NOT NULL
UNION ALL
SELECT 'answer', id, 1 - (embedding <=> %(vector)s::vector) FROM solution_library_libraryanswer
WHERE id = ANY(%(answers)s::bigint[]) AND embedding_model = %(model)s AND embedding IS NOT NULL
"""


@dataclass(frozen=True)
class DenseMatches:
    """Cosine similarities (-1 to 1), and the documents that found chunks belong to."""

    similarity: Mapping[Ref, float]
    documents: Mapping[Ref, int]


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


def find_dense(
    vector: np.ndarray,
    *,
    model: str,
    solutions: Collection[int] | None,
    limit: int,
    include_answers: bool,
) -> DenseMatches:
    """The nearest candidates by cosine similarity: `limit` chunks and `limit` answers.

    `solutions` None is no filter; an empty collection lets nothing through.
    """
    params: dict[str, str | int | list[int] | None] = {
        "vector": _literal(vector),
        "size": len(vector),
        "model": model,
        "limit": limit,
        "answers": include_answers,
        "solutions": None if solutions is None else [int(pk) for pk in solutions],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SCOPE_SIZE, params)
        if cursor.fetchone()[0] <= EXACT:
            cursor.execute(_DENSE_EXACT, params)
        else:
            cursor.execute(_WALK)
            cursor.execute(_DENSE_INDEXED, params)
        rows: list[tuple[str, int, float, int | None]] = cursor.fetchall()
    return DenseMatches(
        similarity={(kind, pk): float(similarity) for kind, pk, similarity, _ in rows},
        documents={(kind, pk): document for kind, pk, _, document in rows if document is not None},
    )


def find_lexical(
    query: str,
    *,
    solutions: Collection[int] | None,
    limit: int,
    include_answers: bool,
    also: Sequence[Ref] = (),
) -> LexicalMatches:
    """The best `limit` candidates by BM25, and the scores of those in `also` that share a word with it."""
    params = {
        "config": settings.SEARCH_LANGUAGE,
        "query": query.replace("\0", ""),
        "k1": K1,
        "b": B,
        "limit": limit,
        "answers": include_answers,
        "solutions": None if solutions is None else [int(pk) for pk in solutions],
        "also_chunks": [pk for kind, pk in also if kind == "chunk"],
        "also_answers": [pk for kind, pk in also if kind == "answer"],
    }
    with connection.cursor() as cursor:
        cursor.execute(_LEXICAL, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    found = [row for row in rows if row[0] is not None]
    return LexicalMatches(
        scores={(kind, pk): float(score) for kind, pk, _, score, _ in found},
        lexemes={(kind, pk): frozenset(lexemes) for kind, pk, _, _, lexemes in found},
        documents={(kind, pk): document for kind, pk, document, *_ in found if document is not None},
        idf={row[4][0]: float(row[3]) for row in rows if row[0] is None and row[4]},
        passages=sum(float(row[3]) for row in rows if row[0] is None and not row[4]),
    )


def fetch_vectors(refs: Sequence[Ref]) -> dict[Ref, np.ndarray]:
    """The candidates' own vectors; one without a vector, or gone by now, is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_VECTORS, _ids(refs))
        return {
            (kind, pk): np.fromstring(text.strip("[]"), sep=",", dtype=np.float32)
            for kind, pk, text in cursor.fetchall()
            if text
        }


def measure_similarity(refs: Sequence[Ref], vector: np.ndarray, *, model: str) -> dict[Ref, float]:
    """The cosine similarity of given candidates; they were found within the scope, so it is not asked again."""
    with connection.cursor() as cursor:
        cursor.execute(_SIMILARITIES, {**_ids(refs), "vector": _literal(vector), "model": model})
        return {(kind, pk): float(similarity) for kind, pk, similarity in cursor.fetchall()}


def _ids(refs: Sequence[Ref]) -> dict[str, list[int]]:
    return {
        "chunks": [pk for kind, pk in refs if kind == "chunk"],
        "answers": [pk for kind, pk in refs if kind == "answer"],
    }


def _literal(vector: np.ndarray) -> str:
    return "[" + ",".join(f"{value:.6g}" for value in vector) + "]"
