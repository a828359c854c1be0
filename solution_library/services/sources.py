"""Documentation sources as people and the clock handle them: saved, synced on request or on schedule, deleted."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import jobs
from core.models import Job, User
from core.storage import delete_objects
from solution_library.models import DocumentationSource, SourceSyncEntry
from solution_library.services.documents import delete_documents
from solution_library.services.scraped_pages import forget_answers
from solution_library.services.sync_reports import texts_only_reports_hold

SYNC_JOB = "sync_source"


def save_source(source: DocumentationSource) -> None:
    """Save a source; its schedule counts from now when it is new or was changed.

    When other pages belong to it than before, none is taken for unchanged by the next sync: links that are in
    scope only now were not kept.
    """
    before = DocumentationSource.objects.filter(pk=source.pk).first()
    if before is None or before.schedule != source.schedule or source.next_sync_at is None:
        source.next_sync_at = source.next_sync_after(timezone.now())
    with transaction.atomic():
        source.save()
        if before and before.scope != source.scope:
            forget_answers(source)


def request_sync(source: DocumentationSource, *, owner: User | None = None, remove_many: bool = False) -> Job:
    """Queue a sync; while one is queued or running, that one is returned.

    `remove_many`: it may also remove more than half of the known pages, when they are missing.
    """
    return jobs.enqueue(
        SYNC_JOB,
        title=_("Sync %(name)s") % {"name": source.name},
        key=f"{SYNC_JOB}:{source.pk}",
        target=source,
        owner=owner,
        params={"remove_many": remove_many},
    )


def enqueue_due_syncs(now: datetime | None = None) -> int:
    """Queue the sources whose time has come, each once however many clocks strike; returns how many."""
    now = now or timezone.now()
    queued = 0
    for source in DocumentationSource.objects.due(now).order_by("next_sync_at"):
        with transaction.atomic():
            # Whoever moves the date on has the turn; another clock then finds it moved.
            taken = DocumentationSource.objects.filter(pk=source.pk, next_sync_at=source.next_sync_at)
            if taken.update(next_sync_at=source.next_sync_after(now)):
                request_sync(source)
                queued += 1
    return queued


def latest_job(source: DocumentationSource) -> Job | None:
    return Job.objects.for_target(source).filter(kind=SYNC_JOB).order_by("-created_at").first()


def delete_source(source: DocumentationSource) -> None:
    """Delete a source for good: its pages, their passages, its reports, and everything that these stored.

    People delete by `services.deletions.trash_source`, which can be undone.
    """
    with transaction.atomic():
        for job in Job.objects.active().for_target(source).filter(kind=SYNC_JOB):
            jobs.request_cancel(job)
        keys = texts_only_reports_hold(SourceSyncEntry.objects.filter(sync__source=source))
        delete_documents(source.documents.all())
        source.delete()
        transaction.on_commit(partial(delete_objects, keys))
