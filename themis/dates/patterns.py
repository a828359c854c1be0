"""The locale data's patterns ("dd.MM.y", "h:mm a") as text boxes need them: to write, to read, for the calendar."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from babel import Locale
from babel import dates as babel_dates

Token = tuple[str, int] | tuple[str, str]

# Marks of direction in the patterns of right-to-left languages; nobody types them.
_INVISIBLE = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))
_NUMBERS = {
    "d": r"\d{1,2}",
    "y": r"\d{4}|\d{2}",
    "H": r"\d{1,2}",
    "h": r"\d{1,2}",
    "m": r"\d{2}",
    "s": r"\d{2}",
}
# What the data writes in several ways and people in one: months and days of the week "standing alone", years of weeks.
_SAME = {"L": "M", "c": "E", "e": "E", "Y": "y", "u": "y", "K": "h", "k": "H", "b": "a", "B": "a"}


def plain(text: str) -> str:
    """The text with plain spaces and digits, composed, and without marks that cannot be seen."""
    text = unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    digits = (str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in text)
    return " ".join("".join(digits).split())


@lru_cache(maxsize=256)
def tokens(pattern: str) -> tuple[Token, ...]:
    """The pattern taken apart: ("d", 2) for a field and its width, ("", ".") for a text between."""
    taken: list[Token] = []
    for _kind, value in babel_dates.tokenize_pattern(pattern):
        if isinstance(value, str):
            taken.append(("", value.translate(_INVISIBLE)))
        else:
            letter, width = value
            taken.append((_SAME.get(letter, letter), int(width)))
    return tuple(taken)


def date_pattern(locale: Locale, style: str) -> str:
    """How a text box writes a date: the style's own pattern, but years always in full."""
    if style == "iso":
        return "yyyy-MM-dd"
    return re.sub(r"(?<!y)yy(?!y)", "y", str(locale.date_formats[style].pattern))


def time_pattern(locale: Locale, style: str, *, seconds: bool = False) -> str:
    """How a text box writes a time of day."""
    pattern = {"24h": "HH:mm", "12h": "h:mm a"}.get(style) or str(locale.time_formats["short"].pattern)
    return re.sub(r"(m+)", r"\1:ss", pattern, count=1) if seconds else pattern


@lru_cache(maxsize=256)
def reader(pattern: str, locale: Locale) -> re.Pattern[str]:
    """An expression that reads what the pattern writes, forgiving about spaces, dots of abbreviations and zeros."""
    parts = []
    for letter, value in tokens(pattern):
        if not letter:
            parts.append(_text_expression(str(value)))
        elif letter == "M" and int(value) >= 3:
            parts.append(f"(?P<month_name>{_alternatives(month_names(locale))})")
        elif letter == "M":
            parts.append(r"(?P<M>\d{1,2})")
        elif letter == "E":
            parts.append(f"(?:{_alternatives(_day_names(locale))})?")
        elif letter == "G":
            parts.append(f"(?:{_alternatives(_eras(locale))})?")
        elif letter == "a":
            parts.append(f"(?P<half>{_alternatives(halves_of_day(locale))})?")
        else:
            parts.append(f"(?P<{letter}>{_NUMBERS[letter]})")
    return re.compile(r"\s*".join(parts), re.IGNORECASE)


def _text_expression(text: str) -> str:
    """What stands between two fields. Where it is only a sign, other people's sign for it will do."""
    sign = plain(text)
    if not sign:
        return r"\s*"
    if sign in {".", "/", "-"}:
        return r"[./-]"
    if sign in {":", "h"}:
        return r"[:.h]"
    # "de" in "4 de julio", "ч." behind a time: may be left out when it is no sign that parts two numbers.
    return rf"(?:{re.escape(sign).replace(chr(92) + ' ', chr(92) + 's*')})?"


def _alternatives(names: Iterable[str]) -> str:
    """Longest first; the dot of an abbreviation may be missing or be there."""
    cleaned = {plain(name).rstrip(".").casefold() for name in names}
    ordered = sorted((name for name in cleaned if name), key=len, reverse=True)
    return "|".join(re.escape(name) + r"\.?" for name in ordered)


@lru_cache(maxsize=64)
def month_names(locale: Locale) -> dict[str, int]:
    """Each way to write a month, and its number."""
    named: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                named[plain(name).rstrip(".").casefold()] = number
    return named


@lru_cache(maxsize=64)
def halves_of_day(locale: Locale) -> dict[str, str]:
    """Each way to say "in the morning" or "in the afternoon", and which it is; "am" and "pm" always."""
    said = {"am": "am", "pm": "pm", "a.m": "am", "p.m": "pm"}
    for width in ("wide", "abbreviated"):
        for half in ("am", "pm"):
            name = locale.day_periods["format"][width].get(half)
            if name:
                said[plain(name).rstrip(".").casefold()] = half
    return said


def _day_names(locale: Locale) -> list[str]:
    return [name for width in ("wide", "abbreviated") for name in locale.days["format"][width].values()]


def _eras(locale: Locale) -> list[str]:
    return [name for names in locale.eras.values() for name in names.values()]


def write(pattern: str, value: dt.date | dt.time, locale: Locale) -> str:
    """The value in the pattern, with signs that can be typed."""
    return plain(babel_dates.parse_pattern(pattern).apply(value, locale))
