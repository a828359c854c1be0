"""Forms of the library's answers: the filter of their list, and writing one."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.models import User
from solution_library.models import Freshness, LibraryAnswer, Solution
from solution_library.models.answer import MOST_TAGS, TAG_CHARACTERS, LibraryAnswerQuerySet
from solution_library.owner_field import OwnerField
from themis.forms import DateField
from themis.pickers import TagsInput

ORDERS = {
    "": ("-updated_at", "-pk"),
    "used": ("-times_used", "-pk"),
    "review": ("review_by", "pk"),
}


class TagsField(forms.CharField):
    """Tags between commas; cleans to a list without repetitions."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        tags = dict.fromkeys(tag.strip() for tag in (super().to_python(value) or "").split(","))
        return [tag for tag in tags if tag]

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > MOST_TAGS or any(len(tag) > TAG_CHARACTERS for tag in value):
            raise forms.ValidationError(
                _("At most %(most)d tags of %(characters)d characters each, with commas between.")
                % {"most": MOST_TAGS, "characters": TAG_CHARACTERS}
            )


class SolutionChoiceField(forms.ModelChoiceField):
    """A solution, named together with its vendor."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Solution.objects.none(), **kwargs)

    def offer(self, solutions: "QuerySet[Solution]") -> None:
        self.queryset = solutions.select_related("vendor").order_by("vendor__name", "name")

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.vendor.name} · {obj.name}"


class LibraryAnswerForm(forms.Form):
    """A pair as a person writes it. `state` says which one they were looking at, `seen` is the digest of the
    warnings that they were shown."""

    solution = SolutionChoiceField(label=_("Solution"), empty_label=_("Choose the solution"))
    question = forms.CharField(
        label=_("Question"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("As customers ask it, without the name of one of them."),
    )
    answer = forms.CharField(label=_("Answer"), max_length=200_000, widget=forms.Textarea(attrs={"rows": 8}))
    choice = forms.CharField(
        label=_("Choice"),
        max_length=200,
        required=False,
        help_text=_("For lists of choices: Yes, No, Partially compliant."),
    )
    tags = TagsField(
        label=_("Tags"),
        required=False,
        widget=TagsInput(source="tags"),
        help_text=_("With commas between: security, backup."),
    )
    owner = OwnerField()
    review_by = DateField(
        label=_("Review by"),
        required=False,
        help_text=_("From then on it is marked, so that somebody checks that it is still true."),
    )
    state = forms.CharField(widget=forms.HiddenInput(), required=False, max_length=64)
    seen = forms.CharField(widget=forms.HiddenInput(), required=False, max_length=64)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["solution"].offer(Solution.objects.visible_to(user))  # type: ignore[attr-defined]

    @property
    def content(self) -> dict[str, Any]:
        """What is kept, as the services take it."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"state", "seen"}}


class AnswerFilter(forms.Form):
    """What the address of the list asks for. Nonsense in it is as if it were not there."""

    q = forms.CharField(required=False, max_length=100)
    solution = forms.IntegerField(required=False, min_value=1, max_value=2**53)
    tag = forms.CharField(required=False, max_length=TAG_CHARACTERS)
    freshness = forms.ChoiceField(required=False, choices=[("", _("Any freshness")), *Freshness.choices])
    order = forms.ChoiceField(
        required=False,
        choices=[("", _("Newest first")), ("used", _("Most used first")), ("review", _("Review first"))],
    )

    @property
    def values(self) -> dict[str, Any]:
        self.full_clean()
        return self.cleaned_data

    def apply(self, answers: LibraryAnswerQuerySet) -> "QuerySet[LibraryAnswer]":
        values = self.values
        if values.get("q"):
            answers = answers.filter(Q(question__icontains=values["q"]) | Q(answer__icontains=values["q"]))
        if values.get("solution"):
            answers = answers.filter(solution=values["solution"])
        if values.get("tag"):
            answers = answers.filter(tags__contains=[values["tag"]])
        if values.get("freshness"):
            answers = answers.of_freshness(Freshness(values["freshness"]))
        return answers.order_by(*ORDERS[values.get("order", "")])
