"""What is sent about saved views."""

from django import forms


class ViewNameForm(forms.Form):
    name = forms.CharField(label="Name", max_length=80)


class SaveViewForm(ViewNameForm):
    """The name, and whether the team is to see it; the filters come with the address."""

    shared = forms.BooleanField(label="For the whole team", required=False)
