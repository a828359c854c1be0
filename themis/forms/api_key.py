import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from themis.models import APIKey


class APIKeyForm(forms.Form):
    """A name, what the key may do, and for how long."""

    LIFETIMES = (
        ("30", _("30 days")),
        ("90", _("90 days")),
        ("365", _("One year")),
        ("", _("It does not expire")),
    )

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What will use it, so that you know it again.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=APIKey.Scope.choices,
        initial=[APIKey.Scope.READ],
        widget=forms.CheckboxSelectMultiple,
    )
    lifetime = forms.ChoiceField(label=_("It expires after"), choices=LIFETIMES, initial="90", required=False)

    def values(self) -> dict[str, Any]:
        """The arguments of `create_api_key`."""
        days = self.cleaned_data["lifetime"]
        return {
            "name": self.cleaned_data["name"],
            "scopes": self.cleaned_data["scopes"],
            "expires_at": timezone.now() + dt.timedelta(days=int(days)) if days else None,
        }
