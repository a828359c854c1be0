"""What static/js/date_picker.js has to know to draw a calendar as one person reads it."""

from typing import Any

from django.utils.translation import gettext as _

from themis.dates import patterns
from themis.formatting import Preferences


def first_day(preferences: Preferences) -> int:
    """The first day of the week; 0 is Monday."""
    if preferences.first_day is not None:
        return preferences.first_day
    return int(preferences.date_locale.first_week_day)


def calendar_data(preferences: Preferences) -> dict[str, Any]:
    """Names, first day of the week (0 is Monday), and the patterns, taken apart, to write and to read out dates."""
    locale = preferences.date_locale
    months, alone = locale.months["format"], locale.months["stand-alone"]
    days = locale.days["format"]
    return {
        "firstDay": first_day(preferences),
        "pattern": patterns.tokens(patterns.date_pattern(locale, preferences.date_style)),
        "spoken": patterns.tokens(str(locale.date_formats["full"].pattern)),
        "months": [patterns.plain(months["wide"][number]) for number in range(1, 13)],
        "shortMonths": [patterns.plain(months["abbreviated"][number]) for number in range(1, 13)],
        "headings": [patterns.plain(alone["wide"][number]) for number in range(1, 13)],
        "days": [days["wide"][number] for number in range(7)],
        "shortDays": [locale.days["stand-alone"]["short"][number] for number in range(7)],
        "era": patterns.plain(locale.eras["abbreviated"][1]),
        "words": {
            "choose": _("Choose a date"),
            "change": _("Change the date"),
            "previousYear": _("Previous year"),
            "previousMonth": _("Previous month"),
            "nextMonth": _("Next month"),
            "nextYear": _("Next year"),
            "today": _("Today"),
            "close": _("Close"),
            "clear": _("Clear"),
            "keys": _("Arrow keys move by days and weeks, Page Up and Page Down by months."),
        },
    }
