"""Search by meaning, in SQL, over chunks and approved answers alike; and what is known of the collection.

The scope is in the WHERE: nothing of another solution is ever compared.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings

from rag.services.filters import SearchFilters
from rag.services.prepared import array, preparing_cursor, sql_literal
from rag.services.word_ranks import rank_columns, rank_params

# A candidate's name across both tables: ("chunk" or "answer", primary key).
Ref = tuple[str, int]

# Up to so many chunks in scope are compared one by one: that is exact, and takes milliseconds. Beyond, the index of
# `rag.services.search_index` is walked where it was built, and goes on until enough of what it meets is in scope.
EXACT = 20_000
# Set within the statement, for the time of its transaction: in `asked`, which is needed before the walk begins.
_WALK = """, set_config('hnsw.iterative_scan', 'strict_order', true),
    set_config('hnsw.ef_search', %(wide)s, true), set_config('hnsw.max_scan_tuples', '100000', true)"""
# How many candidates the walk holds at a time: with fewer than this it misses near ones. In a larger graph it takes
# more to find as many of them; the root of the size kept recall in libraries of 100,000 and 1,000,000 chunks.
_WIDE, _WIDE_AT, _WIDEST = 80, 100_000, 900
# The table's own figure may be old, so it is trusted only well beyond that.
_COLLECTION = """
SELECT {size}, c.reltuples, tsvector_to_array(to_tsvector(%(config)s::regconfig, %(query)s)),
    (SELECT min(d.embedded_model) = %(model)s AND max(d.embedded_model) = %(model)s
    FROM solution_library_document d WHERE d.embedded_model > '')
FROM pg_class c WHERE c.oid = 'solution_library_documentembedding'::regclass
"""
_SIZE = """(SELECT coalesce(sum(d.chunk_count), 0) FROM solution_library_document d WHERE {of_documents})"""
_SIZE_OF_ALL = (
    f"CASE WHEN c.reltuples > %(trusted)s THEN c.reltuples ELSE {_SIZE.format(of_documents='true')} END"
)

# Size and model are written out: the ORDER BY is on `embedding::halfvec(384)` literally and under one model, as the
# expression index of that model has it. `{exactly}` is what keeps the planner from using it.
_DENSE = """
WITH asked AS MATERIALIZED (SELECT %(vector)s::halfvec({size}) AS vector{walk})
(SELECT 'chunk', e.id, 1 - (e.embedding::halfvec({size}) <=> (SELECT vector FROM asked)), e.document_id{of_chunk}
FROM {chunks}
WHERE e.embedding_model = {model} AND e.embedding IS NOT NULL AND e.waiting_search_vector IS NULL
    AND {of_documents}
ORDER BY (e.embedding::halfvec({size}) <=> (SELECT vector FROM asked)){exactly} LIMIT %(limit)s)
UNION ALL
(SELECT 'answer', a.id, 1 - (a.embedding::halfvec({size}) <=> (SELECT vector FROM asked)), NULL{of_answer}
FROM solution_library_libraryanswer a
WHERE {answers} AND a.embedding_model = {model} AND a.embedding IS NOT NULL AND {of_answers}
ORDER BY (a.embedding::halfvec({size}) <=> (SELECT vector FROM asked)){exactly} LIMIT %(limit)s)
"""

# The query moves towards its best passages, as far as their weights say, and is compared with all candidates again.
# pgvector has no product of a vector and a number, so a weight is a vector of it.
_FEEDBACK = """
WITH best AS (
    SELECT * FROM unnest(%(kinds)s::text[], %(ids)s::bigint[], %(weights)s::float[]) AS given(kind, id, weight)
), vectors AS (
    SELECT b.weight, coalesce(e.embedding, a.embedding) AS embedding FROM best b
    LEFT JOIN solution_library_documentembedding e ON b.kind = 'chunk' AND e.id = b.id
    LEFT JOIN solution_library_libraryanswer a ON b.kind = 'answer' AND a.id = b.id
    WHERE coalesce(e.embedding_model, a.embedding_model) = %(model)s
), moved AS MATERIALIZED (
    SELECT sum(embedding * array_fill((weight / total)::real, ARRAY[{size}])::vector) AS vector
    FROM vectors, (SELECT sum(weight) / nullif(%(feedback)s::float, 0) AS total FROM vectors) AS all_weights
    WHERE embedding IS NOT NULL AND total > 0
), target AS MATERIALIZED (
    SELECT CASE WHEN m.vector IS NULL THEN a.vector ELSE a.vector + m.vector END AS vector
    FROM moved m, (SELECT %(vector)s::vector AS vector) a
)
SELECT 'chunk', id, 1 - (embedding <=> (SELECT vector FROM target)) FROM solution_library_documentembedding
WHERE id = ANY(%(chunks)s::bigint[]) AND embedding_model = %(model)s AND embedding IS NOT NULL
UNION ALL
SELECT 'answer', id, 1 - (embedding <=> (SELECT vector FROM target)) FROM solution_library_libraryanswer
WHERE id = ANY(%(answers)s::bigint[]) AND embedding_model = %(model)s AND embedding IS NOT NULL
"""


@dataclass(frozen=True)
class Collection:
    """What a query is put to: its words, and how many chunks the scope and the whole library have.

    `settled` is True when all documents were embedded with the model asked for.
    """

    lexemes: tuple[str, ...]
    passages: float
    library: float
    settled: bool

    @property
    def is_large(self) -> bool:
        return self.passages > EXACT


@dataclass(frozen=True)
class DenseMatches:
    """Cosine similarities (-1 to 1), and the documents that found chunks belong to.

    `words` are the values of `rank_columns` for each, in a large scope, where the search by words may not meet them.
    """

    similarity: Mapping[Ref, float]
    documents: Mapping[Ref, int]
    words: Mapping[Ref, tuple[float, ...]]


def measure_collection(query: str, *, model: str, filters: SearchFilters) -> Collection:
    """The query's words as the index knows them, without stop words, and the size of what is searched."""
    size = _SIZE_OF_ALL if filters.all_documents else _SIZE.format(of_documents=filters.of_documents)
    params = {
        **filters.params,
        "config": settings.SEARCH_LANGUAGE,
        "query": query.replace("\0", ""),
        "trusted": 2 * EXACT,
        "model": model,
    }
    with filters.cursor() as cursor:
        cursor.execute(_COLLECTION.format(size=size), params)
        passages, library, lexemes, settled = cursor.fetchone()
    return Collection(tuple(lexemes), float(passages), max(float(passages), float(library)), settled is True)


