"""Dates, times, numbers, sizes and durations as one person wants to read them, through Babel.

Everything takes a `Preferences`, a plain value: a request has the user's (`themis.middleware`), an
e-mail or an export builds its own, and nothing here knows a database or a request.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel import dates as babel_dates
from babel import numbers as babel_numbers
from babel.units import format_unit
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

_SIZES = ("digital-byte", "digital-kilobyte", "digital-megabyte", "digital-gigabyte", "digital-terabyte")
_DURATIONS = (
    ("duration-day", 86400),
    ("duration-hour", 3600),
    ("duration-minute", 60),
    ("duration-second", 1),
)
_JUST_NOW = dt.timedelta(seconds=10)
# The database's clock may be a moment ahead of ours.
_CLOCKS_DIFFER = dt.timedelta(seconds=1)


@dataclass(frozen=True)
class Preferences:
    """How one person reads dates and numbers.

    An empty language means the one that is spoken at the moment, as the browser asked for; other empty strings mean
    the installation's own setting.
    """

    language: str = ""
    time_zone: str = ""
    date_style: str = "medium"
    time_style: str = "locale"
    number_locale: str = ""  # a region: of numbers, and of dates where the language is spoken there
    first_day: int | None = None  # 0 is Monday; None: as the language has it

    @property
    def locale(self) -> Locale:
        return _locale(self.language)

    @property
    def date_locale(self) -> Locale:
        """The region's where it speaks the person's language: a British reader's English begins with the day."""
        region = self.number_format_locale
        return region if region.language == self.locale.language else self.locale

    @property
    def number_format_locale(self) -> Locale:
        return _locale(self.number_locale or self.language)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone or settings.TIME_ZONE)


