from collections import defaultdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import User
from solution_library.models import Solution

QUESTION_CHARACTERS = 2000


class AskForm(forms.Form):
    """A question to the library and where to look: `scope` is empty, "vendor-1" or "solution-2"."""

    q = forms.CharField(
        label=_("Your question"),
        max_length=QUESTION_CHARACTERS,
        error_messages={"max_length": _("A question may have 2,000 characters. Ask its parts one by one.")},
    )
    scope = forms.ChoiceField(label=_("Where to look"), required=False)

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
    def solutions_asked(self) -> list[int]:
        """The numbers of the solutions to look in."""
        kind, _dash, number = self.cleaned_data["scope"].partition("-")
        if kind == "solution":
            return [int(number)]
        if kind == "vendor":
            return [solution.pk for solution in self.solutions if solution.vendor_id == int(number)]
        return [solution.pk for solution in self.solutions]
