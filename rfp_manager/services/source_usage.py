"""The library's documents and answers that answers of some RFPs rest on: the most used, and the stalest of them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count, F, QuerySet, Value
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
    """One query."""
    return sorted(_sources(rfps, "-answers"), key=lambda row: (-row.answers, row.title))[:SHOWN]


def stalest_sources(rfps: "QuerySet[RFP]") -> list[UsedSource]:
    """Those that were not changed for longest, among what is cited. One query."""
    return sorted(_sources(rfps, "changed_at"), key=lambda row: (row.changed_at, row.title))[:SHOWN]


# The citation's field, the field with the source's title, the view that shows it.
_DOCUMENTS = ("document", "title", "solution_library:document")
_ANSWERS = ("library_answer", "question", "solution_library:answer")


def _sources(rfps: "QuerySet[RFP]", order: str) -> list[UsedSource]:
    """The first of both kinds."""
    rows = _of_kind(rfps, _DOCUMENTS, order).union(_of_kind(rfps, _ANSWERS, order), all=True)
    return [UsedSource(url=reverse(row.pop("view"), args=[row.pop("source")]), **row) for row in rows]


def _of_kind(
    rfps: "QuerySet[RFP]", kind: tuple[str, str, str], order: str
) -> "QuerySet[Citation, dict[str, Any]]":
    of, title, view = kind
    cited = Citation.objects.filter(
        answer__question__rfp__in=rfps.order_by().values("pk"), answer__question__removed_at=None
    )
    rows = (
        cited.filter(**{f"{of}__isnull": False, f"{of}__deleted_at": None})
        .order_by()
        .values(
            source=F(of),
            title=F(f"{of}__{title}"),
            solution=F(f"{of}__solution__name"),
            changed_at=F(f"{of}__updated_at"),
            review_by=F(f"{of}__review_by"),
        )
        .annotate(
            answers=Count("answer", distinct=True),
            rfps=Count("answer__question__rfp", distinct=True),
            view=Value(view),
        )
        .order_by(order, "source")[:SHOWN]
    )
    return cast("QuerySet[Citation, dict[str, Any]]", rows)
