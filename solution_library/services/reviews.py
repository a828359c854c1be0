"""What of the library wants a review: overdue, its page or a source changed, or nobody used it for long."""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate
from django.utils import timezone

from core.models import User
from solution_library.models import Document, LibraryAnswer, ReviewReminder, SourceMark, SourceSyncEntry
from solution_library.models.answer import LibraryAnswerQuerySet
from solution_library.models.document import LATELY, DocumentQuerySet
from solution_library.usage import never_cited

# A row that is new cannot have been used yet.
UNUSED_AFTER = timedelta(days=180)

Reason = ReviewReminder.Reason
# For each reason: which rows, and the day on which they became due.
Conditions = Mapping[Reason, tuple[Q, Combinable]]


def document_conditions() -> Conditions:
    """Of documents; they are used when an answer cites them."""
    changes = SourceSyncEntry.objects.filter(
        document=OuterRef("pk"),
        change=SourceSyncEntry.Change.CHANGED,
        sync__started_at__gte=timezone.now() - LATELY,
    )
    changed_on = Subquery(changes.order_by("-sync__started_at").values("sync__started_at__date")[:1])
    return {
        Reason.OVERDUE: _overdue(),
        Reason.CHANGED: (Q(Exists(changes)), changed_on),
        Reason.UNUSED: _unused(never_cited(Document)),
    }


def answer_conditions() -> Conditions:
    marks = SourceMark.objects.filter(source__entry=OuterRef("pk"))
    return {
        Reason.OVERDUE: _overdue(),
        Reason.CHANGED: (Q(Exists(marks)), Subquery(marks.values("moment__date")[:1])),
        Reason.UNUSED: _unused(Q(times_used=0)),
    }


def _overdue() -> tuple[Q, Combinable]:
    return Q(review_by__lt=timezone.localdate()), F("review_by")


def _unused(never: Q) -> tuple[Q, Combinable]:
    old = Q(created_at__lt=timezone.now() - UNUSED_AFTER)
    return never & old, TruncDate(F("created_at") + UNUSED_AFTER)


def documents_to_review() -> DocumentQuerySet:
    """Documents in use for which any of the reasons holds."""
    return Document.objects.in_use().filter(_any(document_conditions()))


def answers_to_review() -> LibraryAnswerQuerySet:
    return LibraryAnswer.objects.without_index().filter(_any(answer_conditions()))


def of_owner(rows: QuerySet, owner: User | None) -> QuerySet:
    """This person's, or those that nobody owns who may still sign in."""
    return rows.filter(owner=owner) if owner else rows.filter(Q(owner=None) | Q(owner__is_active=False))


def _any(conditions: Conditions) -> Q:
    found = Q()
    for condition, _ in conditions.values():
        found |= condition
    return found
