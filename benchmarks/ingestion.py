#!/usr/bin/env python3
"""Throughput of ingestion against the bare embedding model on the same chunks, in one run.

    python benchmarks/ingestion.py [--rounds 2] [FILE_OR_FOLDER ...]

Starts a stack of its own and throws it away. The pipeline is the product's: read from the object store, parse in
a process of its own, cut, embed, store texts, replace rows. The bare model gets the very chunks that the pipeline
made, a document at a time, and nothing else. Both take turns, and the best round of each counts; processor
seconds tell more than the clock on a machine that does other things. Where the model reads long passages the rest is
a smaller part of the work, so the figure depends on the documents. In the end the plain loop of `embedding.py`
gets the chunks once: against that slower model everything else is a small part of the work. Prints one JSON object
last. Without files it takes the demonstration library.
"""

import argparse
import contextlib
import hashlib
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.embedding import PlainLoop  # noqa: E402
from spelunker.embedded.attach import services_for  # noqa: E402

if TYPE_CHECKING:
    from solution_library.models import Document

BAR = 0.85


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, default=[ROOT / "rfp_manager" / "demo" / "library"])
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spelunker.settings")
    with own_state(), services_for(["manage.py", "ingest"]):
        import django  # settings are read here, so the stack has to be there

        django.setup()
        return measure(options.paths, options.rounds)


@contextlib.contextmanager
def own_state() -> Iterator[None]:
    """Point the embedded stack at a folder that nobody else uses."""
    with tempfile.TemporaryDirectory(prefix="spelunker-ingestion-") as folder:
        os.environ["SPELUNKER_STATE"] = folder
        yield


def measure(paths: Sequence[Path], rounds: int) -> int:
    from core.storage import delete_objects
    from rag.providers.embedding import get_embedding_provider
    from solution_library.models import Document, DocumentEmbedding, EmbeddingStatus

    documents = store_documents(paths)
    provider = get_embedding_provider()
    provider.embed_query("warm")
    passages = [passages_of(document) for document in documents]
    chunks = sum(map(len, passages))
    print(f"{len(documents)} documents, {chunks} chunks")
    best: dict[str, tuple[float, float]] = {}
    for number in range(1, rounds + 1):
        delete_objects(DocumentEmbedding.objects.values_list("chunk_s3_key", flat=True))
        DocumentEmbedding.objects.all().delete()
        Document.objects.update(
            embedding_status=EmbeddingStatus.PENDING, chunk_count=0, embedded_hash="", embedded_model=""
        )
        for name, work in (
            ("pipeline", lambda: embed_all(documents)),
            ("bare model", lambda: [provider.embed_passages(texts) for texts in passages]),
        ):
            spent = seconds(work)
            best[name] = min(best.get(name, spent), spent)
            print(
                f"round {number}: {name:<10} {chunks / spent[0]:7.1f} chunks/s, {spent[1]:.1f} s of processor"
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    # Last, since it takes three times the memory.
    best["plain loop"] = seconds(lambda: PlainLoop().embed([text for texts in passages for text in texts]))
    figures = {
        "documents": len(documents),
        "chunks": chunks,
        **{
            f"{name.replace(' ', '_')}_chunks_per_second": round(chunks / elapsed, 1)
            for name, (elapsed, _) in best.items()
        },
        "ratio": round(best["bare model"][0] / best["pipeline"][0], 3),
        "ratio_of_processor_time": round(best["bare model"][1] / best["pipeline"][1], 3),
        "ratio_to_plain_loop": round(best["plain loop"][0] / best["pipeline"][0], 2),
        "peak_megabytes": peak,
    }
    print(json.dumps(figures))
    return 0 if figures["ratio"] >= BAR else 1


def store_documents(paths: Sequence[Path]) -> "list[Document]":
    from django.core.files.base import ContentFile

    from core.models import Organization
    from rag.services.ingestion import find_files
    from solution_library.models import Document, Solution

    vendor = Organization.objects.create(name="Benchmark", kind=Organization.Kind.VENDOR)
    solution = Solution.objects.create(vendor=vendor, name="Benchmark")
    documents = []
    for path in find_files(paths).files:
        content = path.read_bytes()
        documents.append(
            Document.objects.create(
                solution=solution,
                title=path.stem,
                file=ContentFile(content, name=path.name),
                content_hash=hashlib.sha256(content + str(path).encode()).hexdigest(),
            )
        )
    return documents


def passages_of(document: "Document") -> list[str]:
    """What the pipeline embeds of a document, in its order."""
    from core.storage import read_bytes
    from rag.parsing import parse_document
    from rag.providers.embedding import get_embedding_provider
    from rag.services.chunk_preparation import prepare_chunks

    parsed = parse_document(read_bytes(document.s3_key), extension=document.file_type)
    chunks = prepare_chunks(parsed, title=document.title, provider=get_embedding_provider())
    return [chunk.passage for chunk in chunks]


def embed_all(documents: "Sequence[Document]") -> None:
    from rag.services.embeddings import embed_document

    for document in documents:
        embed_document(document.pk)


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """(elapsed, processor) seconds of one call, those of its child processes included."""
    start, before = time.perf_counter(), processor_seconds()
    work()
    return time.perf_counter() - start, processor_seconds() - before


def processor_seconds() -> float:
    """Of this process, of its children that ended, and of the parsers: their parent outlives the measurement."""
    from rag.parsing.nursery_client import nursery_pid

    own = sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
    status = Path(f"/proc/{nursery_pid()}/stat")
    if not status.exists():
        return own
    # utime, stime, cutime, cstime: see proc(5).
    ticks = map(int, status.read_text().rsplit(")", 1)[1].split()[11:15])
    return own + sum(ticks) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
