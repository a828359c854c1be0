"""What administrators set about the language model. The key is typed in and never shown."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rag.models import LanguageModelSettings
from rag.models.language_model import MOST_STYLE
from rag.services.language_model_settings import (
    LanguageModelError,
    check_address,
    other_receiver,
    receiver_of,
)
from themis.formatting import format_datetime

Provider = LanguageModelSettings.Provider
_KEY = re.compile(r"[\x21-\x7e]+")


class LanguageModelForm(forms.Form):
    """Who is asked, by which key, within which limits and for which money; judged together."""

    provider = forms.ChoiceField(
        label=gettext_lazy("Provider"),
        choices=Provider.choices,
        help_text=gettext_lazy("Most local servers are OpenAI-compatible."),
    )
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        required=False,
        help_text=gettext_lazy(
            "The endpoint's base, such as https://host/v1 or http://localhost:11434/v1. Anthropic needs none."
        ),
        widget=forms.URLInput(attrs={"spellcheck": "false"}),
    )
    model = forms.CharField(
        label=gettext_lazy("Model"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Its name, as the endpoint knows it."),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )
    # Never rendered with a value, also after a mistake in another field.
    api_key = forms.CharField(
        label=gettext_lazy("Key"),
        max_length=1000,
        required=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
    )
    timeout_seconds = forms.IntegerField(
        label=gettext_lazy("Seconds for one reply"),
        min_value=1,
        max_value=600,
        help_text=gettext_lazy("With everything that is tried again for it."),
    )
    concurrency = forms.IntegerField(
        label=gettext_lazy("Questions at the same time"),
        min_value=1,
        max_value=64,
        help_text=gettext_lazy("In one run. A local server may want 1 or 2."),
    )
    max_tokens = forms.IntegerField(
        label=gettext_lazy("Longest reply in tokens"), min_value=100, max_value=64_000
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        max_length=3,
        help_text=gettext_lazy("Three letters. What was counted before is not converted."),
        validators=[RegexValidator(r"\A[A-Za-z]{3}\Z", gettext_lazy("Three letters, such as EUR."))],
    )
    input_price = forms.DecimalField(
        label=gettext_lazy("Price of a million tokens read"), min_value=0, max_digits=10, decimal_places=4
    )
    output_price = forms.DecimalField(
        label=gettext_lazy("Price of a million tokens written"), min_value=0, max_digits=10, decimal_places=4
    )
    budget_per_rfp = forms.DecimalField(
        label=gettext_lazy("Budget for one RFP"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text=gettext_lazy("For its drafts and summaries together; a run stops there. 0: no limit."),
    )

    def __init__(self, data: QueryDict | None = None, *, row: LanguageModelSettings) -> None:
        initial = {name: _plain(getattr(row, name)) for name in self.base_fields if name != "api_key"}
        super().__init__(data, initial=initial)
        self.row = row
        self.fields["api_key"].help_text = (
            _("Set on %(date)s. Leave it empty to keep it, or type another one.")
            % {"date": format_datetime(row.api_key_set_at)}
            if row.api_key_set_at
            else _("It is kept encrypted and never shown again. Local servers mostly want none.")
        )

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"]).rstrip("/")
        if not url:
            return url
        if "?" in url or "#" in url:
            raise ValidationError(_("Leave out what begins with ? or #; the key has a field of its own."))
        try:
            check_address(url)
        except LanguageModelError as error:
            raise ValidationError(str(error)) from error
        return url

    def clean_api_key(self) -> str:
        key = str(self.cleaned_data["api_key"])
        if key and not _KEY.fullmatch(key):
            raise ValidationError(_("A key has no blanks and no letters with accents. Copy it once more."))
        return key

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        provider, url, key = data.get("provider"), data.get("url"), data.get("api_key")
        asked = provider in (Provider.OPENAI, Provider.ANTHROPIC)
        if asked and not data.get("model") and "model" not in self.errors:
            self.add_error("model", _("Which model is to be asked?"))
        if provider == Provider.OPENAI and not url and "url" not in self.errors:
            self.add_error("url", _("An OpenAI-compatible endpoint needs its address."))
        if (
            provider == Provider.ANTHROPIC
            and not key
            and not self.row.api_key
            and "api_key" not in self.errors
        ):
            self.add_error("api_key", _("Anthropic cannot be asked without a key."))
        if provider == Provider.NONE and key:
            self.add_error("api_key", _("Choose the provider that the key is for."))
        if asked and url is not None and (url or provider == Provider.ANTHROPIC) and not key:
            self._keep_key(str(provider), url)
        prices = [data.get("input_price"), data.get("output_price")]
        if data.get("budget_per_rfp") and None not in prices and not any(prices):
            self.add_error("budget_per_rfp", _("A budget needs prices to count by."))
        return data

    def _keep_key(self, provider: str, url: str) -> None:
        """A key that is kept goes to no other address than the one that it was given for."""
        row = self.row
        if row.api_key and "api_key" not in self.errors and receiver_of(provider, url) != row.api_key_for:
            self.add_error("api_key", other_receiver(row))

    @property
    def values(self) -> dict[str, str | int | Decimal]:
        """What is saved beside the key."""
        return {name: value for name, value in self.cleaned_data.items() if name != "api_key"}


def _plain(value: Any) -> Any:
    """A price without the zeros that its column adds."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class StyleForm(forms.Form):
    """House style of drafts and summaries: added to the built-in prompts, which stay as they are."""

    drafting_style = forms.CharField(
        label=gettext_lazy("Drafts"),
        max_length=MOST_STYLE,
        required=False,
        help_text=gettext_lazy(
            "Tone, words to use or to avoid, how to name yourselves. At most 2,000 characters; empty is the default."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    summary_style = forms.CharField(
        label=gettext_lazy("Summaries"),
        max_length=MOST_STYLE,
        required=False,
        help_text=gettext_lazy("The same for summaries of what the customer sent."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def _text(self, name: str) -> str:
        return str(self.cleaned_data[name]).replace("\r\n", "\n")

    def clean_drafting_style(self) -> str:
        return self._text("drafting_style")

    def clean_summary_style(self) -> str:
        return self._text("summary_style")
