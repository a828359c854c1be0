"""What a solution's page says of its documents as a whole, asked for together with the solution."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Coalesce, JSONObject

from core.models import User
from solution_library.models import Document
from solution_library.models.document import DocumentQuerySet
from solution_library.models.near_duplicate import has_twin
from solution_library.models.solution import SolutionQuerySet
from solution_library.services.recent_deletions import Deletion, deletions_of, with_deletions

MOST_VALUES = 200


@dataclass(frozen=True)
class DocumentFacets:
    """The values that occur, for the filter; `shown` is how many documents the list has."""

    types: list[str]
    tags: list[str]
    owners: list[User]
    near_duplicates: bool
    shown: int
    deletions: list[Deletion]


def with_facets(
    solutions: SolutionQuerySet, *, documents: DocumentQuerySet, shown: DocumentQuerySet
) -> SolutionQuerySet:
    """Annotate what `facets_of` reads: the values of `documents`, and how many of them are `shown`."""
    of_solution = documents.filter(solution=OuterRef("pk")).order_by()
    types = of_solution.exclude(file_type="").order_by("file_type").values("file_type").distinct()
    tag = Func(F("tags"), function="unnest", output_field=TextField())
    tags = of_solution.annotate(tag=tag).order_by("tag").values("tag").distinct()[:MOST_VALUES]
    owned = documents.filter(solution=OuterRef(OuterRef("pk"))).order_by().values("owner")
    owners = User.objects.filter(pk__in=owned).order_by("first_name", "last_name", "pk")
    names = JSONObject(id="pk", first_name="first_name", last_name="last_name", email="email")
    return with_deletions(solutions).annotate(
        facets=JSONObject(
            types=ArraySubquery(types),
            tags=ArraySubquery(tags),
            owners=ArraySubquery(owners.values(facet=names)),
            near_duplicates=Exists(of_solution.filter(has_twin())),
            shown=_count(shown.filter(solution=OuterRef("pk"))),
        ),
    )


def facets_of(solution: Any) -> DocumentFacets:
    """The facets of a solution that was found `with_facets`."""
    found = solution.facets
    return DocumentFacets(
        types=found["types"],
        tags=found["tags"],
        owners=[User(**person) for person in found["owners"]],
        near_duplicates=found["near_duplicates"],
        shown=found["shown"],
        deletions=deletions_of(solution),
    )


def _count(rows: "QuerySet[Document]") -> Coalesce:
    counted = rows.order_by().values("solution").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
