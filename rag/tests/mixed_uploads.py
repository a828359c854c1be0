"""What happens to many uploads while the worker is killed: for the test, and for the benchmark of 200."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core import jobs
from core.models import Job
from core.storage import chunk_key, read_text
from rag.services.queueing import DOCUMENT_JOB
from rag.tests.mixed_files import mixed_files
from solution_library.models import Document, DocumentEmbedding, EmbeddingStatus, Solution

ENDED = [EmbeddingStatus.EMBEDDED, EmbeddingStatus.FAILED]


@dataclass
class Outcome:
    """How an upload of many files ended; `page_seconds` are the library page's answers meanwhile."""

    uploaded: int
    refused: int
    upload_seconds: float
    page_seconds: list[float] = field(default_factory=list)
    kills: list[int] = field(default_factory=list)
    seconds: float = 0.0


def upload_mixed(client: Client, solution: Solution, *, count: int) -> Outcome:
    """Post `count` files in one request, as a browser does."""
    files = [SimpleUploadedFile(name, content) for name, content, _ in mixed_files(count)]
    started = time.monotonic()
    answer = client.post(
        reverse("solution_library:upload", args=[solution.pk]), {"files": files}, HTTP_HX_REQUEST="true"
    )
    spent = time.monotonic() - started
    assert answer.status_code == 200
    uploaded = Document.objects.filter(solution=solution).count()
    return Outcome(uploaded, _count_told(answer.content.decode(), solution, count), spent)


def _count_told(page: str, solution: Solution, count: int) -> int:
    """The files that became no document, and that the page names: those it refused with a reason."""
    titles = set(Document.objects.filter(solution=solution).values_list("title", flat=True))
    return sum(name in page for name, _, _ in mixed_files(count) if name.rsplit(".", 1)[0] not in titles)


def watch_to_the_end(
    outcome: Outcome,
    *,
    client: Client,
    solution: Solution,
    worker: Any,
    kill_at: Sequence[int],
    patience: float,
) -> None:
    """Ask for the page and sweep as the clock does, until all ended; kill the worker on the way.

    A document ends a moment before its job does, and a killed worker's job only when its lease has run out and
    another took it up: so both are waited for. `kill_at` says at how many ended documents.
    """
    started = time.monotonic()
    left = list(kill_at)
    while (ended := _ended(solution)) < outcome.uploaded or _active_jobs():
        assert time.monotonic() - started < patience, (
            f"{ended} of {outcome.uploaded} ended; {_active_jobs()} jobs have not"
        )
        if left and ended >= left[0]:
            worker.kill()
            outcome.kills.append(left.pop(0))
            worker.start()
        asked = time.monotonic()
        assert client.get(solution.get_absolute_url()).status_code == 200
        outcome.page_seconds.append(time.monotonic() - asked)
        jobs.sweep()
        time.sleep(0.2)
    outcome.seconds = time.monotonic() - started


def _ended(solution: Solution) -> int:
    return Document.objects.filter(solution=solution, embedding_status__in=ENDED).count()


def _active_jobs() -> int:
    return Job.objects.active().filter(kind=DOCUMENT_JOB).count()


def problems_of(solution: Solution, *, count: int) -> list[str]:
    """Sentences about what was lost, doubled or ended without a reason; none when all is well."""
    found = []
    readable = {name.rsplit(".", 1)[0]: good for name, _, good in mixed_files(count)}
    documents = list(Document.objects.filter(solution=solution))
    for document in documents:
        rows = list(DocumentEmbedding.objects.filter(document=document).order_by("chunk_index"))
        good = document.embedding_status == EmbeddingStatus.EMBEDDED
        if good != readable[document.title]:
            found.append(f"{document.title} is {document.embedding_status}: {document.embedding_error}")
        if not good and not document.embedding_error:
            found.append(f"{document.title} failed without a reason")
        if len(rows) != document.chunk_count or bool(rows) != good:
            found.append(f"{document.title} has {len(rows)} passages and says {document.chunk_count}")
        if [row.chunk_index for row in rows] != list(range(len(rows))):
            found.append(f"{document.title} has passages in the wrong places")
        for row in rows:
            prefix = chunk_key(document.pk, row.chunk_index).removesuffix(".txt")
            if (
                not row.chunk_s3_key.startswith(prefix)
                or len(read_text(row.chunk_s3_key).encode()) != row.chunk_size
            ):
                found.append(f"{row.chunk_s3_key} is not the text of its passage")
    missing = {title for title, good in readable.items() if good} - {document.title for document in documents}
    found.extend(f"{title} is not there" for title in sorted(missing))
    return found
