"""What happened in an RFP lately, out of the rows that keep who did what and when."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncHour
from django.urls import reverse

from core.models import User
from rfp_manager.models import RFP, Answer, AnswerVersion, Comment

SHOWN = 8


@dataclass(frozen=True)
class Event:
    """`kind`: approved, edited, drafted, commented, imported or exported; `count` of what; `name` of which.

    `person` is None where nobody did it (a draft run) or where their account is gone.
    """

    at: dt.datetime
    kind: str
    person: User | None
    count: int = 1
    name: str = ""
    url: str = ""


def latest_activity(rfp: RFP, *, limit: int = SHOWN) -> list[Event]:
    """The newest first, in seven queries. What one person did in one hour is one line, not three hundred."""
    found = [
        *_many("approved", Answer.objects.filter(question__rfp=rfp), "approved_by", "approved_at", limit),
        *_versions(rfp, limit),
        *_comments(rfp, limit),
        *_files(rfp, limit),
    ]
    newest = sorted(found, key=lambda row: row[0].at, reverse=True)[:limit]
    people = User.objects.in_bulk({person for _, person in newest if person is not None})
    return [
        Event(event.at, event.kind, people.get(person or 0), event.count, event.name, event.url)
        for event, person in newest
    ]


# An event whose person is not looked up yet, and their id.
_Found = Iterator[tuple[Event, int | None]]


def _many(kind: str, rows: QuerySet, person: str, at: str, limit: int) -> _Found:
    hours = (
        rows.filter(**{f"{at}__isnull": False})
        .order_by()
        .values(person, hour=TruncHour(at))
        .annotate(count=Count("pk"), at=Max(at))
        .order_by("-at")
    )
    for row in hours[:limit]:
        yield Event(row["at"], kind, None, row["count"]), row[person]


def _versions(rfp: RFP, limit: int) -> _Found:
    """What people wrote, some of whom have left since, and what draft runs did."""
    rows = AnswerVersion.objects.filter(answer__question__rfp=rfp)
    human = Q(origin=Answer.Origin.HUMAN)
    yield from _many("edited", rows.filter(human), "edited_by", "created_at", limit)
    for event, _ in _many("drafted", rows.exclude(human), "edited_by", "created_at", limit):
        yield event, None


def _comments(rfp: RFP, limit: int) -> _Found:
    rows = Comment.objects.filter(question__rfp=rfp, question__removed_at=None).order_by("-created_at")
    for row in rows[:limit]:
        url = reverse("rfp_manager:question", args=[rfp.pk, row.question_id]) + "#comments"
        yield Event(row.created_at, "commented", None, name=row.text, url=url), row.author_id


def _files(rfp: RFP, limit: int) -> _Found:
    imported = rfp.question_documents.filter(confirmed_at__isnull=False).defer("layout", "revision")
    for book in imported.order_by("-confirmed_at")[:limit]:
        url = reverse("rfp_manager:workbook", args=[rfp.pk, book.pk])
        at = book.confirmed_at or book.created_at  # the query leaves out those without
        yield Event(at, "imported", None, name=book.title, url=url), book.confirmed_by_id
    for export in rfp.exports.defer("report").order_by("-created_at")[:limit]:
        url = reverse("rfp_manager:export", args=[rfp.pk, export.pk])
        yield Event(export.created_at, "exported", None, name=export.filename, url=url), export.created_by_id
