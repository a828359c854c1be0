"""Hybrid search over the solution library: chunks of documents and approved answers together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from rag.providers.embedding import get_embedding_provider
from rag.services.candidates import DenseMatches, Ref, find_dense, measure_collection, measure_feedback
from rag.services.filters import WHOLE_LIBRARY, SearchFilters
from rag.services.fusion import FusedScore, best_first, feedback_reach, feedback_weights, fuse, weigh_words
from rag.services.lexical import LexicalMatches, judge_words, look_up_words
from rag.services.passages import Passage, load_passages
from rag.services.repeats import fold_repeats
from rag.services.reranking import rerank
from rag.services.serving_model import vector_for_search
from rag.services.side_by_side import begin

# Candidates taken from each of the two searches before they are fused: of a large scope, where each costs time, fewer.
CANDIDATES = 100
CANDIDATES_OF_MANY = 40
# Read beyond `top` at first where some fall out as duplicates.
_SPARE = 6


@dataclass(frozen=True)
class SearchResult:
    """The passages, best first, and what the query was made of: its vector and its words' idf.

    `ranking` names every candidate that was compared, best first, also those beyond the passages.
    `reranking_problem` says why a reranker that is configured had no part in the order.
    """

    passages: list[Passage]
    vector: np.ndarray
    idf: Mapping[str, float]
    ranking: Sequence[Ref] = ()
    reranking_problem: str = ""


def search_library(query: str, *, filters: SearchFilters = WHOLE_LIBRARY, top: int = 10) -> list[Passage]:
    """The passages that fit `query` best, best first, each text once, with its `copies`.

    A bounded number of SQL queries, whatever is found. A passage whose document was replaced in this moment is
    left out.
    """
    return find_passages(query, filters=filters, top=top, nearly=True).passages


def find_passages(
    query: str,
    *,
    filters: SearchFilters = WHOLE_LIBRARY,
    top: int = 10,
    vector: np.ndarray | None = None,
    nearly: bool = False,
) -> SearchResult:
    """As `search_library`, with the query's vector (which may be given) and words for further judgement.

    `nearly` takes what is nearly identical for one passage, too: for a person's eyes, not to draft from.
    """
    provider = get_embedding_provider()
    if vector is None:
        vector = provider.embed_query(query)
    if filters.is_empty:
        return SearchResult([], vector, {})
    collection = measure_collection(query, model=provider.name, filters=filters)
    depth = max(CANDIDATES_OF_MANY if collection.is_large else CANDIDATES, top)
    sought, model = vector, provider.name
    if not collection.settled:  # while the model changes, search goes on with the one before
        sought, model = vector_for_search(query, vector, provider=provider)
    look_up = partial(look_up_words, collection, filters=filters)
    met = begin(look_up) if collection.is_large else look_up
    dense = find_dense(sought, collection, model=model, filters=filters, limit=depth)
    lexical = judge_words(met(), collection, limit=depth, dense=dense)
    fused = _fuse_with_feedback(sought, dense, lexical, model=model)
    second = rerank(query, best_first(fused), fused)
    passages = second.explain(_load(second.order, fused, lexical, top=top, nearly=nearly))
    return SearchResult(passages, vector, lexical.idf, second.order, second.problem)


def _fuse_with_feedback(
    vector: np.ndarray, dense: DenseMatches, lexical: LexicalMatches, *, model: str
) -> dict[Ref, FusedScore]:
    """Fuse, learn from the best few what the query is about, measure all candidates again, and fuse again."""
    documents = {**lexical.documents, **dense.documents}
    evidence = weigh_words(dense.similarity, lexical, documents)
    first = fuse(dense.similarity, evidence)
    order = best_first(first)
    best, feedback = feedback_weights(first, order), feedback_reach(first, order)
    again = measure_feedback(vector, best, list(first), model=model, feedback=feedback)
    return fuse(again, evidence)


def _load(
    order: Sequence[Ref],
    fused: Mapping[Ref, FusedScore],
    lexical: LexicalMatches,
    *,
    top: int,
    nearly: bool,
) -> list[Passage]:
    """The best `top` candidates as passages, best first, each text once; `nearly`: also what is nearly identical."""
    found: list[Passage] = []
    passages: list[Passage] = []
    for refs in _slices(order, top):
        loaded = load_passages(refs)
        found += [
            replace(loaded[ref], score=fused[ref].score, explanation=_explain(ref, fused, lexical))
            for ref in refs
            if ref in loaded
        ]
        passages = fold_repeats(found, nearly=nearly)
        if len(passages) >= top:
            break
    # Of equals the newer is shown, in its own place.
    place = {ref: number for number, ref in enumerate(order)}
    return sorted(passages, key=lambda passage: place[passage.ref])[:top]


def _slices(order: Sequence[Ref], top: int) -> Iterator[Sequence[Ref]]:
    """The first `top`; then a few more, twice as many each time, so that a library of copies takes few steps."""
    start, size = top, _SPARE
    yield order[:top]
    while start < len(order):
        yield order[start : start + size]
        start, size = start + size, 2 * size


def _explain(ref: Ref, fused: Mapping[Ref, FusedScore], lexical: LexicalMatches) -> dict[str, float]:
    score = fused[ref]
    return {
        "dense": round(score.dense, 4),
        "lexical": round(score.lexical, 4),
        "coverage": round(score.coverage, 4),
        "document": round(score.document, 4),
        "trust": round(score.trust, 4),
        "bm25": round(lexical.scores.get(ref, 0.0), 4),
        "fused": round(score.score, 4),
    }
