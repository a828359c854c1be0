"""What was deleted within the last day, a row for each moment: each can be brought back by itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Min, OuterRef, Q
from django.db.models.functions import JSONObject

from solution_library.models.solution import SolutionQuerySet
from solution_library.services.restoring import kept_documents, restorable_answers, restorable_sources


@dataclass(frozen=True)
class Deletion:
    """What was deleted in one moment: documents (pages too), names of sites, answers; `title` is one of them."""

    moment: datetime
    documents: int = 0
    sites: tuple[str, ...] = ()
    answers: int = 0
    title: str = ""


def with_deletions(solutions: SolutionQuerySet) -> SolutionQuerySet:
    """Annotate what `deletions_of` reads."""
    documents = (
        kept_documents()
        .filter(solution=OuterRef("pk"))
        .order_by()
        .values("deleted_at")
        .annotate(
            count=Count("pk"),
            alone=Count("pk", filter=Q(source__deleted_at__isnull=True)),
            # The first by name, to tell by.
            first=Min("title"),
        )
    )
    moments = JSONObject(moment="deleted_at", count="count", alone="alone", title="first")
    sites = restorable_sources().filter(solution=OuterRef("pk")).order_by("name")
    return solutions.annotate(
        deleted_documents=ArraySubquery(documents.values(deletion=moments)),
        deleted_sites=ArraySubquery(sites.values(deletion=JSONObject(moment="deleted_at", name="name"))),
    )


def deletions_of(solution: Any) -> list[Deletion]:
    """Of a solution found `with_deletions`, newest first. A page whose site is deleted comes back with the site."""
    sites: dict[datetime, list[str]] = {}
    for row in solution.deleted_sites:
        sites.setdefault(datetime.fromisoformat(row["moment"]), []).append(row["name"])
    found = {moment: Deletion(moment, sites=tuple(names)) for moment, names in sites.items()}
    for row in solution.deleted_documents:
        moment = datetime.fromisoformat(row["moment"])
        if row["alone"] or moment in sites:
            names = tuple(sites.get(moment, ()))
            found[moment] = Deletion(moment, documents=row["count"], sites=names, title=row["title"])
    return [found[moment] for moment in sorted(found, reverse=True)]


def find_deleted_answers() -> list[Deletion]:
    """Library answers, newest first; not those whose solution went with them."""
    moments = (
        restorable_answers()
        .order_by()
        .values("deleted_at")
        .annotate(count=Count("pk"), first=Min("question"))
    )
    return [
        Deletion(row["deleted_at"], answers=row["count"], title=row["first"])
        for row in moments.order_by("-deleted_at")
        if row["deleted_at"]
    ]
