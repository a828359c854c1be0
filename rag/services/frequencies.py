"""How often something is done, as it is said: "nightly", "every two weeks", "four times a year"."""

import re
from decimal import Decimal

_DAYS = {
    "hour": Decimal(1) / 24, "day": Decimal(1), "night": Decimal(1), "week": Decimal(7), "month": Decimal(30),
    "quarter": Decimal(91), "year": Decimal(365),
}  # fmt: skip
_UNIT_OF = {
    "hour": "hour", "stunde": "hour", "heure": "hour", "day": "day", "tag": "day", "jour": "day", "night": "night",
    "nacht": "night", "nuit": "night", "week": "week", "woche": "week", "semaine": "week", "month": "month",
    "monat": "month", "mois": "month", "quarter": "quarter", "quartal": "quarter", "trimestre": "quarter",
    "year": "year", "jahr": "year", "an": "year", "année": "year",
}  # fmt: skip
_WORDS = {
    r"half-yearly|semi-?annual(?:ly)?|bi-?annual(?:ly)?|halbjährlich\w*|semestriel\w*": Decimal(182),
    "bi-?weekly|fortnightly": Decimal(14),
    r"hourly|stündlich\w*": Decimal(1) / 24,
    r"daily|nightly|täglich\w*|nächtlich\w*|quotidien\w*": Decimal(1),
    r"weekly|wöchentlich\w*|hebdomadaire\w*": Decimal(7),
    r"monthly|monatlich\w*|mensuel\w*": Decimal(30),
    r"quarterly|vierteljährlich\w*|quartalsweise|trimestriel\w*": Decimal(91),
    r"annual(?:ly)?|yearly|jährlich\w*|annuel\w*": Decimal(365),
}
_NAMED = [(re.compile(rf"\b(?:{words})\b", re.IGNORECASE), days) for words, days in _WORDS.items()]
_UNIT = "|".join(sorted(_UNIT_OF, key=len, reverse=True))
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "twelve": 12,
    "zwei": 2, "drei": 3, "vier": 4, "sechs": 6, "zwölf": 12, "deux": 2, "trois": 3, "quatre": 4, "douze": 12,
}  # fmt: skip
_NUMBER = "|".join((r"\d{1,4}", *_NUMBERS))
# A half-year is 182 days and six months are 180: the same to whoever asks.
_TOLERANCE = Decimal("1.03")
# "Every second Tuesday" is nothing that is compared here.
_EVERY = re.compile(
    rf"\b(?:every|each|alle|jede[nrs]?|chaque|tous les|toutes les)\s+(?:(?P<number>{_NUMBER})\s+)?"
    rf"(?P<unit>{_UNIT})[sen]{{0,2}}\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?:(?P<once>once|einmal|une fois)|(?P<twice>twice|zweimal|deux fois)|"
    rf"(?P<number>{_NUMBER})[ -](?:times|mal|fois))\s+"
    rf"(?:a|an|per|each|every|in the|pro|im|par)\s+(?P<unit>{_UNIT})\b",
    re.IGNORECASE,
)


def find_intervals(text: str) -> list[Decimal]:
    """The days between one time and the next, for each frequency that the text names; a month has 30, a year 365."""
    found = []
    for match in _TIMES.finditer(text):
        times = 1 if match["once"] else 2 if match["twice"] else _number(match["number"])
        if times:
            found.append(_DAYS[_UNIT_OF[match["unit"].casefold()]] / times)
    rest = _TIMES.sub(" ", text)
    for match in _EVERY.finditer(rest):
        number = _number(match["number"]) if match["number"] else 1
        if number:
            found.append(_DAYS[_UNIT_OF[match["unit"].casefold()]] * number)
    rest = _EVERY.sub(" ", rest)
    for pattern, days in _NAMED:
        found += [days] * len(pattern.findall(rest))
        rest = pattern.sub(" ", rest)
    return found


def mask_intervals(text: str) -> str:
    """The text without them, so that the 6 of "every 6 months" is not taken for a duration."""
    return _EVERY.sub(" ", _TIMES.sub(" ", text))


def mask_frequencies(text: str) -> str:
    """The text without them and without "nightly", "monthly" and the like."""
    text = mask_intervals(text)
    for pattern, _days in _NAMED:
        text = pattern.sub(" ", text)
    return text


def is_as_often(interval: Decimal, asked: Decimal) -> bool:
    """Whether something done at this interval is done at least as often as at the one asked for."""
    return interval <= asked * _TOLERANCE


def is_same_interval(one: Decimal, other: Decimal) -> bool:
    return is_as_often(one, other) and is_as_often(other, one)


def _number(written: str) -> int:
    return _NUMBERS.get(written.casefold()) or int(written)
