"""What is sent about saved views and due dates."""

import datetime as dt
from typing import Self

from django import forms
from django.utils.translation import gettext_lazy as _

from themis.dates.widgets import DateInput
from themis.forms import DateField


class ViewNameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)


class SaveViewForm(ViewNameForm):
    """The name, and whether the team is to see it; the filters come with the address."""

    shared = forms.BooleanField(label=_("For the whole team"), required=False)


class DueDateForm(forms.Form):
    """A day, or none."""

    due_on = DateField(label=_("Due"), required=False, widget=DateInput(small=True))

    @classmethod
    def of_question(cls, due_on: dt.date | None) -> Self:
        """The form beside an answer, with the question's own date."""
        return cls(initial={"due_on": due_on}, auto_id="due_%s")


class BulkDueDateForm(DueDateForm):
    """One date for many; its box stands outside the list's form `bulk` and is sent with it."""

    due_on = DateField(
        label=_("Due (empty: when the RFP is)"), required=False, widget=DateInput(attrs={"form": "bulk"})
    )
