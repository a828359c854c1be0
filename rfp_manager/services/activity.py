"""What happened in an RFP lately, out of the rows that keep who did what and when."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Count, F, Max, Q, QuerySet, TextField, Value
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


# The newest first, in these columns.
Rows: TypeAlias = "QuerySet[Any, dict[str, Any]]"
_COLUMNS = ("kind", "at", "count", "name", "of", "person", "first_name", "last_name", "email")


def latest_activity(rfp: RFP, *, limit: int = SHOWN) -> list[Event]:
    """The newest first, in one query. What one person did in one hour is one line, not three hundred."""
    first, *others = (rows[:limit] for rows in (*_answers(rfp), _comments(rfp), _imports(rfp), _exports(rfp)))
    newest = first.union(*others, all=True).order_by("-at")[:limit]
    return [_event(rfp, row) for row in newest]


def _event(rfp: RFP, row: dict[str, Any]) -> Event:
    kind, person = row["kind"], None
    if row["person"] is not None and kind != "drafted":
        names = {name: row[name] for name in ("first_name", "last_name", "email")}
        person = User(pk=row["person"], **names)
    url = ""
    if kind in _PAGES:
        view, anchor = _PAGES[kind]
        url = reverse(view, args=[rfp.pk, row["of"]]) + anchor
    return Event(row["at"], kind, person, row["count"], row["name"], url)


# Where an event leads, by its kind: the view of what it was done with, and the place on its page.
_PAGES = {
    "commented": ("rfp_manager:question", "#comments"),
    "imported": ("rfp_manager:workbook", ""),
    "exported": ("rfp_manager:export", ""),
}


def _answers(rfp: RFP) -> "list[Rows]":
    """What was approved, what people wrote, some of whom have left since, and what draft runs did."""
    approved = Answer.objects.filter(question__rfp=rfp, approved_at__isnull=False)
    versions = AnswerVersion.objects.filter(answer__question__rfp=rfp)
    human = Q(origin=Answer.Origin.HUMAN)
    return [
        _many("approved", approved, "approved_by", "approved_at"),
        _many("edited", versions.filter(human), "edited_by", "created_at"),
        _many("drafted", versions.exclude(human), "edited_by", "created_at"),
    ]


def _many(kind: str, rows: "QuerySet[Any]", person: str, at: str) -> "Rows":
    hours = (
        rows.order_by()
        .values(hour=TruncHour(at), **_person(person))
        .annotate(
            kind=Value(kind),
            at=Max(at),
            count=Count("pk"),
            name=Value("", output_field=TextField()),
            of=Value(0),
        )
    )
    return hours.order_by("-at").values(*_COLUMNS)


def _comments(rfp: RFP) -> "Rows":
    rows = Comment.objects.filter(question__rfp=rfp, question__removed_at=None)
    return _single("commented", rows, "author", at="created_at", name="text", of="question_id")


def _imports(rfp: RFP) -> "Rows":
    rows = rfp.question_documents.filter(confirmed_at__isnull=False)
    return _single("imported", rows, "confirmed_by", at="confirmed_at", name="title", of="pk")


def _exports(rfp: RFP) -> "Rows":
    return _single("exported", rfp.exports.all(), "created_by", at="created_at", name="filename", of="pk")


def _single(kind: str, rows: "QuerySet[Any]", person: str, *, at: str, name: str, of: str) -> "Rows":
    columns = {"at": F(at), "name": F(name), "of": F(of)} | _person(person)
    listed = rows.order_by(f"-{at}").annotate(kind=Value(kind), count=Value(1), **columns)
    return listed.values(*_COLUMNS)


def _person(field: str) -> dict[str, F]:
    """Who did it, with the names that they are shown by."""
    names = {name: F(f"{field}__{name}") for name in ("first_name", "last_name", "email")}
    return {"person": F(f"{field}_id")} | names
