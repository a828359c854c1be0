"""Text boxes for dates, times and moments, in the formats of the person who is asked.

They show and take text, so that they work without JavaScript; static/js/date_picker.js adds the
calendar. Use them through the fields of `themis.forms`, which read what these boxes show.
"""

import datetime as dt
import json
from typing import Any

from django import forms
from django.utils import timezone

from themis.dates.calendar import calendar_data
from themis.dates.entry import date_text, moment_texts, time_text, whole_minutes
from themis.formatting import Preferences, active

QUARTERS = [dt.time(hour, minute) for hour in range(24) for minute in range(0, 60, 15)]


def date_example(preferences: Preferences) -> str:
    """A date in the person's format whose day can be no month."""
    return date_text(dt.date(timezone.now().year, 12, 31), preferences)


def time_example(preferences: Preferences) -> str:
    return time_text(dt.time(17, 30), preferences)


def _calendar() -> str:
    return json.dumps(calendar_data(active()), ensure_ascii=False, separators=(",", ":"))


class DateInput(forms.DateInput):
    """A date, with a calendar; `small` where it stands in a row of small controls."""

    input_type = "text"
    template_name = "components/forms/date_input.html"

    def __init__(self, *, attrs: dict[str, Any] | None = None, small: bool = False) -> None:
        super().__init__(attrs=({"class": "input-sm"} if small else {}) | (attrs or {}))
        self.small = small

    def format_value(self, value: Any) -> str | None:
        return date_text(value, active()) if isinstance(value, dt.date) else value

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return context | {"calendar": _calendar(), "example": date_example(active()), "small": self.small}


class TimeInput(forms.TimeInput):
    """A time of day, shown to the minute; the browser suggests the quarters of the hours."""

    input_type = "text"
    template_name = "components/forms/time_input.html"

    def format_value(self, value: Any) -> str | None:
        return time_text(whole_minutes(value), active()) if isinstance(value, dt.time) else value

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return context | {"times": _quarters(), "example": time_example(active())}


class DateTimeInput(forms.Widget):
    """A moment in the active time zone: a box for the date and one for the time, `{name}_0` and `{name}_1`.

    It is shown to the minute, as no format has seconds; `themis.forms.DateTimeField` keeps those that are stored.
    What is sent under the plain name, a datetime or ISO 8601, is taken too: programs send that.
    """

    template_name = "components/forms/moment_input.html"

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0" if id_ else ""

    def format_value(self, value: Any) -> Any:
        """The texts of both boxes; what could not be read is shown as it was typed."""
        if isinstance(value, dt.datetime):
            if timezone.is_naive(value):
                value = timezone.make_aware(value)
            return moment_texts(whole_minutes(value), active(), timezone.get_current_timezone())
        if isinstance(value, tuple):
            return value
        return (value or "", "")

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        whole = data.get(name)
        if whole not in (None, ""):
            return whole
        pair = (data.get(f"{name}_0") or "", data.get(f"{name}_1") or "")
        return pair if any(pair) else None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not {name, f"{name}_0", f"{name}_1"} & set(data)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        date, time = self.format_value(value)
        preferences = active()
        return context | {
            "date": date,
            "time": time,
            "calendar": _calendar(),
            "times": _quarters(),
            "date_example": date_example(preferences),
            "time_example": time_example(preferences),
        }


def _quarters() -> list[str]:
    preferences = active()
    return [time_text(time, preferences) for time in QUARTERS]
