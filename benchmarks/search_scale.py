#!/usr/bin/env python3
"""Search in a large library, beside one bare query of the vector index, in the same run.

    python benchmarks/search_scale.py [--chunks 100000] [--queries 100] [--keep folder]

Starts a stack of its own and throws it away; with --keep it stays, and is used again as it is. Vectors are those of the
demonstration's labelled questions with noise around them. A chunk's words are some of its question's and some sixty
others, as common as Zipf's law has them: the words of the demonstration's library first, then invented ones. Prints the
milliseconds at the 95th percentile of a bare indexed query, of the search by meaning, of the whole search (by words,
fusion and texts included) whose texts were never read before, and of the same once more; their ratios; and the recall
at 10 against comparing everything: of the index without a filter, of search with one that keeps 1 %, and of the index
with that filter, which search asks only in larger scopes. The last line is JSON.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.drafting import own_state  # noqa: E402
from spelunker.embedded.attach import services_for  # noqa: E402

PER_DOCUMENT = 100
WORDINGS = 20_000
SHARE = 100  # the filtered scope has one document in so many
TOP = 10
NOISE = 0.7
VOCABULARY = 60_000
WORDS = (30, 90)  # of a chunk, besides its question's
OWN_WORDS = 0.5  # how many of its question's a chunk has
BATCH = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spelunker.settings")
    with own_state(options.keep), services_for(["manage.py", "search_library"]):
        import django  # settings are read here, so the stack has to be there

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        print(json.dumps(measure(options.chunks, options.queries)))


def measure(chunks: int, queries: int) -> dict[str, Any]:
    from rag.providers.embedding import get_embedding_provider
    from rag.services import candidates
    from rag.services.filters import SearchFilters
    from rag.services.search import CANDIDATES_OF_MANY, find_passages
    from rag.services.search_index import TABLES, build_index
    from rfp_manager.demo.labelled import read_catalogue, read_held_out
    from solution_library.models import Solution

    provider = get_embedding_provider()
    texts = [question.text for question in (*read_catalogue(), *read_held_out())]
    real = np.array(provider.embed_passages(texts), dtype=np.float32)
    numbers = np.random.default_rng(5)
    few = [solution.pk for solution in Solution.objects.filter(name="Few")] or fill(
        texts, real, chunks, numbers, provider.name
    )
    started = time.perf_counter()
    for table in TABLES:
        build_index(table, model=provider.name, dimensions=provider.dimensions, memory_mb=3072, progress=say)
    built = time.perf_counter() - started
    asked = near(real[numbers.integers(len(real), size=queries)], numbers)

    def dense(vector: np.ndarray, scope: list[int] | None) -> list[tuple[str, int]]:
        filters = SearchFilters(solutions=scope)
        collection = candidates.measure_collection("", model=provider.name, filters=filters)
        found = candidates.find_dense(
            vector, collection, model=provider.name, filters=filters, limit=CANDIDATES_OF_MANY
        ).similarity
        return sorted(found, key=lambda ref: -found[ref])[:TOP]

    bare = percentile([partial(bare_query, vector, provider.name) for vector in asked])
    meaning = percentile([partial(dense, vector, None) for vector in asked])
    wholes = [partial(find_passages, texts[n % len(texts)], vector=vector) for n, vector in enumerate(asked)]
    whole, again = percentile(wholes, warm_up=0), percentile(wholes)
    usual = candidates.EXACT

    def found(scope: list[int] | None, exact: int) -> list[set[tuple[str, int]]]:
        candidates.EXACT = exact  # up to so many chunks are compared one by one
        try:
            return [set(dense(vector, scope)) for vector in asked]
        finally:
            candidates.EXACT = usual

    everything = {name: found(scope, chunks) for name, scope in (("all", None), ("few", few))}

    def recall(name: str, scope: list[int] | None, exact: int) -> float:
        shared = sum(len(a & b) for a, b in zip(found(scope, exact), everything[name], strict=True))
        return round(shared / (TOP * len(asked)), 4)

    return {
        "chunks": chunks,
        "build_seconds": round(built, 1),
        "bare_p95_ms": round(bare, 2),
        "meaning_p95_ms": round(meaning, 2),
        "whole_p95_ms": round(whole, 2),
        "meaning_to_bare": round(meaning / bare, 2),
        "whole_again_p95_ms": round(again, 2),
        "whole_to_bare": round(whole / bare, 2),
        "whole_again_to_bare": round(again / bare, 2),
        "recall_at_10": recall("all", None, -1),
        "recall_at_10_filtered": recall("few", few, usual),
        "recall_at_10_filtered_by_index": recall("few", few, -1),
    }


def near(vectors: np.ndarray, numbers: np.random.Generator) -> np.ndarray:
    """Unit vectors around the given ones."""
    noise = numbers.normal(size=vectors.shape).astype(np.float32)
    noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
    moved = vectors + noise
    return moved / np.linalg.norm(moved, axis=1, keepdims=True)  # type: ignore[no-any-return]


def fill(
    texts: Sequence[str], real: np.ndarray, chunks: int, numbers: np.random.Generator, model: str
) -> list[int]:
    """Fill the library; the solutions of the filter that keeps one chunk in a hundred."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage
    from django.db import connection

    from core.models import Organization, User
    from solution_library.models import Document, Solution

    owner = User.objects.create_user(email="owner@example.com")
    vendor = Organization.objects.create(name="Vendor")
    solutions = [Solution.objects.create(vendor=vendor, name=name, owner=owner) for name in ("Many", "Few")]
    documents = Document.objects.bulk_create(
        Document(
            solution=solutions[number % SHARE == 0],
            title=f"Paper {number}",
            s3_key=f"documents/paper-{number}.md",
            chunk_count=PER_DOCUMENT,
            embedding_status="embedded",
            embedded_model=model,
        )
        for number in range(-(-chunks // PER_DOCUMENT))
    )
    # As in a real library hardly any text stands there twice; an object of its own for each would take hours.
    wordings = [
        f"{texts[n % len(texts)]} This is wording {n // len(texts)}." for n in range(min(chunks, WORDINGS))
    ]
    keys = [
        default_storage.save(f"chunks/1/chunk_{number}.txt", ContentFile(text.encode()))
        for number, text in enumerate(wordings)
    ]
    words, own = vocabulary(texts)
    columns = (
        "document_id, chunk_s3_key, chunk_index, chunk_size, content_hash, heading_path, embedding, embedding_model,"
        " search_vector, created_at"
    )
    with connection.cursor() as cursor:
        # Filling an index of words row by row takes far longer than building it at the end.
        cursor.execute("DROP INDEX embedding_search_vector")
        for start in range(0, chunks, BATCH):
            size = min(BATCH, chunks - start)
            chosen = numbers.integers(len(keys), size=size)
            vectors = near(real[chosen % len(texts)], numbers)
            with cursor.copy(f"COPY solution_library_documentembedding ({columns}) FROM STDIN") as rows:
                for offset, (kind, vector) in enumerate(zip(chosen, vectors, strict=True)):
                    number = start + offset
                    rows.write_row(
                        (documents[number // PER_DOCUMENT].pk, keys[kind], number % PER_DOCUMENT, 100, str(kind),
                         "{}", json.dumps(vector.round(4).tolist()), model,
                         tsvector(words, own[kind % len(texts)], numbers), "2026-01-01")
                    )  # fmt: skip
            say("filling", (start + size) / chunks)
        cursor.execute(
            "CREATE INDEX embedding_search_vector ON solution_library_documentembedding USING gin (search_vector)"
        )
        cursor.execute("VACUUM ANALYZE solution_library_documentembedding")
    return [solutions[1].pk]


def vocabulary(texts: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """Lexemes, the most common first, and those of each text."""
    from rag.services.features import lexemes_of

    library = ROOT / "rfp_manager" / "demo" / "library"
    papers = [path.read_text(encoding="utf-8") for path in sorted(library.rglob("*.md"))]
    common = Counter(
        word
        for words in lexemes_of([line for text in papers for line in text.splitlines()])
        for word in words
    )
    ranked = [word for word, _ in common.most_common()]
    return [*ranked, *(f"w{n}" for n in range(VOCABULARY - len(ranked)))], [
        sorted(w) for w in lexemes_of(texts)
    ]


def tsvector(words: Sequence[str], own: Sequence[str], numbers: np.random.Generator) -> str:
    """Some of `own` and some of `words`, as Zipf's law has them, each at its places."""
    chosen = (len(words) ** numbers.random(numbers.integers(*WORDS))).astype(int) - 1
    kept = [word for word, luck in zip(own, numbers.random(len(own)), strict=True) if luck < OWN_WORDS]
    places: dict[str, list[str]] = {}
    for place, word in enumerate([*kept, *(words[n] for n in chosen)], start=1):
        places.setdefault(word, []).append(str(place))
    return " ".join(
        "'" + word.replace("\\", "\\\\").replace("'", "''") + "':" + ",".join(at)
        for word, at in places.items()
    )


def bare_query(vector: np.ndarray, model: str) -> None:
    """What anybody would write: the ten nearest chunks, by the index."""
    from django.db import connection

    literal = "[" + ",".join(f"{value:.6g}" for value in vector) + "]"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM solution_library_documentembedding"
            " WHERE embedding_model = %(model)s AND embedding IS NOT NULL"
            " ORDER BY embedding::halfvec(%(size)s) <=> %(vector)s::halfvec(%(size)s) LIMIT 10",
            {"model": model, "vector": literal, "size": len(vector)},
        )
        cursor.fetchall()


def percentile(asks: Sequence[Callable[[], Any]], *, warm_up: int = 10) -> float:
    """Milliseconds that 95 of 100 stay under, once the first few have been asked to warm up."""
    for ask in asks[:warm_up]:
        ask()
    times = []
    for ask in asks:
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1000)
    return float(np.percentile(times, 95))


def say(phase: str, share: float) -> None:
    print(f"{phase}: {share:.0%}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
