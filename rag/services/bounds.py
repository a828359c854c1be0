"""What a question sets ("at least 99.9%", "within 24 hours", "monthly"), held against an answer's numbers."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rag.services.frequencies import find_intervals, is_as_often, mask_intervals
from rag.services.quantities import Quantity, find_quantities, mask_dates

_AT_LEAST = re.compile(
    r"\b(?:at least|minimum(?: of)?|no less than|not less than|or more|mindestens|au moins)\b", re.I
)
_AT_MOST = re.compile(
    r"\b(?:within|at most|maximum(?: of)?|no more than|not more than|no later than|less than|under|up to|"
    r"innerhalb|höchstens|maximal|au plus)\b",
    re.IGNORECASE,
)

# What a number may count; no small word, and nothing that may follow any number.
_NOUN = re.compile(
    r"\s+(?!(?:and|or|of|to|in|on|at|by|for|from|with|per|a|an|the|is|are|was|were|und|oder|bis|von|pro|je|in|im|et|ou|de|"
    r"par)\b)(°?[^\W\d_]+)",
    re.IGNORECASE,
)


def bounds_hold(question: str, answer: str) -> bool | None:
    """Whether the answer's number is within the bound asked for; None without a bound to compare.

    A bound without a number of its unit in the answer does not hold: nothing shows that it is met.
    """
    if not (_AT_LEAST.search(question) or _AT_MOST.search(question)):
        return None
    bounds = _measured(question)
    if not bounds:
        return None
    found = _quantities(answer)
    return all(_holds(bound, found, at_least=bool(_AT_LEAST.search(question))) for bound in bounds)


def values_hold(question: str, answer: str) -> bool:
    """Whether every number with a unit, and every frequency, that the question names is borne out by the answer.

    Where the question sets no bound, a number is borne out by the same one only, and a frequency by one that is as
    often. What the answer has no number or frequency for is not borne out.
    """
    asked = _measured(question)
    if asked and bounds_hold(question, answer) is None:
        found = _quantities(answer)
        if not all(_is_said(quantity, found) for quantity in asked):
            return False
    intervals = find_intervals(question)
    said = find_intervals(answer)
    return not intervals or (bool(said) and all(is_as_often(each, min(intervals)) for each in said))


def numbers_differ(question: str, answer: str) -> bool:
    """Whether both name a number of the same thing, and not the same: "for 200 pieces", "not below 500 pieces"."""
    asked, found = _measured(question), _measured(answer)
    return any(
        _kind(one) == _kind(other) and _in_base(one) != _in_base(other) for one in asked for other in found
    )


def compared_numbers(question: str) -> frozenset[str]:
    """The figures that are compared here, as they are written: an answer need not repeat them."""
    figures = (re.search(r"\d[\d.,]*", quantity.text) for quantity in _measured(question))
    return frozenset(figure.group().rstrip(".,") for figure in figures if figure)


def _measured(text: str) -> list[Quantity]:
    return [quantity for quantity in _quantities(text) if quantity.unit]


def _quantities(text: str) -> list[Quantity]:
    """The quantities; where no unit is known, the noun after the number is one: "300 pieces", "-40 °C"."""
    text = mask_dates(mask_intervals(text))
    found, start = [], 0
    for quantity in find_quantities(text):
        start = text.index(quantity.text, start) + len(quantity.text)
        noun = _NOUN.match(text, start)
        if noun and not (quantity.unit or quantity.labels) and quantity.value != 1:
            quantity = replace(quantity, unit=noun[1].casefold().removesuffix("s")[:6])
        found.append(quantity)
    return found


def _is_said(quantity: Quantity, found: Sequence[Quantity]) -> bool:
    comparable = {_in_base(other) for other in found if _kind(other) == _kind(quantity)}
    return comparable == {_in_base(quantity)}


_SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_592_000,
    "year": 31_536_000,
}


def _holds(bound: Quantity, found: Sequence[Quantity], *, at_least: bool) -> bool:
    limit = _in_base(bound)
    comparable = [_in_base(other) for other in found if _kind(other) == _kind(bound)]
    if not comparable:
        return False
    return (
        all(value >= limit for value in comparable)
        if at_least
        else all(value <= limit for value in comparable)
    )


def _kind(quantity: Quantity) -> str:
    return "time" if quantity.unit in _SECONDS else quantity.unit


def _in_base(quantity: Quantity) -> Decimal:
    return quantity.value * _SECONDS.get(quantity.unit, 1)
