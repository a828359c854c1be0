"""Dates as tenders write them, with the time of day beside them. What can be read two ways is given both ways."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier enero gennaio januari janeiro",
            "february feb februar feber février fevrier febrero febbraio februari fevereiro",
            "march mar märz maerz mrz mars marzo maart março",
            "april apr avril abril aprile",
            "may mai mayo maggio mei maio",
            "june jun juni juin junio giugno junho",
            "july jul juli juillet julio luglio julho",
            "august aug août aout agosto augustus",
            "september sep sept septembre septiembre settembre setembro",
            "october oct oktober okt octobre octubre ottobre outubro",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre decembre diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_BEGINS_WITH_MONTH = re.compile(rf"(?:{_MONTH})\b", re.IGNORECASE)
_YEAR = r"(?P<y>20\d\d)"
_PATTERNS = (
    re.compile(rf"(?<![\d./-]){_YEAR}(?P<s>[-/.])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})(?!\d|[./-]\d)"),
    re.compile(
        rf"(?<![\d.,])(?P<d>\d{{1,2}})\s?(?:st|nd|rd|th|er|[.ºª°])?[\s\u00a0-]+(?:(?:day )?of\s+|de\s+)?"
        rf"(?P<n>{_MONTH})\b\.?,?[\s\u00a0-]+(?:de\s+)?{_YEAR}(?!\d)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<n>{_MONTH})\b\.?[\s\u00a0]+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?[\s\u00a0]+{_YEAR}(?!\d)",
        re.IGNORECASE,
    ),
    # Dotted is day first wherever it is written so.
    re.compile(
        r"(?<![\d.,])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>20\d\d|\d\d)(?!\d|\.\d)(?!\s?(?:uhr|h)\b)",
        re.IGNORECASE,
    ),
    re.compile(r"(?<![\d./-])(?P<a>\d{1,2})(?P<s>[/-])(?P<b>\d{1,2})(?P=s)(?P<y>20\d\d|\d\d)(?!\d|[./-]\d)"),
)
_CLOCK = re.compile(
    r"(?<![\d.,:])(?:(?P<h>[01]?\d|2[0-4])(?:[:.](?P<m>[0-5]\d)(?::[0-5]\d)?|\s?[hH](?P<mf>[0-5]\d)?(?!\w))"
    r"(?![\d:]|\.\d|\s?%)\s?(?P<ap>[ap]\.?m\b\.?)?"
    r"|(?P<h12>1[0-2]|0?[1-9])\s?(?P<ap12>[ap]\.?m\b\.?)|(?P<hu>[01]?\d|2[0-4])\s?Uhr\b|\b(?P<word>noon|midday|midi|mittags)\b)",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"\s*\(?(?:(?P<zone>[A-Z]{3,4}|Z)\b(?:\s?(?P<shift>[+-]\d{1,2}(?::?\d\d)?))?|(?P<iso>[+-]\d\d:\d\d))"
)
_OFFSETS = {"UTC": 0, "GMT": 0, "Z": 0, "CET": 1, "MEZ": 1, "HNEC": 1, "CEST": 2, "MESZ": 2, "HAEC": 2}
_KNOWN_ZONES = frozenset(
    {*_OFFSETS, "BST", "IST", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "WET", "EET"}
)
# How far from its date a time of day stands: "12 May 2027 at 12:00", "12:00 on 12 May 2027".
_NEAR = 34


@dataclass(frozen=True)
class DateMention:
    """`days` has two entries where day and month could be either way round, the day-first reading first.

    `time` is None where none stands beside it; `zone` is the time zone's name as written and `utc_offset` what it
    says in hours, None where it says nothing certain.
    """

    days: tuple[dt.date, ...]
    written: str
    start: int
    end: int
    time: dt.time | None = None
    zone: str = ""
    utc_offset: float | None = None


def find_dates(text: str) -> list[DateMention]:
    """The full dates of a text in its order. A day without a year, or a month alone, is none."""
    found: list[DateMention] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other.end and other.start < end for other in found):
                continue
            days = tuple(dict.fromkeys(_readings(match.groupdict())))
            if days:
                found.append(DateMention(days, " ".join(match.group().split()), start, end))
    found.sort(key=lambda mention: mention.start)
    return [_with_time(text, found, index) for index in range(len(found))]


def begins_with_month(text: str) -> bool:
    return bool(_BEGINS_WITH_MONTH.match(text))


def _readings(parts: dict[str, str | None]) -> Iterator[dt.date]:
    year = int(parts["y"] or 0)
    year += 2000 if year < 100 else 0
    if parts.get("n"):
        orders = [(_MONTHS[str(parts["n"]).casefold()], int(parts["d"] or 0))]
    elif parts.get("m"):
        orders = [(int(parts["m"] or 0), int(parts["d"] or 0))]
    else:
        first, second = int(parts["a"] or 0), int(parts["b"] or 0)
        orders = [(second, first), (first, second)]
    for month, day in orders:
        try:
            yield dt.date(year, month, day)
        except ValueError:
            continue  # the 31st of April is a typing error, or no date at all


def _with_time(text: str, mentions: list[DateMention], index: int) -> DateMention:
    """The mention with the time of day nearest to it, before the next date and after the one before."""
    mention = mentions[index]
    stop = mentions[index + 1].start if index + 1 < len(mentions) else len(text)
    begin = mentions[index - 1].end if index else 0
    after = _CLOCK.search(text[mention.end : min(stop, mention.end + _NEAR)])
    before_text = text[max(begin, mention.start - _NEAR) : mention.start]
    before = list(_CLOCK.finditer(before_text))
    if after and not re.search(r"[;.]\s", text[mention.end : mention.end + after.start()]):
        return _timed(mention, after, text[mention.end + after.end() :])
    if before and not re.search(r"[;.]\s", before_text[before[-1].end() :]):
        between = before_text[before[-1].end() :]
        return _timed(mention, before[-1], between)
    return mention


def _timed(mention: DateMention, clock: re.Match[str], following: str) -> DateMention:
    time = _clock_time(clock)
    if time is None:
        return mention
    zone = _ZONE.match(following)
    if zone and zone["iso"]:
        return replace(mention, time=time, zone=zone["iso"], utc_offset=_hours(zone["iso"]))
    name = zone["zone"] if zone and zone["zone"] in _KNOWN_ZONES else ""
    offset: float | None = _OFFSETS.get(name)
    if zone and name and offset is not None and zone["shift"]:
        name, offset = name + zone["shift"], offset + _hours(zone["shift"])
    return replace(mention, time=time, zone=name, utc_offset=offset)


def _hours(shift: str) -> float:
    digits = shift[1:].replace(":", "")
    hours = int(digits[:2]) + (int(digits[2:]) / 60 if len(digits) > 2 else 0)
    return -hours if shift[0] == "-" else hours


def _clock_time(clock: re.Match[str]) -> dt.time | None:
    if clock["word"]:
        return dt.time(12)
    hour = int(clock["h"] or clock["h12"] or clock["hu"] or 0)
    minute = int(clock["m"] or clock["mf"] or 0)
    half = (clock["ap"] or clock["ap12"] or "").casefold()[:1]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour == 24:  # the end of that day, not the beginning of the next
        return dt.time(23, 59) if minute == 0 else None
    return dt.time(hour, minute)
