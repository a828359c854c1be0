"""Where the library's rows are cited: the library asks, the app that keeps citations answers.

Numbers are for everybody and name no RFP; an origin is named to who may see it, which is decided there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.db.models import Model, Q, QuerySet

from core.models import User


@dataclass(frozen=True)
class Usage:
    """In how many answers of how many RFPs a row is cited."""

    answers: int = 0
    rfps: int = 0


@dataclass(frozen=True)
class Origin:
    """Where a library answer was approved, for somebody who may know."""

    title: str
    url: str


class UsageSource(Protocol):
    def count(self, model: type[Model], ids: Sequence[int]) -> dict[int, Usage]:
        """The usage of those rows that are cited at all, in one query."""

    def cited(self, model: type[Model]) -> "QuerySet[Any, Any]":
        """The ids of all rows of a model that are cited, for a subquery."""

    def origin(self, answer_id: int, user: User) -> Origin | None:
        """What `LibraryAnswer.origin_answer_id` stands for; None for who may not see it, or when it is gone."""


RowT = TypeVar("RowT", bound=Model)
_sources: list[UsageSource] = []


def register_usage_source(source: UsageSource) -> None:
    """The one app that keeps citations registers in `AppConfig.ready()`; the last one counts."""
    _sources[:] = [source]


def with_usage(rows: Sequence[RowT]) -> list[RowT]:
    """The rows of one model, each with its `usage`."""
    found: dict[int, Usage] = {}
    for source in _sources if rows else ():
        found = source.count(type(rows[0]), [row.pk for row in rows])
    for row in rows:
        row.usage = found.get(row.pk, Usage())  # type: ignore[attr-defined]
    return list(rows)


def origin_of(answer_id: int | None, user: User) -> Origin | None:
    """Where an answer was approved, if `user` may know."""
    if answer_id is None:
        return None
    return next((source.origin(answer_id, user) for source in _sources), None)


def never_cited(model: type[Model]) -> Q:
    """The condition that a row of this model is cited nowhere."""
    condition = Q()
    for source in _sources:
        condition &= ~Q(pk__in=source.cited(model))
    return condition