def _locale(name: str) -> Locale:
    try:
        spoken = name or translation.get_language() or settings.LANGUAGE_CODE
        return Locale.parse(spoken.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(settings.LANGUAGE_CODE.replace("-", "_"))


_Result = TypeVar("_Result")
_active: ContextVar[Preferences | None] = ContextVar("themis_preferences", default=None)


def activate(preferences: Preferences | None) -> None:
    """Make these the preferences of the running request or task; None returns to the defaults."""
    _active.set(preferences)


def active() -> Preferences:
    return _active.get() or Preferences()


@contextmanager
def speaking_to(preferences: Preferences) -> Iterator[None]:
    """Words and formats are this person's meanwhile, whoever's request or which worker it is."""
    token = _active.set(preferences)
    try:
        with translation.override(preferences.language or settings.LANGUAGE_CODE):
            yield
    finally:
        _active.reset(token)


def speaking_alike(work: Callable[..., _Result]) -> Callable[..., _Result]:
    """`work` for another thread, in the words and formats that are active here."""
    preferences, language = active(), translation.get_language()

    def worded(*args: Any) -> _Result:
        token = _active.set(preferences)
        try:
            with translation.override(language):
                return work(*args)
        finally:
            _active.reset(token)

    return worded


def format_date(value: dt.date | dt.datetime, preferences: Preferences | None = None) -> str:
    """A date; a moment is first moved to the person's time zone."""
    wanted = preferences or active()
    if isinstance(value, dt.datetime):
        value = _local(value, wanted).date()
    if wanted.date_style == "iso":
        return value.isoformat()
    return babel_dates.format_date(value, format=wanted.date_style, locale=wanted.date_locale)


def format_time(value: dt.time | dt.datetime, preferences: Preferences | None = None) -> str:
    """A time of day to the minute; a moment is first moved to the person's time zone."""
    wanted = preferences or active()
    if isinstance(value, dt.datetime):
        value = _local(value, wanted).time()
    if wanted.time_style == "24h":
        return f"{value:%H:%M}"
    if wanted.time_style == "12h":
        return babel_dates.format_time(value, format="h:mm a", locale=wanted.date_locale)
    return babel_dates.format_time(value, format="short", locale=wanted.date_locale)


def format_datetime(value: dt.datetime, preferences: Preferences | None = None) -> str:
    """A moment: date and time in the person's time zone, as their language joins the two."""
    wanted = preferences or active()
    date, time = format_date(value, wanted), format_time(value, wanted)
    if wanted.date_style == "iso":
        return f"{date} {time}"
    pattern = str(babel_dates.get_datetime_format("medium", locale=wanted.date_locale)).replace("'", "")
    return pattern.replace("{1}", date).replace("{0}", time)


def format_relative(
    value: dt.datetime, preferences: Preferences | None = None, now: dt.datetime | None = None
) -> str:
    """How long ago or until then, in one unit: "3 minutes ago", "in 2 days"; "just now" for the last seconds."""
    wanted = preferences or active()
    moment = _aware(value)
    delta = moment - (now or timezone.now())
    if -_JUST_NOW < delta < _CLOCKS_DIFFER:
        with translation.override(wanted.language or translation.get_language()):
            return _("just now")
    return babel_dates.format_timedelta(delta, add_direction=True, threshold=1.1, locale=wanted.locale)


def format_number(
    value: float | Decimal, preferences: Preferences | None = None, digits: int | None = None
) -> str:
    """A number with the person's separators; `digits` fixes the decimals."""
    wanted = preferences or active()
    locale = wanted.number_format_locale
    if digits is None:
        return str(babel_numbers.format_decimal(value, locale=locale))
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(babel_numbers.format_decimal(value, format=pattern, locale=locale))


def format_percent(share: float, preferences: Preferences | None = None) -> str:
    """A share between 0 and 1 as a whole percentage."""
    wanted = preferences or active()
    return _percent(share, str(wanted.number_format_locale))


@lru_cache(maxsize=1024)  # a list shows the same few dozens in each of its rows
def _percent(share: float, locale: str) -> str:
    return str(babel_numbers.format_percent(share, locale=locale))


def format_size(count: int, preferences: Preferences | None = None) -> str:
    """A number of bytes in decimal units: "1.4 MB". Below ten of a unit one decimal is kept."""
    wanted = preferences or active()
    amount, unit = float(count), 0
    while unit < len(_SIZES) - 1 and round(amount) >= 1000:
        amount, unit = amount / 1000, unit + 1
    rounded = round(amount, 1) if unit and amount < 9.95 else round(amount)
    # The unit is a word of the language; only the number in it follows the country whose numbers are wanted. The short
    # word for bytes has no plural ("149 byte"), the long one has.
    length: Literal["short", "long"] = "short" if unit else "long"
    worded = str(format_unit(rounded, _SIZES[unit], length=length, locale=wanted.locale))
    usual = str(babel_numbers.format_decimal(rounded, locale=wanted.locale))
    return worded.replace(usual, format_number(rounded, wanted), 1)


def format_duration(length: dt.timedelta | float, preferences: Preferences | None = None) -> str:
    """A length of time in its two largest units: "2 min 5 sec"; seconds may be given as a number."""
    wanted = preferences or active()
    total = length.total_seconds() if isinstance(length, dt.timedelta) else float(length)
    amounts, rest = [], max(0, round(total))
    for unit, seconds in _DURATIONS:
        amount, rest = divmod(rest, seconds)
        amounts.append((unit, amount))
    first = next((index for index, (_, amount) in enumerate(amounts) if amount), len(amounts) - 1)
    shown = [entry for index, entry in enumerate(amounts[first : first + 2]) if entry[1] or index == 0]
    return " ".join(
        str(format_unit(amount, unit, length="short", locale=wanted.locale)) for unit, amount in shown
    )


def _aware(value: dt.datetime) -> dt.datetime:
    return value if timezone.is_aware(value) else value.replace(tzinfo=dt.UTC)


def _local(value: dt.datetime, preferences: Preferences) -> dt.datetime:
    return _aware(value).astimezone(preferences.zone)
