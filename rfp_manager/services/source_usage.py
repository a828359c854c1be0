"""The library's documents and answers that answers of some RFPs rest on: the most used, and the stalest of them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet
from django.urls import reverse
from django.utils import timezone

from rfp_manager.models import RFP, Citation

SHOWN = 10


@dataclass(frozen=True)
class UsedSource:
    """In how many answers of how many RFPs it is cited, and when it was last changed or embedded anew."""

    title: str
    solution: str
    url: str
    answers: int
    rfps: int
    changed_at: dt.datetime
    review_by: dt.date | None

    @property
    def age(self) -> int:
        """Days since it was changed."""
        return (timezone.now() - self.changed_at).days

    @property
    def review_overdue(self) -> bool:
        return self.review_by is not None and self.review_by < timezone.localdate()


def most_used_sources(rfps: "QuerySet[RFP]") -> list[UsedSource]:
    """Two queries."""
    found = [row for kind in _KINDS for row in _sources(rfps, kind, "-answers")]
    return sorted(found, key=lambda row: (-row.answers, row.title))[:SHOWN]


def stalest_sources(rfps: "QuerySet[RFP]") -> list[UsedSource]:
    """Those that were not changed for longest, among what is cited. Two queries."""
    found = [row for kind in _KINDS for row in _sources(rfps, kind, "changed_at")]
    return sorted(found, key=lambda row: (row.changed_at, row.title))[:SHOWN]


# The citation's field, the field with the source's title, the view that shows it.
_KINDS = (
    ("document", "title", "solution_library:document"),
    ("library_answer", "question", "solution_library:answer"),
)


def _sources(rfps: "QuerySet[RFP]", kind: tuple[str, str, str], order: str) -> list[UsedSource]:
    of, title, view = kind
    cited = Citation.objects.filter(
        answer__question__rfp__in=rfps.order_by().values("pk"), answer__question__removed_at=None
    )
    rows: QuerySet[Citation, dict[str, Any]] = (
        cited.filter(**{f"{of}__isnull": False})
        .order_by()
        .values(
            of,
            title=F(f"{of}__{title}"),
            solution=F(f"{of}__solution__name"),
            changed_at=F(f"{of}__updated_at"),
            review_by=F(f"{of}__review_by"),
        )
        .annotate(answers=Count("answer", distinct=True), rfps=Count("answer__question__rfp", distinct=True))
        .order_by(order, of)[:SHOWN]
    )
    return [UsedSource(url=reverse(view, args=[row.pop(of)]), **row) for row in rows]
