"""Where an RFP stands: how far each section and person is, what its export waits for, how long there is."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.utils import timezone

from core.models import User
from rfp_manager.models import RFP, Question
from rfp_manager.services.lists_left import HAS_SEVERAL, with_lists_left
from rfp_manager.services.question_states import NEEDS, SETTLED


@dataclass(frozen=True)
class Part:
    """A section's or a person's share of the questions; `query` shows them on the questions page."""

    label: str
    query: str
    settled: int
    total: int

    @property
    def open(self) -> int:
        return self.total - self.settled


@dataclass(frozen=True)
class Blocker:
    """One reason why an export is not complete; `status` is the filter that shows its questions."""

    status: str
    count: int


@dataclass(frozen=True)
class Deadline:
    """Days by the calendar of the reader's time zone; `overdue` from the very minute."""

    days: int
    overdue: bool

    @property
    def late_by(self) -> int:
        return -self.days


@dataclass(frozen=True)
class Overview:
    """`lists_left` is how many answered questions have an empty list beside the answer: a hint, no blocker."""

    total: int
    settled: int
    statuses: dict[str, int]
    sections: list[Part]
    people: list[Part]
    blockers: list[Blocker]
    gaps: int
    lists_left: int
    deadline: Deadline | None


# How many questions each filter shows, in the order in which they are best dealt with.
_WAITING = {
    "unanswered": Q(status=Question.Status.UNANSWERED),
    "look": NEEDS["look"],
    "outdated": NEEDS["outdated"],
    "reworded": NEEDS["reworded"],
    "unapproved": NEEDS["unapproved"],
    "gap": NEEDS["gap"] & ~Q(status=Question.Status.DECLINED),
}
# What a person is called by.
_NAMES = ("first_name", "last_name", "email")


def build_overview(rfp: RFP) -> Overview:
    """One query, however many questions there are, and two more where rows have several lists."""
    people = {f"assignee__{name}" for name in _NAMES}
    counts = {name: Count("pk", filter=condition) for name, condition in _WAITING.items()}
    parts = rfp.questions.order_by().values("section", "sheet", "assignee", "status", *people)
    several = Count("pk", filter=HAS_SEVERAL)
    rows = list(parts.annotate(count=Count("pk"), several=several, **counts))
    statuses: Counter[str] = Counter()
    for row in rows:
        statuses[row["status"]] += row["count"]
    waiting = {name: sum(row[name] for row in rows) for name in _WAITING}
    return Overview(
        total=statuses.total(),
        settled=sum(statuses[status] for status in SETTLED),
        statuses=statuses,
        sections=_by_section(rows),
        people=_by_person(rows),
        blockers=[Blocker(status, count) for status, count in waiting.items() if count and status != "gap"],
        gaps=waiting["gap"],
        lists_left=len(with_lists_left(rfp.questions)) if any(row["several"] for row in rows) else 0,
        deadline=days_left(rfp),
    )


def days_left(rfp: RFP, *, now: dt.datetime | None = None) -> Deadline | None:
    """None without a date, and once the response is out of the house."""
    if rfp.due_at is None or rfp.status not in RFP.OPEN_STATUSES:
        return None
    now = now or timezone.now()
    days = (timezone.localdate(rfp.due_at) - timezone.localdate(now)).days
    return Deadline(days, overdue=rfp.due_at < now)


def _by_section(rows: Iterable[Mapping[str, Any]]) -> list[Part]:
    """The part with most left to do first. Questions without a section are shown as their sheet's."""
    found: dict[tuple[str, str], Counter[bool]] = {}
    for row in rows:
        place = ("section", row["section"]) if row["section"] else ("sheet", row["sheet"])
        _count(found.setdefault(place, Counter()), row)
    parts = [
        Part(name, urlencode({kind: name}), tally[True], tally.total())
        for (kind, name), tally in found.items()
    ]
    return sorted(parts, key=lambda part: (-part.open, part.label.casefold()))


def _by_person(rows: Iterable[Mapping[str, Any]]) -> list[Part]:
    """Whoever has questions, by name; last those that nobody has, with an empty label."""
    found: dict[int | None, Counter[bool]] = {}
    people: dict[int, User] = {}
    for row in rows:
        _count(found.setdefault(row["assignee"], Counter()), row)
        people[row["assignee"]] = User(**{name: row[f"assignee__{name}"] for name in _NAMES})
    parts = [
        Part(
            str(people[person]) if person else "",
            urlencode({"assignee": person or "none"}),
            tally[True],
            tally.total(),
        )
        for person, tally in found.items()
    ]
    return sorted(parts, key=lambda part: (part.label == "", part.label.casefold()))


def _count(tally: Counter[bool], row: Mapping[str, Any]) -> None:
    tally[row["status"] in SETTLED] += row["count"]
