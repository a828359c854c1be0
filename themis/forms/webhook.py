from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from themis.exceptions import WebhookError
from themis.registry import webhook_events
from themis.services.webhooks import check_address


def event_choices() -> list[tuple[str, Any]]:
    """What the apps registered, asked for when a form is made."""
    return [(event.key, event.label) for event in webhook_events.all()]


class WebhookForm(forms.Form):
    """Where events go, and which."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What receives the events, so that you know it again.")
    )
    # No URLField: it refuses names of hosts as they are in one's own network.
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("Begins with https://. Events are posted there as JSON."),
        widget=forms.URLInput(attrs={"placeholder": "https://hooks.example.com/spelunker"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Tell it when"), choices=event_choices, widget=forms.CheckboxSelectMultiple
    )

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        try:
            check_address(url)
        except WebhookError as error:
            raise ValidationError(str(error)) from error
        return url
