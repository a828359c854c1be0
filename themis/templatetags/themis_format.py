"""Dates, numbers, sizes and durations in the reader's own formats.

The middleware activates the signed-in person's preferences, so `{{ value|datetime }}` is theirs.
For somebody else (an e-mail) hand over their `Preferences`: `{{ value|datetime:preferences }}`.
Every filter shows nothing for None.
"""

import datetime as dt
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from themis import formatting
from themis.formatting import Preferences

register = template.Library()


@register.filter
def date(value: dt.date | None, preferences: Preferences | None = None) -> str:
    return formatting.format_date(value, preferences) if value else ""


@register.filter
def time(value: dt.time | dt.datetime | None, preferences: Preferences | None = None) -> str:
    return formatting.format_time(value, preferences) if value is not None else ""


@register.filter
def datetime(value: dt.datetime | None, preferences: Preferences | None = None) -> str:
    return formatting.format_datetime(value, preferences) if value else ""


@register.filter
def zone_name(zone: str) -> str:
    """A time zone as it is read: "America/New York"."""
    return zone.replace("_", " ")


@register.filter
def ago(value: dt.datetime | None) -> SafeString:
    """A relative time ("3 minutes ago") with the exact moment in its title."""
    if not value:
        return SafeString("")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        formatting.format_datetime(value),
        formatting.format_relative(value),
    )


@register.filter
def number(value: float | Decimal | None, digits: int | None = None) -> str:
    return formatting.format_number(value, digits=digits) if value is not None else ""


@register.filter
def unless_it_begins(words: str, text: str) -> str:
    """What is shown before a text; nothing where the text says it itself: "Yes" before "Yes, we do."."""
    beginning, rest = text.lstrip()[: len(words)], text.lstrip()[len(words) :]
    return "" if beginning.casefold() == words.casefold() and not rest[:1].isalnum() else words


@register.filter
def megabytes(count: int) -> str:
    """A limit of so many bytes in whole megabytes, as an administrator sets it."""
    return _("%(number)s MB") % {"number": formatting.format_number(count // 1024**2)}


@register.filter
def number_for(value: float | Decimal, preferences: Preferences) -> str:
    return formatting.format_number(value, preferences)


@register.filter
def size_for(count: int, preferences: Preferences) -> str:
    return formatting.format_size(count, preferences)


@register.filter
def percent(share: float | None) -> str:
    """A share between 0 and 1."""
    return formatting.format_percent(share) if share is not None else ""


@register.filter
def size(count: int | None) -> str:
    """Bytes."""
    return formatting.format_size(count) if count is not None else ""


@register.filter
def duration(length: dt.timedelta | float | None) -> str:
    """A timedelta, or seconds."""
    return formatting.format_duration(length) if length is not None else ""


@register.filter
def duration_until(start: dt.datetime, end: dt.datetime) -> str:
    return formatting.format_duration(end - start)
