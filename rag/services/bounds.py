"""What a question sets ("at least 99.9%", "within 24 hours", "monthly"), held against an answer's numbers."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rag.services.asked_words import content_words
from rag.services.frequencies import find_intervals, is_as_often, mask_intervals
from rag.services.quantities import Quantity, find_quantities, mask_dates

_AT_LEAST = re.compile(
    r"\b(?:at least|minimum(?: of)?|no less than|not less than|no fewer than|more than|"
    r"or (?:more|longer|higher|better)|mindestens|wenigstens|mehr als|oder (?:mehr|länger|höher)|nicht weniger als|"
    r"au moins|au minimum|plus de|ou plus)\b",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"\b(?:within|at most|maximum(?: of)?|no more than|not more than|no later than|not later than|not exceed\w*|"
    r"less than|fewer than|under|or (?:less|fewer|faster|shorter)|at the latest|"
    r"innerhalb|binnen|höchstens|maximal|spätestens|weniger als|nicht mehr als|oder (?:weniger|kürzer|schneller)|"
    r"au plus|au maximum|moins de|ou moins)\b",
    re.IGNORECASE,
)
# What an answer gives as the most that is possible: enough for whoever asks for less, and too little for more.
_UP_TO = re.compile(
    r"\b(?:up to|at most|(?:a |the )?maximum of|no more than|limited to|bis zu|bis|höchstens|maximal|begrenzt auf|"
    r"jusqu['’]à|au plus|limitée? à)\s+$",
    re.IGNORECASE,
)

# What a number may count; no small word, and nothing that may follow any number.
_NOUN = re.compile(
    r"\s+(?!(?:and|or|of|to|in|on|at|by|for|from|with|per|a|an|the|is|are|was|were|und|oder|bis|von|pro|je|in|im|et|ou|de|"
    r"par)\b)(°?[^\W\d_]+)",
    re.IGNORECASE,
)

_CLAUSE = re.compile(r"[;,]\s+(?:(?:and|but|while|und|aber|et|mais)\s+)?", re.IGNORECASE)


def bounds_hold(question: str, answer: str) -> bool | None:
    """Whether the answer's number is within the bound asked for; None without a bound to compare.

    A bound without a number of its unit in the answer does not hold: nothing shows that it is met.
    """
    if not (_AT_LEAST.search(question) or _AT_MOST.search(question)):
        return None
    bounds = _measured(question)
    if not bounds:
        return None
    found = _quantities(_nearest_clause(question, answer))
    return all(_holds(bound, found, at_least=bool(_AT_LEAST.search(question))) for bound in bounds)


def falls_short(question: str, answer: str) -> bool:
    """Whether every number and frequency of the answer that can be compared misses what the question sets.

    "Kept for 30 days" against "at least 90 days", "once a year" against "at least quarterly", "up to 10 users" against
    "for 25 users".
    """
    answer = _nearest_clause(question, answer)
    intervals, said = find_intervals(question), find_intervals(answer)
    if intervals and said and _AT_LEAST.search(question):
        return not any(is_as_often(each, min(intervals)) for each in said)
    asked, found = _measured(question), _quantities(answer)
    if len(asked) != 1:
        return False
    if not (_AT_LEAST.search(question) or _AT_MOST.search(question)):
        limits = _limits(asked[0], answer)
        return bool(limits) and all(limit < _in_base(asked[0]) for limit in limits)
    at_least = bool(_AT_LEAST.search(question))
    comparable = [other for other in found if _kind(other) == _kind(asked[0])]
    return bool(comparable) and not any(_holds(asked[0], [other], at_least=at_least) for other in comparable)


def values_hold(question: str, answer: str) -> bool:
    """Whether every number with a unit, and every frequency, that the question names is borne out by the answer.

    Where the question sets no bound, a number is borne out by the same one only, and a frequency by one that is as
    often. What the answer has no number or frequency for is not borne out.
    """
    asked = _measured(question)
    if asked and bounds_hold(question, answer) is None:
        found = _quantities(_nearest_clause(question, answer))
        if not all(_is_said(quantity, found) or _is_within(quantity, answer) for quantity in asked):
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


def _is_within(quantity: Quantity, answer: str) -> bool:
    limits = _limits(quantity, answer)
    return bool(limits) and all(_in_base(quantity) <= limit for limit in limits)


def _limits(quantity: Quantity, answer: str) -> list[Decimal]:
    """What the answer gives as the most of that kind."""
    limits, start = [], 0
    text = mask_dates(mask_intervals(answer))
    for other in _quantities(answer):
        at = text.index(other.text, start)
        start = at + len(other.text)
        if _kind(other) == _kind(quantity) and _UP_TO.search(text[:at]):
            limits.append(_in_base(other))
    return limits


def _nearest_clause(question: str, answer: str) -> str:
    """Of clauses with a number each the one that shares most words with the question: "critical ones in seven days,
    others in 30". All of the answer where none does."""
    clauses = [clause for clause in _CLAUSE.split(answer) if clause.strip()]
    if len(clauses) < 2 or not all(_measured(clause) or find_intervals(clause) for clause in clauses):
        return answer
    asked = content_words(question)
    shared = [len(content_words(clause) & asked) for clause in clauses]
    most = max(shared)
    return clauses[shared.index(most)] if shared.count(most) == 1 else answer


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
