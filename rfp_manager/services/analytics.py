"""Figures across RFPs, each by the month in which the RFP was created. Counted by the database.

Every function takes the RFPs to count, which the caller has scoped to what a person may see.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Aggregate, Count, DurationField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncMonth

from rfp_manager.models import RFP, Answer, AnswerVersion, Question


class Median(Aggregate):
    """The middle value, between two the mean of both; rows without a value do not count."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True)
class Month:
    """What became of the questions of the RFPs of one month.

    `approved` are questions, `approved_answers` those of them with an answer; of these, `drafted` began as a draft and
    `unchanged` were approved word for word as drafted. The times are medians from a question's import, None where
    nothing was drafted or approved.
    """

    month: dt.date
    rfps: int
    asked: int
    answered: int
    approved: int
    approved_answers: int
    drafted: int
    unchanged: int
    to_draft: dt.timedelta | None
    to_approval: dt.timedelta | None

    @property
    def answer_rate(self) -> float | None:
        return share(self.answered, self.asked)

    @property
    def unchanged_rate(self) -> float | None:
        return share(self.unchanged, self.drafted)


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


def count_months(rfps: "QuerySet[RFP]") -> list[Month]:
    """Every figure of the questions, in one query."""
    said = Q(answer__isnull=False) & (~Q(answer__text="") | ~Q(answer__choice=""))
    approved = Q(status=Question.Status.APPROVED)
    settled = approved & Q(answer__isnull=False)
    drafts = AnswerVersion.objects.filter(answer=OuterRef("answer")).exclude(origin=Answer.Origin.HUMAN)
    drafts = drafts.exclude(text="", choice="")
    same = drafts.filter(text=OuterRef("answer__text"), choice=OuterRef("answer__choice"))
    rows = (
        _timed(rfps)
        .values(month=TruncMonth("rfp__created_at"))
        .annotate(
            rfps=Count("rfp", distinct=True),
            asked=Count("pk"),
            answered=Count("pk", filter=said),
            approved=Count("pk", filter=approved),
            approved_answers=Count("pk", filter=settled),
            drafted=Count("pk", filter=settled & Q(Exists(drafts))),
            unchanged=Count("pk", filter=settled & Q(Exists(same))),
            to_draft=Median("until_draft"),
            to_approval=Median("until_approval"),
        )
        .order_by("month")
    )
    return [Month(**row | {"month": row["month"].date()}) for row in rows]


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
