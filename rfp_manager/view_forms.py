"""What is sent about saved views and due dates."""

from django import forms

from themis.forms import DateField


class ViewNameForm(forms.Form):
    name = forms.CharField(label="Name", max_length=80)


class SaveViewForm(ViewNameForm):
    """The name, and whether the team is to see it; the filters come with the address."""

    shared = forms.BooleanField(label="For the whole team", required=False)


class DueDateForm(forms.Form):
    """A day, or none."""

    due_on = DateField(label="Due", required=False)
