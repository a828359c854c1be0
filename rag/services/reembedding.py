"""Another embedding model: what has vectors of the one before is embedded again, behind everything new.

`continue_reembedding` is called by a clock and after each embedding: it queues the next few documents, and never so
many that an upload would wait behind more than `AT_ONCE` of them. How search goes on meanwhile is told in
`serving_model`; when no document is left, `switch_model` ends it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import numpy as np
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from core import jobs
from core.jobs import JobError
from core.models import Job
from core.storage import delete_objects
from rag.parsing.cleaning import strip_invisible
from rag.providers.embedding import embedding_model_name, get_embedding_provider
from rag.services.chunk_rows import show_waiting_rows
from rag.services.queueing import ANSWER_JOB, DOCUMENT_JOB, UNFINISHED, enqueue_document_embedding
from rag.services.search_index import TABLES, SearchIndexError, build_index, list_indexes
from solution_library.models import Document, DocumentEmbedding, EmbeddingStatus, LibraryAnswer
from solution_library.services.documents import request_embedding

logger = logging.getLogger(__name__)

SWITCH_JOB = "switch_embedding_model"
AT_ONCE = 4
# So long a switch that failed is left alone: what was wrong may be over by then, and nobody has to ask for it.
_SWITCH_AGAIN_AFTER = timedelta(hours=1)
_BATCH = 64

Progress = Callable[[int, int, str], None]
Fence = Callable[[], None]


@dataclass(frozen=True)
class Reembedding:
    """How far the change to `model` is, in documents; `failed` of the rest could not be read again.

    `problem` is why the last step, after all documents, did not succeed.
    """

    model: str
    done: int
    total: int
    failed: int
    problem: str = ""


def reembedding_progress() -> Reembedding | None:
    """How far it is; None when everything has vectors of the configured model. A few queries."""
    model = embedding_model_name()
    if not (_behind(model).exists() or _answers_behind(model).exists()):
        return None
    documents = _with_passages().annotate(waits=_has_vectors(model))
    total = documents.count()
    rest = documents.exclude(embedded_model=model).filter(waits=False)
    failed = rest.filter(embedding_status=EmbeddingStatus.FAILED).count()
    stopped = _failed_switches(model).first()
    return Reembedding(model, total - rest.count(), total, failed, stopped.error if stopped else "")


def continue_reembedding() -> int:
    """Queue what comes next, unless enough is under way already; returns how many jobs were asked for."""
    model = embedding_model_name()
    if not (_behind(model).exists() or _answers_behind(model).exists()):
        return 0
    kinds = [DOCUMENT_JOB, ANSWER_JOB, SWITCH_JOB]
    room = AT_ONCE - Job.objects.active().filter(kind__in=kinds).count()
    if room <= 0:
        return 0
    if batch := list(_to_embed(model).select_related("owner")[:room]):
        return request_embedding(batch)
    if _behind(model).filter(embedding_status__in=UNFINISHED).exists():
        return 0
    if not (_ready(model).exists() or _answers_behind(model).exists()):
        return 0  # what is left could not be read; it stays as it is until somebody looks
    if _failed_switches(model).filter(finished_at__gt=timezone.now() - _SWITCH_AGAIN_AFTER).exists():
        return 0
    enqueue_switch(model)
    return 1


def enqueue_switch(model: str) -> Job:
    return jobs.enqueue(
        SWITCH_JOB, title=_("Search with %(model)s") % {"model": model}, key=_switch_key(model)
    )


def _switch_key(model: str) -> str:
    return f"{SWITCH_JOB}:{model}"


def _failed_switches(model: str) -> QuerySet[Job]:
    """The latest switch to the model, if it failed: the next one takes the key over."""
    return Job.objects.filter(idempotency_key=_switch_key(model), state=Job.State.FAILED)


def reembed_library(report: Progress, failed: Callable[[Document, str], None]) -> int:
    """Embed everything again in this process and switch; returns how many documents are done.

    A document that cannot be read is told to `failed`, and the next one follows. Raises StorageError, JobError.
    """
    model = get_embedding_provider().name
    total = _behind(model).count()
    tried: set[int] = set()
    while True:
        # Also those that the workers were given meanwhile: their jobs are done here or waited for.
        rest = _behind(model).filter(~_has_vectors(model)).exclude(embedding_status=EmbeddingStatus.FAILED)
        document = rest.exclude(pk__in=tried).select_related("owner").order_by("pk").first()
        if document is None:
            break
        report(len(tried), total, document.title)
        tried.add(document.pk)
        if document.embedding_status == EmbeddingStatus.EMBEDDED:
            request_embedding([document])
        try:
            jobs.finish_now(enqueue_document_embedding(document))
        except JobError as error:
            failed(document, str(error))
    if _ready(model).exists() or _answers_behind(model).exists():
        report(total, total, _("Switching"))
        jobs.finish_now(enqueue_switch(model))
    return len(tried)


def switch_model(*, progress: Progress | None = None, fence: Fence | None = None) -> int:
    """Let search see the new chunks instead of the old ones, and give the answers new vectors, all at once.

    Returns how many documents that were. Raises EmbeddingError.
    """
    provider = get_embedding_provider()
    report = progress or _silent
    _index(provider.name, provider.dimensions, report)
    vectors = _answer_vectors(provider.name, report)
    with transaction.atomic():
        if fence is not None:
            fence()
        _write_answers(vectors, provider.name)
        ready = list(_ready(provider.name).select_for_update(of=("self",)).values_list("pk", flat=True))
        rows = DocumentEmbedding.objects.filter(document__in=ready)
        old = rows.exclude(embedding_model=provider.name)
        keys = list(old.order_by().values_list("chunk_s3_key", flat=True))
        old.delete_in_batches()
        show_waiting_rows(rows)
        counts = rows.filter(document=OuterRef("pk")).order_by().values("document").annotate(n=Count("pk"))
        Document.objects.filter(pk__in=ready).update(
            embedded_model=provider.name, chunk_count=Coalesce(Subquery(counts.values("n")), 0)
        )
        transaction.on_commit(partial(delete_objects, keys))
    return len(ready)


def _with_passages() -> QuerySet[Document]:
    return Document.objects.in_use().filter(chunk_count__gt=0).exclude(embedded_model="")


def _behind(model: str) -> QuerySet[Document]:
    return _with_passages().exclude(embedded_model=model)


def _has_vectors(model: str) -> Exists:
    return Exists(DocumentEmbedding.objects.filter(document=OuterRef("pk"), embedding_model=model))


def _to_embed(model: str) -> QuerySet[Document]:
    rest = _behind(model).filter(~_has_vectors(model), embedding_status=EmbeddingStatus.EMBEDDED)
    return rest.order_by("pk")


def _ready(model: str) -> QuerySet[Document]:
    return _behind(model).filter(_has_vectors(model), embedding_status=EmbeddingStatus.EMBEDDED)


def _answers_behind(model: str) -> QuerySet[LibraryAnswer]:
    embedded = LibraryAnswer.objects.filter(embedding_status=EmbeddingStatus.EMBEDDED)
    return embedded.exclude(embedding_model=model).order_by("pk")


def _index(model: str, dimensions: int, report: Progress) -> None:
    """A library that has a vector index gets one of the new model before it is searched with."""
    if not list_indexes():
        return
    said = _("Building the vector index")
    for table in TABLES:
        report(0, 100, said)
        try:
            build_index(
                table,
                model=model,
                dimensions=dimensions,
                progress=lambda _phase, share: report(int(share * 100), 100, said),
            )
        except SearchIndexError as error:
            logger.warning("no vector index of %s: %s", table, error)


def _answer_vectors(model: str, report: Progress) -> dict[tuple[int, str], np.ndarray]:
    """The new vectors, by the answer's number and the question that they are of."""
    provider = get_embedding_provider()
    waiting = list(_answers_behind(model).values_list("pk", "question"))
    vectors: dict[tuple[int, str], np.ndarray] = {}
    for start in range(0, len(waiting), _BATCH):
        report(start, len(waiting), _("Embedding approved answers"))
        batch = waiting[start : start + _BATCH]
        found = provider.embed_passages([strip_invisible(question) for _, question in batch])
        vectors.update(zip(batch, found, strict=True))
    return vectors


def _write_answers(vectors: dict[tuple[int, str], np.ndarray], model: str) -> None:
    """To those answers whose question is still the one that was embedded."""
    rows = LibraryAnswer.objects.select_for_update().filter(pk__in=[pk for pk, _ in vectors])
    changed = []
    for row in rows.without_index():
        vector = vectors.get((row.pk, row.question))
        if vector is not None:
            row.embedding, row.embedding_model = vector, model
            changed.append(row)
    LibraryAnswer.objects.bulk_update(changed, ["embedding", "embedding_model"], batch_size=200)


def _silent(done: int, total: int, message: str) -> None:
    """Progress nobody asked for."""
