"""What is done with many documents of a solution at once."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from core.storage import delete_objects, read_bytes
from solution_library.models import Document, DocumentEmbedding, EmbeddingStatus, Solution
from solution_library.services.documents import delete_documents, request_embedding
from solution_library.signals import source_content_changed

# How long deleted documents can be brought back.
KEPT_AFTER_DELETION = timedelta(days=1)


@dataclass(frozen=True)
class BulkResult:
    """How many were changed, and how many stayed as they were."""

    changed: int
    skipped: int = 0


def tag_documents(
    documents: QuerySet[Document], *, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> int:
    """Add and take away tags; returns how many documents have other tags now."""
    added, removed = list(add), set(remove)
    changed = []
    with transaction.atomic():
        for document in documents.select_for_update(of=("self",)):
            kept = [tag for tag in document.tags if tag not in removed]
            tags = list(dict.fromkeys([*kept, *added]))
            if tags != document.tags:
                document.tags = tags
                changed.append(document)
        Document.objects.bulk_update(changed, ["tags"])
    return len(changed)


def move_documents(documents: QuerySet[Document], *, target: Solution) -> BulkResult:
    """Move uploaded files to another solution; their passages go along as they are.

    Pages stay with their site, and a file that the target has already stays where it is.
    """
    with transaction.atomic():
        found = list(documents.select_for_update(of=("self",)).order_by("pk"))
        there = set(Document.objects.filter(solution=target).values_list("content_hash", flat=True))
        moved = [
            row.pk for row in found if row.source_id is None and (row.content_hash or row.pk) not in there
        ]
        Document.objects.filter(pk__in=moved).update(solution=target, updated_at=timezone.now())
    return BulkResult(len(moved), len(found) - len(moved))


def plan_review(documents: QuerySet[Document], *, owner: User | None, review_by: date | None) -> int:
    """Set who owns them and by when they are reviewed; returns how many."""
    return documents.update(owner=owner, review_by=review_by, updated_at=timezone.now())


def trash_documents(documents: QuerySet[Document], *, now: datetime) -> BulkResult:
    """Take uploaded files out of the library at once; `restore_documents(now)` brings these very ones back.

    Their passages are deleted, the files stay for a day. Pages of a site stay: its next sync would bring them back.
    """
    with transaction.atomic():
        found = list(documents.select_for_update(of=("self",)))
        ids = [document.pk for document in found if document.source_id is None]
        chunks = DocumentEmbedding.objects.filter(document__in=ids)
        keys = list(chunks.order_by().values_list("chunk_s3_key", flat=True).distinct())
        chunks.delete()
        # Without its hash an embedding that is under way writes nothing, and the file may be uploaded again.
        Document.objects.filter(pk__in=ids).update(
            deleted_at=now,
            retired_at=now,
            content_hash="",
            embedded_hash="",
            chunk_count=0,
            embedding_status=EmbeddingStatus.EMBEDDED,
            embedding_error="",
            updated_at=now,
        )
        for document in found:
            if document.source_id is None:
                reason = _("“%(title)s” was deleted from the library.") % {"title": document.title}
                source_content_changed.send(sender=Document, instance=document, reason=reason, url="")
        transaction.on_commit(partial(delete_objects, keys))
    return BulkResult(len(ids), len(found) - len(ids))


def last_deletion(solution: Solution) -> tuple[datetime, int] | None:
    """When documents of this solution were last deleted, and how many of them can be brought back."""
    newest = deleted_documents(solution).order_by("-deleted_at").values_list("deleted_at", flat=True).first()
    if newest is None:
        return None
    return newest, deleted_documents(solution).filter(deleted_at=newest).count()


def deleted_documents(solution: Solution) -> QuerySet[Document]:
    return Document.objects.filter(solution=solution, deleted_at__gte=timezone.now() - KEPT_AFTER_DELETION)


def restore_documents(documents: QuerySet[Document]) -> BulkResult:
    """Bring deleted documents back and embed them again. One that was uploaded anew meanwhile stays deleted.

    Raises StorageError; what was brought back before that is back.
    """
    restored = 0
    found = list(documents.select_related("solution", "owner"))
    for document in found:
        digest = hashlib.sha256(read_bytes(document.s3_key)).hexdigest()
        with transaction.atomic():
            locked = Document.objects.select_for_update().filter(pk=document.pk, deleted_at__isnull=False)
            twin = Document.objects.filter(
                solution=document.solution, content_hash=digest, source__isnull=True
            )
            if twin.exists() or not locked.exists():
                continue
            locked.update(deleted_at=None, retired_at=None, content_hash=digest)
            document.refresh_from_db()
            request_embedding([document])
        restored += 1
    return BulkResult(restored, len(found) - restored)


def purge_deleted_documents() -> int:
    """Delete for good what can no longer be brought back; returns how many."""
    return delete_documents(Document.objects.filter(deleted_at__lt=timezone.now() - KEPT_AFTER_DELETION))
