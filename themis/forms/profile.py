import zoneinfo
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from themis.models import Profile
from themis.widgets import ThemeSelect

# Enough to have every way of grouping and of marking decimals, and both orders of an English date.
NUMBER_LOCALES = ("en", "en_GB", "de", "fr", "de_CH", "es", "it", "nl", "pl", "pt_BR", "sv", "ja", "hi")


def _time_zones() -> list[tuple[str, str]]:
    """Places people live in; the legacy names of the database are left out."""
    areas = (
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
    names = sorted(name for name in zoneinfo.available_timezones() if name.split("/")[0] in areas)
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def _number_locales() -> list[tuple[str, str]]:
    in_language = Locale.parse((get_language() or "en").replace("-", "_"))
    names = [(code, Locale.parse(code).get_display_name(in_language) or code) for code in NUMBER_LOCALES]
    return sorted(names, key=lambda entry: entry[1])


class ProfileForm(forms.ModelForm):
    """Name, appearance, language and formats of the signed-in person."""

    first_name = forms.CharField(label=_("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    time_zone = forms.TypedChoiceField(label=_("Time zone"), required=False, empty_value="")
    number_locale = forms.TypedChoiceField(
        label=_("Region"),
        required=False,
        empty_value="",
        help_text=_("Whose numbers you read; its dates and times too, where your language is spoken there."),
    )

    class Meta:
        model = Profile
        fields = ("theme", "language", "time_zone", "date_style", "time_style", "number_locale", "first_day")
        widgets = {"theme": ThemeSelect}

    field_order = ("first_name", "last_name", "theme")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.instance.user
        self.initial.update(first_name=user.first_name, last_name=user.last_name)
        usual = [("", _("As this installation is set"))]
        # Set per form: the names are in the language of the request.
        self.fields["time_zone"].choices = [*usual, *_time_zones()]  # type: ignore[attr-defined]
        self.fields["number_locale"].choices = [  # type: ignore[attr-defined]
            ("", _("As usual in the language")),
            *_number_locales(),
        ]
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            ("", _("As the browser asks")),
            *Profile._meta.get_field("language").flatchoices,
        ]
        self.fields["first_day"].choices = [  # type: ignore[attr-defined]
            ("", _("As usual in the language")),
            *Profile.Weekday.choices,
        ]

    def save(self, commit: bool = True) -> Profile:
        user = self.instance.user
        user.first_name = self.cleaned_data["first_name"]
        user.last_name = self.cleaned_data["last_name"]
        if commit:
            user.save(update_fields=["first_name", "last_name"])
        return super().save(commit=commit)
