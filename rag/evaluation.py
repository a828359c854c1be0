"""How well the library is searched, measured on a labelled set by the product's own code.

Each document of the set is parsed, chunked, embedded, stored and searched as one that was uploaded;
documents are ranked by their best passage. The library itself is neither read nor changed.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np

from rag.parsing import ParsingError, parse_document
from rag.providers.embedding import EmbeddingProvider, get_embedding_provider
from rag.providers.reranking import RerankingError, reranker_name
from rag.ranking_metrics import ndcg, recall, reciprocal_rank
from rag.retrieval_sets import RetrievalSet, SetDocument
from rag.services.chunk_preparation import prepare_chunks
from rag.services.chunk_rows import PreparedChunk
from rag.services.filters import SearchFilters
from rag.services.search import find_passages
from rag.trial_library import TrialDocument, TrialLibrary, trial_library
from solution_library.models import DocumentEmbedding

Report = Callable[[int, int, str], None]

_BATCH = 32
_TOP = 10


@dataclass(frozen=True)
class SetPassage:
    """One passage of the set as it went into the index: `text` is what was embedded."""

    document: str
    scope: str | None
    text: str
    vector: np.ndarray


@dataclass(frozen=True)
class FilledLibrary:
    """The set in a trial library. `solutions` number its scopes, `documents` name the passages' rows.

    `unreadable` are the documents that gave no text; a query that wants one of them misses it.
    """

    passages: Sequence[SetPassage]
    solutions: Mapping[str | None, int]
    documents: Mapping[int, str]
    unreadable: Sequence[str]
    seconds: float


@dataclass(frozen=True)
class Rankings:
    """For each query's id the documents, best first; and how long each search took, in seconds."""

    documents: Mapping[str, Sequence[str]]
    seconds: Sequence[float]


def evaluate_retrieval(labelled: RetrievalSet, *, report: Report | None = None) -> dict[str, Any]:
    """Measure retrieval on a labelled set; the figures by name, as the command prints them.

    The quality is the mean over the judged queries, each search's time as a person would wait for
    its ten passages. Raises core.storage.StorageError, EmbeddingError, and RerankingError rather than measuring a
    search that is not the configured one.
    """
    provider, reranker = get_embedding_provider(), reranker_name()
    with trial_library(model=provider.name) as library:
        filled = fill_library(library, labelled, provider=provider, report=report or _silent)
        ranked = rank_documents(filled, labelled, report=report or _silent)
    pairs = [(ranked.documents[query.id], labelled.relevant[query.id]) for query in labelled.queries]
    p50, p95 = (float(value) * 1000 for value in np.percentile(ranked.seconds, [50, 95]))
    return {
        "set": labelled.name,
        "model": provider.name,
        "reranker": reranker or None,
        "documents": len(labelled.documents),
        "unreadable": len(filled.unreadable),
        "chunks": len(filled.passages),
        "queries": len(pairs),
        "nDCG@10": round(fmean(ndcg(*pair, at=10) for pair in pairs), 4),
        "Recall@10": round(fmean(recall(*pair, at=10) for pair in pairs), 4),
        "Recall@100": round(fmean(recall(*pair, at=100) for pair in pairs), 4),
        "MRR@10": round(fmean(reciprocal_rank(*pair, at=10) for pair in pairs), 4),
        "chunks/s": round(len(filled.passages) / filled.seconds, 1),
        "query p50 ms": round(p50, 1),
        "query p95 ms": round(p95, 1),
    }


def fill_library(
    library: TrialLibrary, labelled: RetrievalSet, *, provider: EmbeddingProvider, report: Report
) -> FilledLibrary:
    """Put every document of the set into the trial library; one batch is stored while the next is embedded."""
    started = time.perf_counter()
    scopes = [entry.scope for entry in labelled.documents] + [entry.scope for entry in labelled.queries]
    solutions = {scope: number for number, scope in enumerate(dict.fromkeys(scopes), start=1)}
    names: dict[int, str] = {}
    passages: list[SetPassage] = []
    unreadable: list[str] = []
    done = 0
    for batch in _prepared(labelled.documents, solutions, provider):
        readable = [(entry, document) for entry, document in batch if document is not None]
        unreadable += [entry.id for entry, document in batch if document is None]
        keys = library.add([document for _, document in readable])
        names.update(zip(keys, (entry.id for entry, _ in readable), strict=True))
        passages += [
            SetPassage(entry.id, entry.scope, chunk.passage, vector)
            for entry, document in readable
            for chunk, vector in zip(document.chunks, document.vectors, strict=True)
        ]
        done += len(batch)
        report(done, len(labelled.documents), "documents embedded")
    library.analyze()
    seconds = time.perf_counter() - started
    rows = DocumentEmbedding.objects.filter(document__in=names).values_list("pk", "document_id")
    documents = {pk: names[document] for pk, document in rows.order_by()}
    return FilledLibrary(passages, solutions, documents, unreadable, seconds)


def rank_documents(filled: FilledLibrary, labelled: RetrievalSet, *, report: Report) -> Rankings:
    """Search for every query in its own scope, and name the documents of all candidates, best first."""
    documents: dict[str, list[str]] = {}
    seconds: list[float] = []
    for number, query in enumerate(labelled.queries, start=1):
        scope = None if query.scope is None else [filled.solutions[query.scope]]
        started = time.perf_counter()
        result = find_passages(query.text, filters=SearchFilters(solutions=scope), top=_TOP)
        seconds.append(time.perf_counter() - started)
        if result.reranking_problem:
            raise RerankingError(result.reranking_problem)
        documents[query.id] = list(dict.fromkeys(filled.documents[pk] for _, pk in result.ranking))
        report(number, len(labelled.queries), "queries searched")
    return Rankings(documents, seconds)


_Prepared = tuple[SetDocument, TrialDocument | None]


def _prepared(
    documents: Sequence[SetDocument], solutions: Mapping[str | None, int], provider: EmbeddingProvider
) -> Iterator[list[_Prepared]]:
    """The documents in batches, embedded; the batch after the one that is used is under way meanwhile."""
    batches = [documents[start : start + _BATCH] for start in range(0, len(documents), _BATCH)]
    with ThreadPoolExecutor(1) as ahead:
        waiting = ahead.submit(_prepare, batches[0], solutions, provider)
        for following in batches[1:]:
            ready = waiting.result()
            waiting = ahead.submit(_prepare, following, solutions, provider)
            yield ready
        yield waiting.result()


def _prepare(
    documents: Sequence[SetDocument], solutions: Mapping[str | None, int], provider: EmbeddingProvider
) -> list[_Prepared]:
    """Parse, chunk and embed; None for a document that gives no text."""
    prepared: list[tuple[SetDocument, str, list[PreparedChunk]]] = []
    for document in documents:
        try:
            # In this process: the set is the evaluator's own, and a process for each document would cost more.
            parsed = parse_document(document.text.encode(), extension=document.extension)
        except ParsingError:
            prepared.append((document, "", []))
            continue
        title = (document.title or parsed.title or "")[:500]
        prepared.append((document, title, prepare_chunks(parsed, title=title, provider=provider)))
    vectors = iter(provider.embed_passages([chunk.passage for *_, chunks in prepared for chunk in chunks]))
    return [
        (
            document,
            TrialDocument(
                title, document.extension, solutions[document.scope], chunks, [next(vectors) for _ in chunks]
            )
            if chunks
            else None,
        )
        for document, title, chunks in prepared
    ]


def _silent(done: int, total: int, message: str) -> None:
    """Progress nobody asked for."""