def find_dense(
    vector: np.ndarray, collection: Collection, *, model: str, filters: SearchFilters, limit: int
) -> DenseMatches:
    """The nearest candidates by cosine similarity: `limit` chunks and `limit` answers."""
    lexemes = collection.lexemes
    params = {
        **filters.params,
        **rank_params(lexemes),
        "vector": _literal(vector),
        "limit": limit,
        "wide": str(max(_width(collection.library), limit)),
    }
    sql = _DENSE.format(
        size=len(vector),
        model=sql_literal(model),
        walk=_WALK if collection.is_large else "",
        of_chunk=f", {rank_columns('e', lexemes)}" if collection.is_large else "",
        of_answer=f", {rank_columns('a', lexemes)}" if collection.is_large else "",
        chunks=filters.chunks,
        of_documents=filters.of_documents,
        of_answers=filters.of_answers,
        answers="true" if filters.answers else "false",
        exactly="" if collection.is_large else " + 0",
    )
    with filters.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return DenseMatches(
        similarity={(kind, pk): float(similarity) for kind, pk, similarity, *_ in rows},
        documents={(kind, pk): document for kind, pk, _, document, *_ in rows if document is not None},
        words={(kind, pk): tuple(words) for kind, pk, _, _, *words in rows if words},
    )


def _width(chunks: float) -> int:
    return round(_WIDE * min(max(1.0, (chunks / _WIDE_AT) ** 0.5), _WIDEST / _WIDE))


def measure_feedback(
    vector: np.ndarray, best: Mapping[Ref, float], candidates: Sequence[Ref], *, model: str, feedback: float
) -> dict[Ref, float]:
    """The candidates' cosine similarity to `vector` once it has moved towards the mean of the `best`, by their weights.

    `feedback` is how far (Rocchio). The candidates were found within the scope, so it is not asked again. One that is
    gone by now is left out.
    """
    params: dict[str, Any] = {
        **ids_of(candidates),
        "kinds": [kind for kind, _ in best],
        "ids": array([pk for _, pk in best]),
        "weights": array([*best.values()]),
        "vector": _literal(vector),
        "model": model,
        "feedback": feedback,
    }
    with preparing_cursor() as cursor:
        cursor.execute(_FEEDBACK.format(size=len(vector)), params)
        return {(kind, pk): float(similarity) for kind, pk, similarity in cursor.fetchall()}


def ids_of(refs: Iterable[Ref]) -> dict[str, str]:
    """The primary keys of the chunks and of the answers, each as the literal of an array."""
    refs = list(refs)
    return {f"{of}s": array([pk for kind, pk in refs if kind == of]) for of in ("chunk", "answer")}


def _literal(vector: np.ndarray) -> str:
    numbers = ",".join(["%.6g"] * len(vector)) % tuple(vector.tolist())
    return f"[{numbers}]"
