"""What a sentence claims beyond its words: bounds, frequencies, obligations, plans, ends, and who does what to whom.

A sentence and its source may share every word of content and still say different things: "up to 2 GB" and "more than
2 GB", "monthly" and "annually", "was removed" and "is supported". Here both are read for such marks, and what the
sentence has otherwise than its source is an objection. Marks are words of English, German and French.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from rag.services.frequencies import find_intervals, is_same_interval
from rag.services.polarity import ENDED, PLANNED, SWITCHED_OFF, says_the_contrary
from rag.services.quantities import find_quantities

# Longest first: "no more than" is no "more than".
_BOUNDS = re.compile(
    r"\b(?:(?P<most>no more than|not more than|no later than|not later than|not exceed\w*|up to|at most|at the latest|"
    r"maximum(?: of)?|within|less than|fewer than|under|below|höchstens|maximal|innerhalb|bis zu|weniger als|unter|"
    r"au plus|au maximum|moins de|dans les|jusqu'à)|"
    r"(?P<least>no less than|not less than|no fewer than|at least|minimum(?: of)?|more than|over|above|exceed\w*|"
    r"or more|mindestens|mehr als|über|au moins|plus de))\b"
    r"(?=[^.;]{0,24}\d|[^.;]{0,12}\b(?:one|two|three|four|five|six|ten)\b)",
    re.IGNORECASE,
)
_ORDER = {
    "before": re.compile(r"\b(?:before|prior to|ahead of|vor|bevor|avant)\b", re.IGNORECASE),
    "after": re.compile(r"\b(?:after|once|following|subsequent to|nach|nachdem|après)\b", re.IGNORECASE),
}
_WORKING = re.compile(r"\b(?:business|working|work|werk|arbeits)", re.IGNORECASE)
# What the source says must be said too, and the other way round.
_BOTH_WAYS = {
    "planned": PLANNED,
    "ended": ENDED,
    "off": SWITCHED_OFF,
    "optional": re.compile(
        r"\b(?:optional(?:ly)?|on request|at extra cost|additional charge|may be enabled|can be enabled|auf anfrage|"
        r"en option|sur demande)\b",
        re.IGNORECASE,
    ),
    "partial": re.compile(r"\b(?:partial(?:ly)?|partly|teilweise|partiel\w*)\b", re.IGNORECASE),
    "preview": re.compile(r"\b(?:preview|beta|pilot|experimental)\b", re.IGNORECASE),
}
# What the sentence says must be said by the source; the sentence may say less.
_ONE_WAY = {
    "mandatory": re.compile(
        r"\b(?:mandatory|required|must|enforced|compulsory|obligatory|always|verpflichtend|zwingend|muss|müssen|"
        r"obligatoire\w*|doit|doivent|toujours)\b",
        re.IGNORECASE,
    ),
    "guaranteed": re.compile(r"\b(?:guarante\w+|garant\w+|ensur\w+|warrant\w*)\b", re.IGNORECASE),
    "free": re.compile(
        r"\b(?:free of charge|at no (?:extra |additional )?cost|for free|kostenlos|gratuit\w*)\b", re.I
    ),
}
_US = re.compile(r"\b(?:we|us|our|ours|wir|uns|unser\w*|nous|notre|nos)\b", re.IGNORECASE)
_YOU = re.compile(
    r"\b(?:you|your|yours|customers?|clients?|kunden?|ihr\w*|vous|votre|vos)\b"
    r"(?! (?:data|content|information|records))",
    re.IGNORECASE,
)
_DIRECTION = re.compile(
    r"\b(from|into|to|onto|von|nach|de|vers)\s+(?:the\s+|our\s+|your\s+)?([\w-]+)", re.IGNORECASE
)


def find_objections(sentence: str, nearest: str, told: Sequence[str]) -> Iterator[str]:
    """Why `sentence` claims something else than its source, in words.

    `nearest` is the clause of the source that it is taken from, `told` all clauses that it tells, that one among them.
    """
    source = " ".join(told)
    if not _bounds(sentence) <= _bounds(source):
        yield _("It sets a bound that the source does not set.")
    intervals = find_intervals(source)
    if any(
        not any(is_same_interval(each, other) for other in intervals) for each in find_intervals(sentence)
    ):
        yield _("The source does not say that it is done this often.")
    days = _days(source)
    if _days(sentence) & ({(value, unit, not working) for value, unit, working in days} - days):
        yield _("One of sentence and source counts working days, the other one all days.")
    if any(pattern.search(sentence) and not pattern.search(source) for pattern in _ONE_WAY.values()):
        yield _("It promises more than the source does.")
    if any(
        bool(pattern.search(sentence)) != bool(pattern.search(nearest)) for pattern in _BOTH_WAYS.values()
    ):
        yield _("One of sentence and source calls it planned, ended, switched off, optional or partial.")
    if says_the_contrary(sentence, source) or says_the_contrary(source, sentence):
        yield _("One of sentence and source says the contrary.")
    if _turned_round(sentence, nearest):
        yield _("Who does what to whom is the other way round in the source.")


def _bounds(text: str) -> set[str]:
    found = {kind for match in _BOUNDS.finditer(text) for kind, value in match.groupdict().items() if value}
    return found | {
        kind for kind, pattern in _ORDER.items() if pattern.search(text) and find_quantities(text)
    }


def _days(text: str) -> set[tuple[Decimal, str, bool]]:
    """Value and unit of each number of days or hours, and whether only working ones count."""
    return {
        (quantity.value, quantity.unit, bool(_WORKING.search(quantity.text)))
        for quantity in find_quantities(text)
        if quantity.unit in ("day", "hour")
    }


def _turned_round(sentence: str, source: str) -> bool:
    """Whether both name us and the customer, or where from and where to, in another order or with another of them."""
    said, there = _actors(sentence), _actors(source)
    if said and there and said != there and len(said) == len(there):
        return True
    ways = {word.casefold(): way.casefold() for way, word in _DIRECTION.findall(sentence)}
    return any(
        word.casefold() in ways and _side(ways[word.casefold()]) != _side(way)
        for way, word in _DIRECTION.findall(source)
    )


def _side(way: str) -> str:
    return "from" if way in ("from", "von", "de") else "to"


def _actors(text: str) -> tuple[str, ...]:
    found = [(match.start(), "us") for match in _US.finditer(text)]
    found += [(match.start(), "you") for match in _YOU.finditer(text)]
    return tuple(dict.fromkeys(who for _place, who in sorted(found)))
