"""What is sent about saved views and due dates."""

from django import forms
from django.utils.translation import gettext_lazy as _

from themis.forms import DateField


class ViewNameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)


class SaveViewForm(ViewNameForm):
    """The name, and whether the team is to see it; the filters come with the address."""

    shared = forms.BooleanField(label=_("For the whole team"), required=False)


class DueDateForm(forms.Form):
    """A day, or none."""

    due_on = DateField(label=_("Due"), required=False)
