"""What is done with many documents of a solution at once."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.models import User
from solution_library.models import Document, Solution
from solution_library.services.bulk_results import BulkResult
from solution_library.services.deletions import trash


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
    """Take uploaded files out of the library at once; for a day `restore_deletion` brings these very ones back.

    Pages of a site stay: its next sync would bring them back.
    """
    with transaction.atomic():
        found = documents.count()
        trashed = trash(documents.filter(source__isnull=True), now=now)
    return BulkResult(trashed, found - trashed)
