import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from themis.forms.dates import DateField
from themis.models import APIKey

MOST_YEARS = 10


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
    expires_on = DateField(
        label=_("Or at the end of this day"),
        required=False,
        help_text=_("In your time zone; it goes before the choice above."),
    )

    def clean_expires_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["expires_on"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or a later one."))
        if day is not None and day.year > timezone.localdate().year + MOST_YEARS:
            raise forms.ValidationError(_("Choose a day of the next ten years, or let the key not expire."))
        return day

    def values(self) -> dict[str, Any]:
        """The arguments of `create_api_key`."""
        return {
            "name": self.cleaned_data["name"],
            "scopes": self.cleaned_data["scopes"],
            "expires_at": self._expires_at(),
        }

    def _expires_at(self) -> dt.datetime | None:
        days, day = self.cleaned_data["lifetime"], self.cleaned_data["expires_on"]
        if day is not None:
            # Reckoned with the day after, because a day does not end at the same time everywhere and always.
            return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
        return timezone.now() + dt.timedelta(days=int(days)) if days else None
