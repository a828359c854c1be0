#!/usr/bin/env python3
"""Memory of ingestion over a growing number of documents.

    python benchmarks/ingestion_memory.py [--sizes 100,1000,10000]

Each size is a fresh process that makes that many small documents, stores them, and embeds them by the service that
the worker calls, on a stack of its own. Prints for each the peak resident memory of that process, and what its
parsers' parent has at the end; last one JSON object with the ratio of the largest peak to the smallest. The bar is
1.15.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.ingestion import own_state  # noqa: E402
from spelunker.embedded.attach import services_for  # noqa: E402

BAR = 1.15


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spelunker.settings")
    if options.one:
        print(json.dumps(ingest(options.one)))
        return 0
    figures = []
    with own_state(), services_for(["manage.py", "ingest"]):
        for size in map(int, options.sizes.split(",")):
            done = subprocess.run(  # the state and the addresses are in the environment
                [sys.executable, __file__, "--one", str(size)], check=True, capture_output=True, text=True
            )
            figures.append(json.loads(done.stdout.splitlines()[-1]))
            print(figures[-1], flush=True)
    ratio = figures[-1]["peak_megabytes"] / figures[0]["peak_megabytes"]
    print(json.dumps({"runs": figures, "ratio": round(ratio, 3)}))
    return 0 if ratio <= BAR else 1


def ingest(count: int) -> dict[str, float]:
    import django  # settings are read here, so the stack has to be there

    django.setup()
    from core.models import Organization
    from rag.parsing.nursery_client import nursery_pid
    from rag.services.embeddings import embed_document
    from solution_library.models import Document, Solution

    vendor = Organization.objects.create(name=f"Benchmark {count}", kind=Organization.Kind.VENDOR)
    solution = Solution.objects.create(vendor=vendor, name=f"Benchmark {count}")
    for number in range(count):
        store_document(solution, number)
    started = time.perf_counter()
    later = 0.0
    for done, pk in enumerate(Document.objects.filter(solution=solution).values_list("pk", flat=True)):
        embed_document(pk)
        if done == count // 2:  # against the end, this tells a slow leak
            later = resident_megabytes(os.getpid())
    return {
        "documents": count,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "at_half_megabytes": later,
        "at_end_megabytes": resident_megabytes(os.getpid()),
        "nursery_megabytes": resident_megabytes(nursery_pid()),
        "documents_per_second": round(count / (time.perf_counter() - started), 1),
    }


def store_document(solution: object, number: int) -> None:
    from django.core.files.base import ContentFile

    from solution_library.models import Document

    text = f"# Control {number}\n\nControl {number} is reviewed by team {number % 7} and kept for a year.\n"
    Document.objects.create(
        solution=solution,
        title=f"Control {number}",
        file=ContentFile(text.encode(), name=f"control-{number}.md"),
        content_hash=f"{number:064}",
    )


def resident_megabytes(pid: int | None) -> float:
    found = [
        line.split()[1]
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmRSS:")
    ]
    return int(found[0]) // 1024


if __name__ == "__main__":
    sys.exit(main())
