"""The library's tables for the admin's import and export: solutions and approved answers."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from import_export import fields, widgets
from import_export.results import RowResult
from tablib import Dataset

from core.exchange.resources import PersonWidget, TableResource
from core.models import Organization
from core.words import format_number
from solution_library.answer_checks import AnswerCandidate, review_answer
from solution_library.exceptions import LibraryError
from solution_library.models import LibraryAnswer, Solution
from solution_library.services.answers import change_library_answer, save_library_answer, state_of

# Rows that are compared with the library before a preview is shown: each asks the embedding model.
MOST_COMPARED = 200


class VendorWidget(widgets.Widget):
    """A company that may have solutions, by its name."""

    def clean(self, value: Any, row: dict[str, Any] | None = None, **kwargs: Any) -> Organization:
        found = list(Organization.objects.vendors().filter(name__iexact=str(value or ""))[:2])
        if len(found) != 1:
            problem = (
                _("Several vendors are called “%(name)s”.") if found else _("No vendor is called “%(name)s”.")
            )
            raise ValueError(problem % {"name": value})
        return found[0]

    def render(self, value: Organization | None, obj: Model | None = None, **kwargs: Any) -> str:
        return value.name if value else ""


class SolutionWidget(widgets.Widget):
    """A solution by its name, and by its vendor's where the row says it."""

    def clean(self, value: Any, row: dict[str, Any] | None = None, **kwargs: Any) -> Solution:
        solutions = Solution.objects.filter(name__iexact=str(value or ""))
        vendor = str((row or {}).get("vendor") or "")
        if vendor:
            solutions = solutions.filter(vendor__name__iexact=vendor)
        found = list(solutions[:2])
        if len(found) != 1:
            if vendor:
                problem = (
                    _("Several solutions are called “%(name)s” by %(vendor)s.")
                    if found
                    else _("No solution is called “%(name)s” by %(vendor)s.")
                )
            else:
                problem = (
                    _("Several solutions are called “%(name)s”.")
                    if found
                    else _("No solution is called “%(name)s”.")
                )
            raise ValueError(problem % {"name": value, "vendor": vendor})
        return found[0]

    def render(self, value: Solution | None, obj: Model | None = None, **kwargs: Any) -> str:
        return value.name if value else ""


class TagsWidget(widgets.Widget):
    def clean(self, value: Any, row: dict[str, Any] | None = None, **kwargs: Any) -> list[str]:
        return [tag.strip() for tag in str(value or "").split(",") if tag.strip()]

    def render(self, value: list[str] | None, obj: Model | None = None, **kwargs: Any) -> str:
        return ", ".join(value or [])


class SolutionResource(TableResource):
    needed = ("vendor", "name")
    vendor = fields.Field("vendor", "vendor", VendorWidget())
    owner = fields.Field("owner", "owner", PersonWidget())

    class Meta:
        model = Solution
        fields = ("id", "vendor", "name", "description", "owner")
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True

    def filter_export(self, queryset: QuerySet[Solution], **kwargs: Any) -> QuerySet[Solution]:
        return queryset.select_related("vendor", "owner")


class LibraryAnswerResource(TableResource):
    """Goes through the services, so that versions are kept, citing answers marked and embeddings queued.

    The preview says of the first rows what the library has on the same question; it refuses none for that.
    """

    needed = ("solution", "question", "answer")
    # Told by the solution; on the way in it only tells two of one name apart.
    vendor = fields.Field("solution__vendor__name", "vendor", readonly=True)
    solution = fields.Field("solution", "solution", SolutionWidget())
    tags = fields.Field("tags", "tags", TagsWidget())
    owner = fields.Field("owner", "owner", PersonWidget())

    class Meta:
        model = LibraryAnswer
        fields = (
            "id",
            "vendor",
            "solution",
            "question",
            "answer",
            "choice",
            "tags",
            "owner",
            "review_by",
        )
        skip_unchanged = True
        report_skipped = True

    def get_queryset(self) -> QuerySet[LibraryAnswer]:
        return LibraryAnswer.objects.without_index().select_related("solution__vendor", "owner")

    def filter_export(self, queryset: QuerySet[LibraryAnswer], **kwargs: Any) -> QuerySet[LibraryAnswer]:
        return queryset.select_related("solution__vendor", "owner").defer("embedding", "search_vector")

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        super().before_import(dataset, **kwargs)
        self._notices: dict[int, list[str]] = {}

    def after_import_row(self, row: dict[str, Any], row_result: RowResult, **kwargs: Any) -> None:
        super().after_import_row(row, row_result, **kwargs)
        row_result.notices = self._notices.get(kwargs["row_number"], [])

    def save_instance(
        self, instance: LibraryAnswer, is_create: bool, row: dict[str, Any], **kwargs: Any
    ) -> None:
        said: dict[str, Any] = {
            "solution": instance.solution,
            "question": instance.question,
            "answer": instance.answer,
            "choice": instance.choice,
            "tags": instance.tags,
            "owner": instance.owner,
            "review_by": instance.review_by,
        }
        if kwargs.get("dry_run"):
            self._note_warnings(instance, is_create, kwargs["row_number"])
        try:
            if is_create:
                origin, note = LibraryAnswer.Origin.IMPORTED, str(kwargs.get("file_name") or "")
                kept = save_library_answer(origin=origin, origin_note=note, **said)
                instance.pk = kept.pk
            else:
                # Whoever imports a table means what it says.
                found = LibraryAnswer.objects.without_index().get(pk=instance.pk)
                change_library_answer(instance, expected=state_of(found), user=kwargs["user"], **said)
        except LibraryError as error:
            raise ValidationError(str(error)) from error

    def _note_warnings(self, instance: LibraryAnswer, is_create: bool, number: int) -> None:
        """For the preview; only as many rows as a person may wait for."""
        if len(self._notices) > MOST_COMPARED:
            return
        shown = {"number": format_number(number)}
        if len(self._notices) == MOST_COMPARED:
            self._notices[number] = [
                _("From row %(number)s on, rows are not compared with the library here.") % shown
            ]
            return
        entry = None if is_create else instance
        review = review_answer(
            AnswerCandidate(instance.solution, instance.question, instance.answer, instance.choice, entry)
        )
        row = _("Row") + f" {format_number(number)}: "
        self._notices[number] = [
            f"{row}{warning.reason} ({warning.other.question[:100]})" for warning in review.warnings
        ]
        if not review.complete:
            self._notices[number].append(row + _("It could not be compared with the library."))
