"""Asking for embedding jobs. The status on the row is the truth: what stays pending is asked for again."""

import hashlib
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from core import jobs
from core.models import Job
from solution_library.models import Document, EmbeddingStatus, LibraryAnswer

DOCUMENT_JOB = "embed_document"
ANSWER_JOB = "embed_library_answer"
UNFINISHED = [EmbeddingStatus.PENDING, EmbeddingStatus.PROCESSING]
# Longer than a signal's job needs to appear, so that the sweep finds only what was really lost.
_STALE = timedelta(minutes=1)
_BATCH = 500


def enqueue_document_embedding(document: Document) -> Job:
    """Queue the embedding of a document's present content.

    The key carries the content's hash: new content gets a job of its own even while the old
    content's is running, and that one then writes nothing.
    """
    return jobs.enqueue(
        DOCUMENT_JOB,
        title=_("Embed %(title)s") % {"title": document.title},
        key=f"{DOCUMENT_JOB}:{document.pk}:{document.content_hash or document.s3_key[-64:]}",
        target=document,
        owner=document.owner,
        params={"content_hash": document.content_hash},
    )


def enqueue_answer_embedding(answer: LibraryAnswer) -> Job:
    """Queue the embedding of an approved answer as it stands now."""
    digest = hashlib.sha256(f"{answer.question}\0{answer.answer}".encode()).hexdigest()
    return jobs.enqueue(
        ANSWER_JOB,
        title=_("Embed the answer to: %(question)s") % {"question": answer.question},
        key=f"{ANSWER_JOB}:{answer.pk}:{digest}",
        target=answer,
        owner=answer.owner,
    )


def retake_pending() -> int:
    """Queue what waits for its embedding and has no job any more; returns how many rows.

    Takes a limited number at a time: the rest is found at the next turn.
    """
    documents = _abandoned(Document, DOCUMENT_JOB).select_related("owner")
    for document in documents:
        enqueue_document_embedding(document)
    answers = _abandoned(LibraryAnswer, ANSWER_JOB).select_related("owner")
    for answer in answers:
        enqueue_answer_embedding(answer)
    return len(documents) + len(answers)


def _abandoned(model: type[models.Model], kind: str) -> models.QuerySet:
    """Rows that say that they wait, for longer than a moment, with nobody working on them."""
    active = Job.objects.active().filter(
        kind=kind,
        target_type=ContentType.objects.get_for_model(model),
        target_id=Cast(OuterRef("pk"), CharField()),
    )
    return model._default_manager.filter(
        ~Exists(active), embedding_status__in=UNFINISHED, updated_at__lt=timezone.now() - _STALE
    ).order_by("updated_at")[:_BATCH]
