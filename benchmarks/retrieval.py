#!/usr/bin/env python3
"""Five ways of retrieval on labelled sets, in one run.

    python benchmarks/retrieval.py FOLDER [FOLDER...]

A FOLDER is a set in BEIR layout, or holds several. "own" is Spelunker's search: each document goes through the
product's parser, chunker, embedding, tables and SQL. The other four see the same passages, and documents
are ranked by their best passage for all five: BM25 (bm25s, stemmed, k1 1.2, b 0.75), the embedding model alone,
the two by reciprocal rank fusion (k 60), and by min-max normalised scores, 0.7 dense and 0.3 BM25. A query
with a scope searches within it. Prints a table for each set, then one JSON line. Exit code 1 when own is below
another in nDCG@10 or Recall@10 on any set; a tie is named, and passes.
"""

import argparse
import json
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import bm25s
import numpy as np
import Stemmer

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from spelunker.embedded.attach import services_for  # noqa: E402

if TYPE_CHECKING:
    from rag.evaluation import SetPassage
    from rag.retrieval_sets import RetrievalSet

RRF_K = 60
DENSE_SHARE = 0.7
# Of each ranking, what rank fusion looks at.
DEPTH = 100
OTHERS = ("BM25", "dense", "RRF", "0.7/0.3 scores")
MEASURES = ("nDCG@10", "Recall@10")
_STEMMER = Stemmer.Stemmer("english")

Figures = dict[str, float]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    folders = [found for folder in options.folders for found in find_sets(folder)]
    if not folders:
        parser.error("there is no set (corpus.jsonl, queries.jsonl, qrels/test.tsv) in these folders")
    results = {}
    with own_state(), services_for(["manage.py", "evaluate_retrieval"]):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spelunker.settings")
        import django  # the settings are read here, when the services are there

        django.setup()
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        for folder in folders:
            results[folder.name] = figures = measure(folder)
            print_table(folder.name, figures)
    print(json.dumps(results))
    return int(any(below(figures) for figures in results.values()))


def find_sets(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.rglob("corpus.jsonl"))


@contextmanager
def own_state() -> Iterator[None]:
    """A stack of its own, so that neither a running one nor its data has a part in the figures."""
    with tempfile.TemporaryDirectory(prefix="spelunker-benchmark-") as folder:
        os.environ["SPELUNKER_STATE"] = folder
        yield


def measure(folder: Path) -> dict[str, Figures]:
    """The figures of each method; own last."""
    from rag.evaluation import fill_library, rank_documents
    from rag.providers.embedding import get_embedding_provider
    from rag.retrieval_sets import load_retrieval_set
    from rag.trial_library import trial_library

    labelled = load_retrieval_set(folder)
    provider = get_embedding_provider()
    with trial_library(model=provider.name) as library:
        filled = fill_library(library, labelled, provider=provider, report=show)
        own = rank_documents(filled, labelled, report=show).documents
    others = rank_by_others(labelled, filled.passages, provider.embed_passages)
    return {name: score(labelled, rankings) for name, rankings in {**others, "own": own}.items()}


def rank_by_others(
    labelled: "RetrievalSet", passages: Sequence["SetPassage"], embed: Callable[[list[str]], np.ndarray]
) -> dict[str, dict[str, list[str]]]:
    """For each of the other methods, each query's documents, best first."""
    pools: dict[str | None, Pool] = {}
    rankings: dict[str, dict[str, list[str]]] = {name: {} for name in OTHERS}
    vectors = embed([query.text for query in labelled.queries])
    for query, vector in zip(labelled.queries, vectors, strict=True):
        if query.scope not in pools:
            pools[query.scope] = Pool([p for p in passages if query.scope in (None, p.scope)])
        for name, documents in pools[query.scope].rank(query.text, vector).items():
            rankings[name][query.id] = documents
    return rankings


class Pool:
    """The passages that a query may find, indexed."""

    def __init__(self, passages: "Sequence[SetPassage]") -> None:
        self.documents = [passage.document for passage in passages]
        self.vectors = np.stack([p.vector for p in passages]) if passages else np.zeros((0, 1))
        self.index = bm25s.BM25(k1=1.2, b=0.75)
        if passages:
            self.index.index(_tokens([p.text for p in passages]), show_progress=False)

    def rank(self, query: str, vector: np.ndarray) -> dict[str, list[str]]:
        if not self.documents:
            return {name: [] for name in OTHERS}
        (words,) = _tokens([query], ids=False)
        lexical = self.index.get_scores(words) if words else np.zeros(len(self.documents))
        dense = self.vectors @ vector
        fused = np.zeros(len(self.documents))
        for scores in (lexical, dense):
            best = np.argsort(-scores, kind="stable")[:DEPTH]
            fused[best] += 1 / (RRF_K + 1 + np.arange(len(best)))
        mixed = DENSE_SHARE * _normalised(dense) + (1 - DENSE_SHARE) * _normalised(lexical)
        return {
            name: self._best_documents(scores)
            for name, scores in zip(OTHERS, (lexical, dense, fused, mixed), strict=True)
        }

    def _best_documents(self, scores: np.ndarray) -> list[str]:
        order = np.argsort(-scores, kind="stable")
        return list(dict.fromkeys(self.documents[index] for index in order))[:DEPTH]


def _tokens(texts: list[str], *, ids: bool = True) -> Any:
    return bm25s.tokenize(texts, stopwords="en", stemmer=_STEMMER, show_progress=False, return_ids=ids)


def _normalised(scores: np.ndarray) -> np.ndarray:
    spread = scores.max() - scores.min()
    return (scores - scores.min()) / spread if spread else np.zeros_like(scores)


def score(labelled: "RetrievalSet", rankings: Mapping[str, Sequence[str]]) -> Figures:
    from rag.ranking_metrics import ndcg, recall

    pairs = [(rankings[query.id], labelled.relevant[query.id]) for query in labelled.queries]
    values = (fmean(measure(*pair, at=10) for pair in pairs) for measure in (ndcg, recall))
    return {name: round(value, 4) for name, value in zip(MEASURES, values, strict=True)}


def below(figures: Mapping[str, Figures]) -> list[str]:
    """The measures in which another method is better than own."""
    return [m for m in MEASURES if any(figures[other][m] > figures["own"][m] for other in OTHERS)]


def print_table(name: str, figures: Mapping[str, Figures]) -> None:
    print(f"\n{name:24}" + "".join(f"{measure:>11}" for measure in MEASURES))
    for method, values in figures.items():
        print(f"  {method:22}" + "".join(f"{values[measure]:11.4f}" for measure in MEASURES))
    tied = [m for m in MEASURES if any(figures[other][m] == figures["own"][m] for other in OTHERS)]
    for measure in below(figures):
        print(f"  own is below another in {measure}")
    for measure in set(tied) - set(below(figures)):
        print(f"  own is as good as the best other in {measure}")
    sys.stdout.flush()


def show(done: int, total: int, message: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{total} {message}", end="", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
