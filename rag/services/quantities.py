"""Numbers with their units, and dates, as they are written in answers and documents."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "zwölf": 12,
    "fünfzehn": 15, "zwanzig": 20, "dreißig": 30, "sechzig": 60, "neunzig": 90,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "dix": 10, "douze": 12, "quinze": 15,
    "vingt": 20, "trente": 30,
}  # fmt: skip
NUMBER_WORDS = tuple(_WORDS)
_UNITS = {
    "millisecond": ("ms", "millisecond", "milliseconds", "millisekunden"),
    "second": ("s", "sec", "secs", "second", "seconds", "sekunde", "sekunden", "seconde", "secondes"),
    "minute": ("min", "mins", "minute", "minutes", "minuten"),
    "hour": ("h", "hr", "hrs", "hour", "hours", "stunde", "stunden", "heure", "heures"),
    "day": (
        "day", "days", "tag", "tage", "tagen", "werktag", "werktage", "werktagen", "arbeitstag", "arbeitstage",
        "arbeitstagen", "jour", "jours",
    ),
    "week": ("week", "weeks", "woche", "wochen", "semaine", "semaines"),
    "month": ("month", "months", "monat", "monate", "monaten", "mois"),
    "year": ("year", "years", "jahr", "jahre", "jahren", "an", "ans", "année", "années"),
    "percent": ("%", "percent", "prozent", "pourcent", "pct"),
    "bit": ("bit", "bits"), "kilobyte": ("kb", "kib"), "megabyte": ("mb", "mib"), "gigabyte": ("gb", "gib"),
    "terabyte": ("tb", "tib"), "petabyte": ("pb", "pib"),
    "euro": ("eur", "€", "euro", "euros"), "pound": ("gbp", "£"), "dollar": ("usd", "$", "dollar", "dollars"),
    "kilometre": ("km", "kilometres", "kilometers"), "character": ("character", "characters", "zeichen", "caractères"),
    "user": ("user", "users"), "customer": ("customer", "customers"), "employee": ("employee", "employees"),
    "document": ("document", "documents"), "request": ("request", "requests"),
}  # fmt: skip
_UNIT_OF = {spelling: unit for unit, spellings in _UNITS.items() for spelling in spellings}
_SCALES = {
    "k": 1_000, "thousand": 1_000, "tausend": 1_000, "mille": 1_000, "million": 1_000_000, "millions": 1_000_000,
    "mio": 1_000_000, "millionen": 1_000_000, "billion": 1_000_000_000, "mrd": 1_000_000_000,
    "milliarden": 1_000_000_000, "milliards": 1_000_000_000,
}  # fmt: skip
_SPELLINGS = "|".join(sorted((re.escape(s) for s in _UNIT_OF if s not in "$€£"), key=len, reverse=True))
_QUANTITY = re.compile(
    rf"(?P<currency>[$€£]|\b(?:EUR|USD|GBP))?\s?(?<![\w.,])"
    rf"(?P<number>\d{{1,3}}(?: \d{{3}})+(?![\d.,]*\d)|\d[\d.,\u00a0\u202f’']*\d|\d|{'|'.join(_WORDS)})(?![\d])"
    rf"(?:[ \u00a0\u202f]?(?P<scale>{'|'.join(_SCALES)})\b)?"
    rf"(?:\)?[ \u00a0\u202f-]?(?:(?:working|business|calendar|consecutive|named|concurrent)[ -])?"
    rf"(?P<unit>{_SPELLINGS})(?!\w))?",
    re.IGNORECASE,
)
# The name that a number belongs to: "TLS 1.3", "AES-256", "ISO/IEC 27001".
_LABEL = re.compile(r"\b([A-Z][A-Za-z]*[A-Z]\w*(?:/[A-Z]\w*)*)[ \u00a0-]$")
# "Another one" counts nothing.
_NO_NUMBER = re.compile(
    r"\b(?:another|the|this|that|each|every|which|any|no|some|old|new|such)\s+$", re.IGNORECASE
)
_SAID_AGAIN = re.compile(r"\s*\(\d")
_VERSION = re.compile(r"(?<![\w.])\d+(?:\.\d+){2,}(?![\w.]*\d)")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier", "february feb februar février", "march mar märz mars", "april apr avril",
            "may mai", "june jun juni juin", "july jul juli juillet", "august aug août",
            "september sep sept septembre", "october oct oktober okt octobre", "november nov novembre",
            "december dec dezember dez décembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
# Every way of writing a date below has one.
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATES = (
    re.compile(r"\b(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"),
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s+(?:of\s+)?(?P<n>{_MONTH})\.?,?\s+(?P<y>(?:19|20)\d\d)\b",
        re.I,
    ),
    re.compile(rf"\b(?P<n>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d\d)\b", re.I),
    re.compile(rf"\b(?P<n>{_MONTH})\.?\s+(?P<y>(?:19|20)\d\d)\b", re.I),
    re.compile(r"\b(?P<d>\d\d)\.(?P<m>\d\d)\.(?P<y>(?:19|20)\d\d)\b"),
)


@dataclass(frozen=True)
class Quantity:
    """A number and its unit in one spelling ("" when it has none); `text` is how it is written.

    `labels` are the names right before it, of which it is a version or a size: "TLS" for TLS 1.3.
    """

    value: Decimal
    unit: str
    text: str
    labels: tuple[str, ...] = ()


def find_quantities(text: str) -> list[Quantity]:
    """The numbers of a text; 1,000 and 1000, three and 3, 24 h and 24 hours are the same."""
    found = []
    for match in _QUANTITY.finditer(text):
        value = _value(match["number"])
        # "Three (3) days" says one number twice, and the second time with its unit.
        if value is None or (not match["unit"] and _SAID_AGAIN.match(text, match.end())):
            continue
        if match["number"].casefold() == "one" and _NO_NUMBER.search(text[: match.start("number")]):
            continue
        if match["scale"]:
            value *= _SCALES[match["scale"].casefold()]
        spelling = (match["unit"] or match["currency"] or "").casefold()
        label = _LABEL.search(text[max(match.start("number") - 40, 0) : match.start("number")])
        labels = () if match["currency"] or label is None else tuple(label[1].casefold().split("/"))
        found.append(Quantity(value.normalize(), _UNIT_OF.get(spelling, ""), match.group().strip(), labels))
    return found


def find_versions(text: str) -> list[str]:
    """Numbers with two points or more, as versions and addresses have them."""
    return _VERSION.findall(text)


def find_dates(text: str) -> dict[str, str]:
    """The dates of a text as ISO (year and month alone where there is no day), and how each is written."""
    return {iso: written for iso, written, _ in _dates(text)}


def mask_dates(text: str) -> str:
    """The text with its dates blanked, so that their numbers are not taken for quantities."""
    for _, _, (start, end) in _dates(text):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _dates(text: str) -> Iterator[tuple[str, str, tuple[int, int]]]:
    if not _YEAR.search(text):
        return
    taken: list[tuple[int, int]] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            span = match.span()
            if any(span[0] < end and start < span[1] for start, end in taken):
                continue
            taken.append(span)
            parts = match.groupdict()
            month = int(parts["m"]) if parts.get("m") else _MONTHS[parts["n"].casefold()]
            iso = f"{parts['y']}-{month:02d}" + (f"-{int(parts['d']):02d}" if parts.get("d") else "")
            yield iso, match.group(), span


def _value(written: str) -> Decimal | None:
    if written.casefold() in _WORDS:
        return Decimal(_WORDS[written.casefold()])
    plain = re.sub(r"[ \u00a0\u202f’']", "", written)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d+,\d+", plain):
        plain = plain.replace(",", ".")
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None  # a version such as 2.1.3: the names check compares it
