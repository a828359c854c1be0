"""Deleting what the library holds: out of sight and out of search at once, for good a day later.

What is deleted together has the same `deleted_at`, by which `services.restoring` brings it back together. Rows and
files stay that day; passages go at once, because they can be made again.
"""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core import jobs
from core.models import Job
from core.storage import delete_objects
from solution_library.models import (
    Document,
    DocumentationSource,
    DocumentEmbedding,
    EmbeddingStatus,
    LibraryAnswer,
    Solution,
)
from solution_library.models.answer import LibraryAnswerQuerySet
from solution_library.signals import sources_deleted


def deletion_reason(row: Document | LibraryAnswer) -> str:
    """What is said of a deleted row to those who cite it."""
    if isinstance(row, LibraryAnswer):
        return _("The library answer that it was taken from was deleted.")
    return _("“%(title)s” was deleted from the library.") % {"title": row.title}


def trash(documents: QuerySet[Document], *, now: datetime) -> int:
    """Take documents out of the library, files and pages alike, and have who cites them told; returns how many."""
    with transaction.atomic():
        found = list(documents.filter(deleted_at=None).select_for_update(of=("self",)))
        ids = [document.pk for document in found]
        chunks = DocumentEmbedding.objects.filter(document__in=ids)
        keys = list(chunks.order_by().values_list("chunk_s3_key", flat=True).distinct())
        chunks.delete_in_batches()
        # Without its hash an embedding that is under way writes nothing, and the file may be uploaded again.
        # A page that was gone from its site before keeps that day: it comes back as gone.
        Document.objects.filter(pk__in=ids).update(
            deleted_at=now,
            retired_at=Coalesce("retired_at", now),
            deleted_hash=F("content_hash"),
            content_hash="",
            embedded_hash="",
            chunk_count=0,
            embedding_status=EmbeddingStatus.EMBEDDED,
            embedding_error="",
            updated_at=now,
        )
        reasons = {document: deletion_reason(document) for document in found if document.retired_at is None}
        sources_deleted.send(sender=Document, reasons=reasons, moment=now)
        transaction.on_commit(partial(delete_objects, keys))
    return len(ids)


def trash_source(source: DocumentationSource, *, now: datetime) -> int:
    """Delete a site with its pages, and stop its sync; returns how many pages go along."""
    with transaction.atomic():
        # A sync that is under way looks at this row before it stores a page.
        if not DocumentationSource.objects.filter(pk=source.pk).update(deleted_at=now, updated_at=now):
            return 0
        for job in Job.objects.active().for_target(source):
            jobs.request_cancel(job)
        return trash(Document.objects.filter(source=source), now=now)


def trash_answers(answers: LibraryAnswerQuerySet, *, now: datetime) -> int:
    """Delete library answers; answers that cite them are marked for another look. Returns how many."""
    with transaction.atomic():
        found = list(answers.without_index().select_for_update(of=("self",)))
        # Without vector and words search finds none of them.
        LibraryAnswer.objects.filter(pk__in=[entry.pk for entry in found]).update(
            deleted_at=now,
            embedding=None,
            embedding_model="",
            search_vector=None,
            embedding_status=EmbeddingStatus.EMBEDDED,
        )
        reasons = {entry: deletion_reason(entry) for entry in found}
        sources_deleted.send(sender=LibraryAnswer, reasons=reasons, moment=now)
    return len(found)


def trash_solution(solution: Solution, *, now: datetime) -> bool:
    """Delete a solution with everything that hangs on it. False when somebody else was faster."""
    with transaction.atomic():
        if not Solution.objects.filter(pk=solution.pk).update(deleted_at=now, updated_at=now):
            return False
        for source in DocumentationSource.objects.filter(solution=solution):
            trash_source(source, now=now)
        trash(Document.objects.filter(solution=solution), now=now)
        trash_answers(LibraryAnswer.objects.filter(solution=solution), now=now)
    return True
