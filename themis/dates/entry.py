"""What text boxes for dates, times and moments show, and what they understand.

Pure functions over a `Preferences`. What is shown is read back as the same value, with one limit:
a moment is kept to the second. Of a time that clocks show twice, the one without an offset is the
first; both are therefore shown with it ("02:30 UTC+01:00"), so that saving a form moves nothing.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import TypeVar, cast

from themis.dates import patterns
from themis.dates.clock_changes import exists, is_twofold, next_existing
from themis.formatting import Preferences

_ISO_TIME = re.compile(r"(?P<H>\d{1,2})[:.h](?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:\.\d+)?)?")
_HOUR_ALONE = re.compile(r"(?P<h>\d{1,2})\s*(?P<half>[ap])\.?m\.?", re.IGNORECASE)
_OFFSET = re.compile(
    r"\s*(?:(?:UTC|GMT)\s*(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?|(?P<utc>UTC|GMT|Z))$",
    re.IGNORECASE,
)
_ENGLISH_HALVES = {"a": "am", "p": "pm"}


class NotUnderstoodError(ValueError):
    """The text is no date or time in any format that is taken."""


class NoSuchDayError(ValueError):
    """The text is a date by its form, but the calendar has no such day: 31 February."""


@dataclass(frozen=True)
class LeftOutError(Exception):
    """Clocks leave this local time out; `following` is the next that they show."""

    local: dt.datetime
    following: dt.datetime


_Clock = TypeVar("_Clock", bound=dt.time | dt.datetime)


def whole_minutes(value: _Clock) -> _Clock:
    """The value as far as a form's boxes show it."""
    return cast("_Clock", value.replace(second=0, microsecond=0))


def date_text(value: dt.date, preferences: Preferences) -> str:
    pattern = patterns.date_pattern(preferences.date_locale, preferences.date_style)
    if preferences.date_style == "iso" or value.year < 1000:
        # Below the year 1000 the patterns write three digits, which read as no year at all.
        return value.isoformat()
    return patterns.write(pattern, value, preferences.date_locale)


def time_text(value: dt.time, preferences: Preferences) -> str:
    pattern = patterns.time_pattern(
        preferences.date_locale, preferences.time_style, seconds=bool(value.second or value.microsecond)
    )
    return patterns.write(pattern, value, preferences.date_locale)


def moment_texts(value: dt.datetime, preferences: Preferences, zone: dt.tzinfo) -> tuple[str, str]:
    """Date and time of an aware moment, for the two boxes."""
    local = value.astimezone(zone)
    time = time_text(local.time(), preferences)
    if is_twofold(local.replace(tzinfo=None, fold=0), zone):
        offset = local.utcoffset() or dt.timedelta()
        minutes = int(offset.total_seconds()) // 60
        time += f" UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    return date_text(local.date(), preferences), time


def read_date(text: str, preferences: Preferences) -> dt.date:
    """A date in the person's format, in another of their language, or in ISO 8601.

    Raises NotUnderstoodError or NoSuchDayError. A year of two digits is one of this century.
    """
    given, locale = patterns.plain(text), preferences.date_locale
    styles = [(style, locale) for style in ("iso", preferences.date_style, "short", "medium", "long", "full")]
    # Of the language at large only what names the month: numbers alone are read in the region's order.
    styles += [(style, preferences.locale) for style in ("medium", "long", "full")]
    for style, locale in dict.fromkeys(styles):
        found = patterns.reader(patterns.date_pattern(locale, style), locale).fullmatch(given)
        if found is None or (locale != preferences.date_locale and "month_name" not in found.groupdict()):
            continue
        parts = found.groupdict()
        name = (parts.get("month_name") or "").rstrip(".").casefold()
        month = patterns.month_names(locale)[name] if name else int(parts["M"])
        year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
        day = int(parts["d"])
        if not name and month > 12 >= day and "." in given and found.start("M") < found.start("d"):
            day, month = month, day  # with dots the day comes first, whatever the region's order: 18.12.2026
        try:
            return dt.date(year, month, day)
        except ValueError as error:
            raise NoSuchDayError(text) from error
    raise NotUnderstoodError(text)


def read_time(text: str, preferences: Preferences) -> dt.time:
    """A time of day in the person's format, in their language's, by 24 hours, or as "5 pm".

    Raises NotUnderstoodError.
    """
    given, locale = patterns.plain(text), preferences.date_locale
    expressions = [
        patterns.reader(patterns.time_pattern(locale, style, seconds=seconds), locale)
        for style in (preferences.time_style, "12h", "locale")
        for seconds in (False, True)
    ]
    for expression in [_ISO_TIME, *expressions, _HOUR_ALONE]:
        found = expression.fullmatch(given)
        if found is None:
            continue
        parts = found.groupdict()
        hour = int(parts.get("H") or parts.get("h") or 0)
        half = (parts.get("half") or "").rstrip(".").casefold()
        if half:
            if not 1 <= hour <= 12:
                continue
            which = patterns.halves_of_day(locale).get(half) or _ENGLISH_HALVES[half]
            hour = hour % 12 + (12 if which == "pm" else 0)
        try:
            return dt.time(hour, int(parts.get("m") or 0), int(parts.get("s") or 0))
        except ValueError:
            continue
    raise NotUnderstoodError(text)


def read_moment(date: str, time: str, preferences: Preferences, zone: dt.tzinfo) -> dt.datetime:
    """An aware moment from the texts of the two boxes; behind the time an offset may stand ("UTC+01:00").

    Raises NotUnderstoodError, NoSuchDayError, or LeftOutError where clocks go forward over it. Of two
    moments with one local time it is the first.
    """
    day = read_date(date, preferences)
    if not dt.MINYEAR < day.year < dt.MAXYEAR:
        # At the ends of the calendar, other zones' clocks are outside of it.
        raise NoSuchDayError(date)
    given = patterns.plain(time)
    offset = _OFFSET.search(given)
    if offset is not None:
        exact = dt.timezone(_offset(offset))
        return dt.datetime.combine(day, read_time(given[: offset.start()], preferences), exact)
    return in_zone(dt.datetime.combine(day, read_time(given, preferences)), zone)


def in_zone(local: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """A naive local time as a moment in UTC. Raises LeftOutError.

    In UTC, because Python finds a time that a zone has twice equal to no time of another zone.
    """
    if not exists(local, zone):
        raise LeftOutError(local, next_existing(local, zone))
    return local.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)


def _offset(found: re.Match[str]) -> dt.timedelta:
    if found["utc"]:
        return dt.timedelta()
    length = dt.timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    if length >= dt.timedelta(hours=24):
        raise NotUnderstoodError(found[0])
    return -length if found["sign"] == "-" else length
