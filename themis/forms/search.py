from django import forms
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    """The words of the command palette. The field refuses NUL, which the database would."""

    q = forms.CharField(label=_("Search for"), max_length=200, required=False)

    def words(self) -> str:
        """What was typed, or nothing when it cannot be searched for."""
        return str(self.cleaned_data["q"]) if self.is_valid() else ""
