"""What the list of library answers offers to filter by."""

from django.db.models import F, Func, TextField

from core.models import User
from solution_library.models import LibraryAnswer, Solution

MOST_TAGS_OFFERED = 200


def used_tags(user: User) -> list[str]:
    """The tags that library answers carry, in alphabetical order."""
    tags = LibraryAnswer.objects.visible_to(user).annotate(
        tag=Func(F("tags"), function="unnest", output_field=TextField())
    )
    return list(tags.order_by("tag").values_list("tag", flat=True).distinct()[:MOST_TAGS_OFFERED])


def answered_solutions(user: User) -> list[Solution]:
    """The solutions that have answers, each with its vendor."""
    having = LibraryAnswer.objects.visible_to(user).order_by().values("solution")
    return list(
        Solution.objects.visible_to(user)
        .filter(pk__in=having)
        .select_related("vendor")
        .order_by("vendor__name", "name")
    )
