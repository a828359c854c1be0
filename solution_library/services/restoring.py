"""Bringing back what was deleted: by itself, or all that was deleted in the same moment."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext as _

from core.storage import read_bytes
from solution_library.exceptions import LibraryError
from solution_library.models import Document, DocumentationSource, LibraryAnswer, Solution
from solution_library.models.answer import LibraryAnswerQuerySet
from solution_library.models.deletion import KEPT_AFTER_DELETION
from solution_library.models.solution import SolutionQuerySet
from solution_library.services.answers import request_answer_embedding
from solution_library.services.bulk_results import BulkResult
from solution_library.services.documents import request_embedding
from solution_library.signals import sources_restored

Sync = DocumentationSource.SyncStatus
RowsT = TypeVar("RowsT", bound="QuerySet[Any]")


def kept_documents() -> QuerySet[Document]:
    """Deleted ones of a solution that is not, by themselves or with their site."""
    return _kept(Document.objects.filter(solution__deleted_at=None))


def restorable_documents() -> QuerySet[Document]:
    """Those deleted by themselves: a page whose site is deleted comes back with the site."""
    return kept_documents().filter(source__deleted_at=None)


def restorable_sources() -> QuerySet[DocumentationSource]:
    return _kept(DocumentationSource.with_deleted.filter(solution__deleted_at=None))


def restorable_answers() -> LibraryAnswerQuerySet:
    return _kept(LibraryAnswer.with_deleted.filter(solution__deleted_at=None))


def restorable_solutions() -> SolutionQuerySet:
    return _kept(Solution.with_deleted.order_by("-deleted_at"))


def restore_deletion(solution: Solution, *, moment: datetime) -> BulkResult:
    """Bring back the documents and the sites of a solution that were deleted in that moment; counts both.

    What came in anew meanwhile stays deleted: the same file, or a site of the same address. Raises StorageError;
    nothing is brought back then.
    """
    with transaction.atomic():
        sites = restorable_sources().filter(solution=solution, deleted_at=moment)
        documents = _kept(Document.objects.filter(solution=solution, deleted_at=moment))
        wanted = sites.count() + documents.count()
        restored = 0
        for site in sites.select_for_update(of=("self",)):
            if not _is_set_up_anew(site):
                restored += 1 + restore_source(site)
        # Those of a site that stays deleted stay with it.
        restored += restore_documents(documents.filter(source__deleted_at=None)).changed
    return BulkResult(restored, wanted - restored)


def restore_source(source: DocumentationSource) -> int:
    """Bring back a deleted site with the pages that went with it; returns how many pages.

    Raises LibraryError when it was set up anew meanwhile, StorageError.
    """
    if _is_set_up_anew(source):
        raise LibraryError(_("This site is already a source of this solution."))
    pages = Document.objects.filter(source=source, deleted_at=source.deleted_at)
    with transaction.atomic():
        # Its sync was stopped when it was deleted.
        if source.sync_status == Sync.RUNNING:
            source.sync_status = Sync.SYNCED if source.last_synced_at else Sync.NEVER
        source.deleted_at = None
        source.save(update_fields=["sync_status", "deleted_at", "updated_at"])
        return restore_documents(pages).changed


def restore_documents(documents: QuerySet[Document]) -> BulkResult:
    """Bring deleted documents back and embed them again. One that was uploaded anew meanwhile stays deleted.

    A page that was gone from its site before it was deleted is gone again. Raises StorageError.
    """
    with transaction.atomic():
        found = list(documents.filter(deleted_at__isnull=False).select_for_update(of=("self",)))
        _find_hashes(found)
        uploads = Document.objects.filter(
            solution__in={document.solution_id for document in found}, source__isnull=True
        )
        twins = set(uploads.exclude(content_hash="").values_list("solution", "content_hash"))
        wanted = [row for row in found if row.source_id or (row.solution_id, row.deleted_hash) not in twins]
        back = Document.objects.filter(pk__in=[row.pk for row in wanted])
        in_use = (
            When(retired_at=F("deleted_at"), then=None),
            When(retired_at=F("deleted_at"), then="deleted_hash"),
        )
        back.update(
            retired_at=Case(in_use[0], default="retired_at"),
            content_hash=Case(in_use[1], default="content_hash"),
            deleted_at=None,
            deleted_hash="",
            updated_at=timezone.now(),
        )
        sources_restored.send(sender=Document, moments={row: row.deleted_at for row in wanted})
        request_embedding(back.select_related("solution", "owner"))
    return BulkResult(len(wanted), len(found) - len(wanted))


def restore_answers(answers: LibraryAnswerQuerySet) -> int:
    """Bring back deleted library answers and embed them again; returns how many."""
    with transaction.atomic():
        deleted = answers.filter(deleted_at__isnull=False).without_index().select_for_update(of=("self",))
        moments = {entry: entry.deleted_at for entry in deleted}
        ids = [entry.pk for entry in moments]
        LibraryAnswer.with_deleted.filter(pk__in=ids).update(deleted_at=None)
        sources_restored.send(sender=LibraryAnswer, moments=moments)
        return request_answer_embedding(LibraryAnswer.objects.filter(pk__in=ids).without_index())


def restore_solution(solution: Solution) -> None:
    """Bring back a deleted solution with everything that went with it.

    Raises LibraryError when its name was given again meanwhile; StorageError.
    """
    moment = solution.deleted_at
    if moment is None:
        return
    with transaction.atomic():
        if Solution.objects.filter(vendor=solution.vendor_id, name__iexact=solution.name).exists():
            raise LibraryError(
                _("There is a new solution named “%(name)s”. Rename it first; then this one can come back.")
                % {"name": solution.name}
            )
        Solution.with_deleted.filter(pk=solution.pk).update(deleted_at=None, updated_at=timezone.now())
        restore_deletion(solution, moment=moment)
        restore_answers(LibraryAnswer.with_deleted.filter(solution=solution, deleted_at=moment))


def _find_hashes(documents: Iterable[Document]) -> None:
    """For those that were deleted when the hash was not kept yet."""
    for document in documents:
        if not document.deleted_hash and document.retired_at == document.deleted_at:
            document.deleted_hash = hashlib.sha256(read_bytes(document.s3_key)).hexdigest()
            document.save(update_fields=["deleted_hash"])


def _is_set_up_anew(source: DocumentationSource) -> bool:
    return DocumentationSource.objects.filter(solution=source.solution_id, base_url=source.base_url).exists()


def _kept(rows: RowsT) -> RowsT:
    """The deleted ones that can still be brought back."""
    found: RowsT = rows.filter(deleted_at__gte=timezone.now() - KEPT_AFTER_DELETION)
    return found
