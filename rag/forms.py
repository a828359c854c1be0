from collections import defaultdict
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import User
from rag.services.filters import ANSWER, PAGE, SearchFilters
from solution_library.models import Solution

QUESTION_CHARACTERS = 2000

# What people call the types of files; `scope` apart, a search is narrowed by one of each.
KINDS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "answer": (_("Approved answers"), (ANSWER,)),
    "page": (_("Website pages"), (PAGE,)),
    "pdf": (_("PDF"), ("pdf",)),
    "word": (_("Word"), ("docx", "doc")),
    "slides": (_("Slides"), ("pptx",)),
    "table": (_("Tables"), ("xlsx", "csv")),
    "text": (_("Text and HTML"), ("md", "txt", "html", "htm")),
}
AGES: dict[str, tuple[str | Promise, int]] = {
    "90": (_("New within 90 days"), 90),
    "365": (_("New within a year"), 365),
}
CURRENT = "current"


class AskForm(forms.Form):
    """A question to the library and where to look: `scope` is empty, "vendor-1" or "solution-2"."""

    q = forms.CharField(
        label=_("Your question"),
        max_length=QUESTION_CHARACTERS,
        error_messages={"max_length": _("A question may have 2,000 characters. Ask its parts one by one.")},
    )
    scope = forms.ChoiceField(label=_("Where to look"), required=False)
    kind = forms.ChoiceField(
        label=_("What to look at"),
        required=False,
        choices=[("", _("Everything")), *((name, label) for name, (label, _types) in KINDS.items())],
    )
    fresh = forms.ChoiceField(
        label=_("How fresh"),
        required=False,
        choices=[
            ("", _("Of any age")),
            (CURRENT, _("Not overdue for review")),
            *((name, label) for name, (label, _days) in AGES.items()),
        ],
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        solutions = Solution.objects.visible_to(user).select_related("vendor")
        self.solutions = list(solutions.order_by("vendor__name", "name"))
        by_vendor: dict[int, list[Solution]] = defaultdict(list)
        for solution in self.solutions:
            by_vendor[solution.vendor_id].append(solution)
        choices: list[Any] = [("", _("The whole library"))]
        for own in by_vendor.values():
            vendor = own[0].vendor
            group = [(f"solution-{solution.pk}", solution.name) for solution in own]
            if len(own) > 1:
                group.insert(0, (f"vendor-{vendor.pk}", _("All of %(vendor)s") % {"vendor": vendor.name}))
            choices.append((vendor.name, group))
        self.fields["scope"].choices = choices  # type: ignore[attr-defined]

    @property
    def narrowing(self) -> list[forms.BoundField]:
        return [self["kind"], self["fresh"]]

    @property
    def filters(self) -> SearchFilters:
        """Where to look, as a valid form says."""
        kind, fresh = self.cleaned_data["kind"], self.cleaned_data["fresh"]
        return SearchFilters(
            solutions=self.solutions_asked,
            types=KINDS[kind][1] if kind else None,
            since=timezone.localdate() - timedelta(days=AGES[fresh][1]) if fresh in AGES else None,
            current=fresh == CURRENT,
        )

    @property
    def solutions_asked(self) -> list[int]:
        """The numbers of the solutions to look in."""
        kind, _dash, number = self.cleaned_data["scope"].partition("-")
        if kind == "solution":
            return [int(number)]
        if kind == "vendor":
            return [solution.pk for solution in self.solutions if solution.vendor_id == int(number)]
        return [solution.pk for solution in self.solutions]
