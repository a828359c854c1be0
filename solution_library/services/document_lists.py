"""What the documents of a solution can be filtered by: the values that occur, one query each."""

from dataclasses import dataclass

from django.db.models import F, Func, TextField

from core.models import User
from solution_library.models import Document, Solution
from solution_library.models.near_duplicate import has_twin

MOST_VALUES = 200


@dataclass(frozen=True)
class DocumentFacets:
    types: list[str]
    tags: list[str]
    owners: list[User]
    near_duplicates: bool


def find_facets(solution: Solution, user: User) -> DocumentFacets:
    documents = Document.objects.visible_to(user).in_use().filter(solution=solution).order_by()
    tags = documents.annotate(tag=Func(F("tags"), function="unnest", output_field=TextField()))
    return DocumentFacets(
        types=list(
            documents.exclude(file_type="")
            .order_by("file_type")
            .values_list("file_type", flat=True)
            .distinct()
        ),
        tags=list(tags.order_by("tag").values_list("tag", flat=True).distinct()[:MOST_VALUES]),
        owners=list(
            User.objects.filter(pk__in=documents.values("owner")).order_by("first_name", "last_name", "pk")
        ),
        near_duplicates=documents.filter(has_twin()).exists(),
    )
