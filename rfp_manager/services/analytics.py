"""Figures across RFPs, each by the month in which the RFP was created. Counted by the database, one query a figure.

Every function takes the RFPs to count, which the caller has scoped to what a person may see.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Aggregate, Count, DurationField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncMonth

from rfp_manager.models import RFP, Answer, AnswerVersion, Question

_MONTH = TruncMonth("rfp__created_at")


class Median(Aggregate):
    """The middle value, between two the mean of both; rows without a value do not count."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True)
class Answered:
    month: dt.date
    rfps: int
    asked: int
    answered: int
    approved: int

    @property
    def rate(self) -> float | None:
        return share(self.answered, self.asked)


@dataclass(frozen=True)
class Unchanged:
    """Approved answers, those of them that began as a draft, and those approved word for word as drafted."""

    month: dt.date
    approved: int
    drafted: int
    unchanged: int

    @property
    def rate(self) -> float | None:
        return share(self.unchanged, self.drafted)


@dataclass(frozen=True)
class Times:
    """Medians from the question's import; None where nothing was drafted or approved."""

    month: dt.date
    to_draft: dt.timedelta | None
    to_approval: dt.timedelta | None


@dataclass(frozen=True)
class Outcomes:
    month: dt.date
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def open(self) -> int:
        return sum(self.statuses[status] for status in RFP.OPEN_STATUSES)

    @property
    def rate(self) -> float | None:
        """Won of those that were decided."""
        won = self.statuses[RFP.Status.WON]
        return share(won, won + self.statuses[RFP.Status.LOST])


def share(part: int, whole: int) -> float | None:
    """None of nothing."""
    return part / whole if whole else None


def answer_rates(rfps: "QuerySet[RFP]") -> list[Answered]:
    said = Q(answer__isnull=False) & (~Q(answer__text="") | ~Q(answer__choice=""))
    rows = (
        _questions(rfps)
        .values(month=_MONTH)
        .annotate(
            rfps=Count("rfp", distinct=True),
            asked=Count("pk"),
            answered=Count("pk", filter=said),
            approved=Count("pk", filter=Q(status=Question.Status.APPROVED)),
        )
        .order_by("month")
    )
    return [Answered(**row | {"month": row["month"].date()}) for row in rows]


def approved_unchanged(rfps: "QuerySet[RFP]") -> list[Unchanged]:
    drafts = AnswerVersion.objects.filter(answer=OuterRef("answer")).exclude(origin=Answer.Origin.HUMAN)
    drafts = drafts.exclude(text="", choice="")
    same = drafts.filter(text=OuterRef("answer__text"), choice=OuterRef("answer__choice"))
    rows = (
        _questions(rfps)
        .filter(status=Question.Status.APPROVED, answer__isnull=False)
        .annotate(month=_MONTH, was_drafted=Exists(drafts), is_same=Exists(same))
        .values("month")
        .annotate(
            approved=Count("pk"),
            drafted=Count("pk", filter=Q(was_drafted=True)),
            unchanged=Count("pk", filter=Q(is_same=True)),
        )
        .order_by("month")
    )
    return [Unchanged(**row | {"month": row["month"].date()}) for row in rows]


def times_to_answer(rfps: "QuerySet[RFP]") -> list[Times]:
    medians = (
        _timed(rfps)
        .values(month=_MONTH)
        .annotate(draft=Median("until_draft"), approval=Median("until_approval"))
    )
    rows = medians.order_by("month")
    return [Times(row["month"].date(), row["draft"], row["approval"]) for row in rows]


def median_times(rfps: "QuerySet[RFP]") -> tuple[dt.timedelta | None, dt.timedelta | None]:
    """To the first draft and to the approval, over all: a median of medians would be another number."""
    found: dict[str, Any] = _timed(rfps).aggregate(
        draft=Median("until_draft"), approval=Median("until_approval")
    )
    return found["draft"], found["approval"]


def outcomes(rfps: "QuerySet[RFP]") -> list[Outcomes]:
    rows = rfps.order_by().values("status", month=TruncMonth("created_at")).annotate(count=Count("pk"))
    found: dict[dt.date, Outcomes] = {}
    for row in rows.order_by("month"):
        month = row["month"].date()
        found.setdefault(month, Outcomes(month)).statuses[row["status"]] += row["count"]
    return list(found.values())


def _questions(rfps: "QuerySet[RFP]") -> "QuerySet[Question]":
    rows: QuerySet[Question] = Question.objects.filter(rfp__in=rfps.order_by().values("pk")).order_by()
    return rows


def _timed(rfps: "QuerySet[RFP]") -> "QuerySet[Question]":
    first = (
        AnswerVersion.objects.filter(answer=OuterRef("answer"))
        .exclude(text="", choice="")
        .order_by()
        .values("answer")
        .annotate(at=Min("created_at"))
        .values("at")
    )
    return _questions(rfps).annotate(
        until_draft=Subquery(first) - F("created_at"),
        until_approval=F("answer__approved_at") - F("created_at"),
    )
