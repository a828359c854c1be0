#!/usr/bin/env python3
"""Search in a large library, beside one bare query of the vector index, in the same run.

    python benchmarks/search_scale.py [--chunks 100000] [--queries 100]

Starts a stack of its own and throws it away. Vectors are those of the demonstration's labelled questions with noise
around them, texts are its questions. Prints the milliseconds at the 95th percentile of a bare indexed query, of the
search by meaning and of the whole search (by words, fusion and texts included), their ratios, and the recall at 10 of
the index against comparing everything: without a filter, and with one that keeps 1 %. The last line is JSON.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.drafting import own_state  # noqa: E402
from spelunker.embedded.attach import services_for  # noqa: E402

PER_DOCUMENT = 100
SHARE = 100  # the filtered scope has one document in so many
TOP = 10
NOISE = 0.7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=100)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spelunker.settings")
    with own_state(None), services_for(["manage.py", "search_library"]):
        import django  # settings are read here, so the stack has to be there

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        print(json.dumps(measure(options.chunks, options.queries)))


def measure(chunks: int, queries: int) -> dict[str, Any]:
    from rag.providers.embedding import get_embedding_provider
    from rag.services import candidates
    from rag.services.search import find_passages
    from rag.services.search_index import TABLES, build_index
    from rfp_manager.demo.labelled import read_catalogue, read_held_out

    provider = get_embedding_provider()
    texts = [question.text for question in (*read_catalogue(), *read_held_out())]
    real = np.array(provider.embed_passages(texts), dtype=np.float32)
    numbers = np.random.default_rng(5)
    few = fill(texts, real, chunks, numbers, provider.name)
    started = time.perf_counter()
    for table in TABLES:
        build_index(table, model=provider.name, dimensions=provider.dimensions, progress=say)
    built = time.perf_counter() - started
    asked = near(real[numbers.integers(len(real), size=queries)], numbers)

    def dense(vector: np.ndarray, scope: list[int] | None) -> list[tuple[str, int]]:
        found = candidates.find_dense(
            vector, model=provider.name, solutions=scope, limit=100, include_answers=True
        ).similarity
        return sorted(found, key=lambda ref: -found[ref])[:TOP]

    bare = percentile(asked, lambda vector: bare_query(vector, provider.name))
    meaning = percentile(asked, lambda vector: dense(vector, None))
    words = iter([texts[n % len(texts)] for n in range(2 * queries)])
    whole = percentile(asked, lambda vector: find_passages(next(words), vector=vector))
    recall = {}
    usual = candidates.EXACT
    try:
        for name, scope in (("all", None), ("filtered", few)):
            candidates.EXACT = chunks  # everything is compared
            exact = [set(dense(vector, scope)) for vector in asked]
            candidates.EXACT = -1  # the index is walked, however small the scope
            walked = [set(dense(vector, scope)) for vector in asked]
            shared = sum(len(a & b) for a, b in zip(walked, exact, strict=True))
            recall[name] = round(shared / (TOP * len(asked)), 4)
    finally:
        candidates.EXACT = usual
    return {
        "chunks": chunks,
        "build_seconds": round(built, 1),
        "bare_p95_ms": round(bare, 2),
        "meaning_p95_ms": round(meaning, 2),
        "whole_p95_ms": round(whole, 2),
        "meaning_to_bare": round(meaning / bare, 2),
        "whole_to_bare": round(whole / bare, 2),
        "recall_at_10": recall["all"],
        "recall_at_10_filtered": recall["filtered"],
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
        )
        for number in range(-(-chunks // PER_DOCUMENT))
    )
    keys = [
        default_storage.save(f"chunks/1/chunk_{number}.txt", ContentFile(text.encode()))
        for number, text in enumerate(texts)
    ]
    with connection.cursor() as cursor:
        copy = cursor.copy(
            "COPY solution_library_documentembedding (document_id, chunk_s3_key, chunk_index, chunk_size, content_hash,"
            " heading_path, embedding, embedding_model, search_vector, created_at) FROM STDIN"
        )
        cursor.execute("SELECT to_tsvector('english', t)::text FROM unnest(%s::text[]) AS t", [list(texts)])
        vectors = [row[0] for row in cursor.fetchall()]
        with copy as rows:
            for start in range(0, chunks, 10_000):
                size = min(10_000, chunks - start)
                chosen = numbers.integers(len(texts), size=size)
                for offset, (kind, vector) in enumerate(
                    zip(chosen, near(real[chosen], numbers), strict=True)
                ):
                    number = start + offset
                    literal = "[" + ",".join(f"{value:.5f}" for value in vector) + "]"
                    rows.write_row(
                        (documents[number // PER_DOCUMENT].pk, keys[kind], number % PER_DOCUMENT, 100, str(number),
                         "{}", literal, model, vectors[kind], "2026-01-01")
                    )  # fmt: skip
                say("filling", (start + size) / chunks)
        cursor.execute("ANALYZE solution_library_documentembedding")
    return [solutions[1].pk]


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


def percentile(asked: np.ndarray, ask: Callable[[np.ndarray], Any]) -> float:
    """Milliseconds that 95 of 100 stay under, after one pass to warm up on the first ten."""
    for vector in asked[:10]:
        ask(vector)
    times = []
    for vector in asked:
        started = time.perf_counter()
        ask(vector)
        times.append((time.perf_counter() - started) * 1000)
    return float(np.percentile(times, 95))


def say(phase: str, share: float) -> None:
    print(f"{phase}: {share:.0%}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
