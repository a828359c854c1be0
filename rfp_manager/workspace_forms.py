"""What the workspace sends: filters in the address, bulk choices, comments."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import User
from core.whole_numbers import number_pairs, whole_number
from rfp_manager.models import Answer, Question
from rfp_manager.services.comments import offered_handles
from rfp_manager.services.lists_left import ANSWERED, LEFT, with_lists_left
from rfp_manager.services.question_states import NEEDS, SETTLED

# The bands that "how sure" is chosen by.
LOW, HIGH = 0.5, 0.8


class QuestionFilter(forms.Form):
    """Which questions are shown. A value that means nothing here filters nothing."""

    q = forms.CharField(required=False, max_length=200)
    status = forms.ChoiceField(
        required=False,
        choices=[
            ("", gettext_lazy("Every status")),
            *Question.Status.choices,
            ("gap", gettext_lazy("Not in the library")),
            ("partly", gettext_lazy("Partly answered")),
            ("look", gettext_lazy("Needs a look")),
            ("unapproved", gettext_lazy("Not approved yet")),
            ("unsettled", gettext_lazy("Not finished")),
            ("overdue", gettext_lazy("Overdue")),
            ("reworded", gettext_lazy("Reworded by the customer")),
            ("outdated", gettext_lazy("Source changed")),
            ("repeated", gettext_lazy("Asked more than once")),
            (LEFT, gettext_lazy("List left empty")),
        ],
    )
    sheet = forms.CharField(required=False, max_length=255)
    section = forms.CharField(required=False, max_length=500)
    assignee = forms.CharField(required=False, max_length=20)
    confidence = forms.ChoiceField(
        required=False,
        choices=[
            ("", gettext_lazy("However sure")),
            ("low", gettext_lazy("Below 50%")),
            ("medium", gettext_lazy("50 to 80%")),
            ("high", gettext_lazy("Above 80%")),
        ],
    )

    @property
    def values(self) -> dict[str, str]:
        """Each filter that is set and valid."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def query(self) -> str:
        """The filters as an address holds them, always in the same order; "" for none."""
        return urlencode({name: self.values[name] for name in self.fields if name in self.values})

    def apply(self, rows: QuerySet[Question], *, user: User) -> QuerySet[Question]:
        chosen = self.values
        conditions = [_CONDITIONS[name](value, user) for name, value in chosen.items()]
        if chosen.get("status") == LEFT:
            conditions.append(Q(pk__in=with_lists_left(rows)))
        return rows.filter(*conditions)


def _by_status(value: str, user: User) -> Q:
    if value == "overdue":
        return Q(due_on__lt=timezone.localdate()) & ~Q(status__in=SETTLED)
    if value == LEFT:  # what the database cannot tell from the cells alone
        return Q(status__in=ANSWERED)
    return NEEDS.get(value) or Q(status=value)


def _by_assignee(value: str, user: User) -> Q:
    if value == "me":
        return Q(assignee=user)
    if value == "none":
        return Q(assignee=None)
    number = whole_number(value)
    return Q() if number is None else Q(assignee_id=number)


def _by_confidence(value: str, user: User) -> Q:
    bands = {
        "low": Q(answer__confidence__lt=LOW),
        "medium": Q(answer__confidence__gte=LOW, answer__confidence__lt=HIGH),
        "high": Q(answer__confidence__gte=HIGH),
    }
    return bands[value]


_CONDITIONS = {
    "q": lambda value, user: (
        Q(text__icontains=value)
        | Q(identifier__icontains=value)
        | Q(section__icontains=value)
        | Q(answer__text__icontains=value)
    ),
    "status": _by_status,
    "sheet": lambda value, user: Q(sheet=value),
    "section": lambda value, user: Q(section=value),
    "assignee": _by_assignee,
    "confidence": _by_confidence,
}


class AssignForm(forms.Form):
    """Somebody of the team, or nobody."""

    assignee = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, empty_label=gettext_lazy("Nobody")
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["assignee"]
        field.queryset = User.objects.filter(pk__in=[person.pk for person in people])


class CommentForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Comment"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Name somebody with @ to tell them."),
    )

    def __init__(self, *args: Any, people: list[User] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [
            {"handle": handle, "name": str(person)} for handle, person in offered_handles(people or [])
        ]
        attributes = {"data-mentions": json.dumps(offered), "data-mentions-label": _("People of the team")}
        self.fields["text"].widget.attrs.update(attributes)


class VersionForm(forms.Form):
    """A version to go back to, and the newest that the person had seen."""

    restore = forms.IntegerField(min_value=1)
    version = forms.IntegerField(min_value=0)


class JoinForm(forms.Form):
    other = forms.IntegerField(min_value=1)


class RedraftForm(forms.Form):
    """How an answer is to be drafted again; `version` is the one that the person was looking at."""

    instruction = forms.CharField(
        label=gettext_lazy("Draft it again"),
        max_length=500,
        widget=forms.TextInput(
            attrs={"placeholder": gettext_lazy("Shorter; for a bank; say where data is stored")}
        ),
        help_text=gettext_lazy(
            "The language model writes it anew as you say. What no source bears out is left out as before."
        ),
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput())
    replace_words = forms.BooleanField(required=False, widget=forms.HiddenInput())

    @classmethod
    def asking_first(cls, form: "RedraftForm", question: Question) -> "RedraftForm":
        """The same wish for the answer as it stands now; sending it again is a decision about a person's words."""
        answer = Answer.objects.filter(question=question).first()
        data = {
            "instruction": form.cleaned_data["instruction"],
            "version": answer.version if answer else 0,
            "replace_words": True,
        }
        return cls(data, auto_id="redraft_%s")


class RedraftManyForm(forms.Form):
    """How many answers are to be drafted again, and whether what people wrote may go."""

    instruction = forms.CharField(
        label=gettext_lazy("Say how, if you like"),
        required=False,
        max_length=500,
        widget=forms.TextInput(
            attrs={"placeholder": gettext_lazy("Shorter; for a bank; say where data is stored")}
        ),
        help_text=gettext_lazy(
            "The language model writes each anew as you say. What no source bears out is left out as before."
        ),
    )
    replace_words = forms.BooleanField(required=False)

    def __init__(self, *args: Any, with_instruction: bool, written: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "redraft_%s"
        if not with_instruction:
            del self.fields["instruction"]
        if written:
            self.fields["replace_words"].label = _("Replace what people wrote, too (%(written)s)") % {
                "written": written
            }
            self.fields["replace_words"].help_text = _("What they wrote stays in each answer's history.")
        else:
            del self.fields["replace_words"]

    def replacing(self, seen: Sequence[str]) -> dict[int, int]:
        """From "question:version" of the answers that the person saw, those that may go; none without their word."""
        if not self.cleaned_data.get("replace_words"):
            return {}
        return number_pairs(seen)
