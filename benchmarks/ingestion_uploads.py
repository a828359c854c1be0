#!/usr/bin/env python3
"""Many mixed uploads at once, with the real worker killed twice on the way.

    python benchmarks/ingestion_uploads.py [--count 200]

On a stack of its own. All documents have to end embedded, or failed with a reason, none lost and none doubled; the
library's page is asked for all the while. Prints one JSON object last.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.ingestion import own_state  # noqa: E402
from spelunker.embedded.attach import services_for  # noqa: E402

# Seconds without a heartbeat after which a job is taken for lost; the product's default would only take longer.
LEASE = "3"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    options = parser.parse_args()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "spelunker.settings", "JOB_LEASE_SECONDS": LEASE}
    with own_state(), services_for(["manage.py", "ingest"]):
        import django  # settings are read here, so the stack has to be there

        django.setup()
        return measure(options.count)


def measure(count: int) -> int:
    from django.contrib.auth.models import Group
    from django.test import Client

    from core.models import Organization, User
    from core.permissions import LIBRARY_EDITOR
    from rag.tests.mixed_uploads import problems_of, upload_mixed, watch_to_the_end
    from solution_library.models import Document, Solution
    from spelunker.embedded.process import stop_together
    from spelunker.embedded.worker_process import CeleryWorkerProcess

    vendor = Organization.objects.create(name="Benchmark", kind=Organization.Kind.VENDOR)
    solution = Solution.objects.create(vendor=vendor, name="Benchmark")
    user = User.objects.create_user(email="editor@example.com")
    user.groups.add(Group.objects.get(name=LIBRARY_EDITOR))
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    with tempfile.TemporaryDirectory() as logs:
        worker = CeleryWorkerProcess(
            environment=dict(os.environ), queues="embedding", concurrency=1, log=Path(logs) / "worker.log"
        )
        worker.start()
        try:
            outcome = upload_mixed(client, solution, count=count)
            kills = [count // 5, count // 2]
            watch_to_the_end(
                outcome, client=client, solution=solution, worker=worker, kill_at=kills, patience=1200
            )
        finally:
            stop_together([worker.process])
    problems = problems_of(solution, count=count)
    print(*problems, sep="\n")
    pages = sorted(outcome.page_seconds)
    figures = {
        "uploaded": outcome.uploaded,
        "refused": outcome.refused,
        "embedded": Document.objects.filter(solution=solution, embedding_status="embedded").count(),
        "upload_seconds": round(outcome.upload_seconds, 1),
        "seconds": round(outcome.seconds, 1),
        "killed_at": outcome.kills,
        "page_seconds_median": round(pages[len(pages) // 2], 3),
        "page_seconds_worst": round(pages[-1], 3),
        "problems": len(problems),
    }
    print(json.dumps(figures))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
