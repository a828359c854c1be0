"""Of what kind an answer has to be, and whether a sentence holds one that the question does not already name.

"Who is the auditor?" is not answered by a sentence about the audit, "What does it cost?" not by one
about billing, however near they are in meaning. A number, date or name that the question itself has
does not count: it is what was asked about.
"""

import re
from collections.abc import Callable, Mapping
from typing import Literal

from rag.services.frequencies import find_intervals
from rag.services.quantities import find_dates, find_quantities, mask_dates

Kind = Literal["number", "money", "date", "organisation", "person", "identifier", "names"]

_ORGANISATION = (
    r"(?:firm|company|companies|bank|authority|authorities|council|university|universities|institute|customer|client|vendor|supplier|auditor|assessor|insurer|agency|laborator(?:y|ies)|"
    r"consultanc(?:y|ies)|contractor|subcontractor|subprocessor|manufacturer|firma|unternehmen|anbieter|société|fournisseur)s?"
)
# Which words ask for which kind. The first that fits of money, identifier and number stands for all three.
_ASKED: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "money",
        re.compile(
            r"\b(?<!any )(?:(?:list |unit |total |annual |yearly |monthly |subscription |licen[cs]e )*"
            r"(?:price|charge|fee|cost)s?"
            r"(?! (?:increase|rise|model|review|structure|principle)\w*)|"
            r"(?:day|daily|hourly|flat) rates?|how expensive|preise?|kosten|kostet|prix|coûts?|tarifs?)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "identifier",
        re.compile(
            r"\b(?:number of (?:the|your|its) (?:\S+ ){0,4}(?:certificate|registration|policy|patent|"
            r"licen[cs]e|contract)|"
            r"(?:certificate|registration|reference|policy|serial|patent|account|vat|tax|d-u-n-s|duns) "
            r"(?:number|no\.?|id)|"
            r"(?:zertifikats|register|vertrags)nummer|numéro (?:de|du|d['’]))",
            re.IGNORECASE,
        ),
    ),
    (
        "number",
        re.compile(
            r"\b(?:how (?:many|much|long|often|large|fast|quickly|soon|big|old|far|frequently)|number of|"
            r"limits?|frequency|duration|period|percentage|time limit|throughput|largest|longest|smallest|shortest|"
            r"maximum|minimum|size|capacity|rates?|rpo|rto|response time|within what time|"
            r"wie ?viele?|wie (?:lange?|oft|hoch|groß|schnell|häufig|weit|schwer)|innerhalb welcher|"
            r"welche[rnms]? (?:frist|dauer|höhe)|combien)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "date",
        re.compile(
            r"(?:^\W*|, |\band )when\b|"
            r"\b(?:by when|since when|(?:which|what) (?:year|date|day)|dates?|wann|quand)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "organisation",
        re.compile(
            rf"\b(?:(?:which|whose|welche\w*|quel\w*) (?:\S+ )?{_ORGANISATION}|"
            r"(?:what|state|give|provide).{0,12} names? of (?:the|your)|"
            rf"(?:name|state|identify) (?:the|your) (?:\S+ )?{_ORGANISATION}|who (?:is|was|are|were) the)\b",
            re.IGNORECASE,
        ),
    ),
    ("person", re.compile(r"\b(?:who|whom|wer|wem|qui)\b", re.IGNORECASE)),
    (
        "names",
        re.compile(
            r"^\W*(?:please )?list\b|"
            r"\b(?:which|name|names|algorithms?|protocols?|standards?|versions?|specification|criteria|"
            r"welche\w*|nennen|quel(?:le)?s?|énumére\w*)\b",
            re.IGNORECASE,
        ),
    ),
)
# How much of a word its forms have in common, and how near to it what it names is looked for, in characters.
_STEM = 6
_BEFORE, _AFTER = 30, 90
_ONE_OF: frozenset[Kind] = frozenset(("money", "identifier", "number"))
# "There is none" answers these; it says nothing of what something costs or who did it.
DENIABLE: frozenset[Kind] = frozenset(("number", "date", "names"))
_NAMING: frozenset[Kind] = frozenset(("organisation", "person", "names"))

_CURRENCY = re.compile(r"[$€£]|\b(?:eur|gbp|usd|chf|euros?|pounds?|dollars?|francs?)\b", re.IGNORECASE)
_FREE = re.compile(
    r"\b(?:free of charge|(?:no|without)(?: \w+)? (?:charges?|costs?|fees?)|at no(?: \w+)? (?:charge|cost)|kostenlos|"
    r"ohne aufpreis|gratuit\w*|sans frais)\b",
    re.IGNORECASE,
)
_PRICED = re.compile(r"\b(?:prices?|rates?|preise?|prix|tarifs?)\b", re.IGNORECASE)
_OFTEN = re.compile(
    r"\b(?:once|twice|daily|nightly|weekly|monthly|quarterly|yearly|annually|annual|hourly|immediately|at once|"
    r"real[- ]time|continuous(?:ly)?|(?:every|each) (?:hour|day|night|week|month|quarter|year)|"
    r"permanent(?:ly)?|stündlich|täglich|wöchentlich|monatlich|vierteljährlich|halbjährlich|jährlich|laufend|"
    r"kontinuierlich|unverzüglich|sofort)\b",
    re.IGNORECASE,
)
_UNBOUNDED = re.compile(
    r"\b(?:unlimited|not limited|no limit|single|both|unbegrenzt|illimité\w*)\b", re.IGNORECASE
)
# A length or a speed of time is no other number; nor is how often something is done.
_ASKS_OFTEN = re.compile(
    r"\b(?:how (?:often|frequently)|(?:at|with) what frequency|wie (?:oft|häufig))\b", re.IGNORECASE
)
_ASKS_TIME = re.compile(
    r"\b(?:how (?:long|soon|quickly)|(?:with)?in what time|wie lange|wie schnell|innerhalb welcher|recovery time|"
    r"response time|time limit|rto|rpo)\b",
    re.IGNORECASE,
)
_TIMES = frozenset(("millisecond", "second", "minute", "hour", "day", "week", "month", "year"))
_LENGTHS = frozenset(("character", "kilometre", "kilobyte", "megabyte"))
_LONG = re.compile(r"\bhow long (?:is|are|must|should|can|may)\b|\bwie lang\b", re.IGNORECASE)
_UNTIL = re.compile(
    r"\b(?:until|till|as long as|for the (?:duration|term|life)|lifetime|indefinitely|bis|solange|dauerhaft)\b",
    re.I,
)
_COUNTS = re.compile(r"\b(?:how (?:many|much|large|big)|number of|wie viele?|combien)\b", re.IGNORECASE)
_PAST = re.compile(r"\bwhen (?:was|were|did|has|have)\b", re.IGNORECASE)
_MOMENT = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|\d{1,2}:\d\d|(?:19|20)\d\d|before|after|until|upon|as soon as|"
    r"at the end of|(?:daily|nightly|weekly|monthly|quarterly|yearly|annually)|every|each|within|"
    r"vor|nach|avant|après)\b",
    re.IGNORECASE,
)
_CALENDAR = re.compile(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)$",
    re.IGNORECASE,
)
_LEGAL_FORM = re.compile(
    r"\b[A-Z][\w&'’-]*(?: (?:[A-Z&][\w&'’-]*|of|and))*,? "
    r"(?:Ltd|Limited|Inc|Corp|LLC|LLP|PLC|plc|GmbH|AG|SE|SA|SAS|B\.V|N\.V|S\.A|Oy|AB|ApS)\b"
)
# "Chief Information Security Officer" names a post, not who holds it.
_POST = re.compile(
    r"\b(?:officer|manager|director|head|chief|president|board|team|group|department|office|administrator|desk|service|"
    r"services|leader|engineer|committee)s?\b",
    re.IGNORECASE,
)
# A run of capitalised words of more than two letters: "Ostervane Cloud", not "SOC", "II" or "B2B".
_CAPITALISED = re.compile(r"\b[A-Z][a-z][\w'’]+(?:[ -][A-Z][a-z][\w'’]+)*")
_INTRODUCED = re.compile(
    r"(?:\bby|\bfrom|\bis|\bare|\bwas|\bwere|\bnamed|\bcalled|[:(])\s+(?:the\s+)?$", re.IGNORECASE
)
_PEOPLE = re.compile(
    r"\b(?:people|persons?|staff|employees?|team|officers?|managers?|administrators?|engineers?|owners?|users?|customers?|"
    r"partners?|board|director|executive|reviewers?|auditors?|consultants?|members?|roles?|group|role|by us|we)\b",
    re.IGNORECASE,
)
# Names and labels inside a sentence, and what lists several things.
_NAMED = re.compile(
    r"(?<=\w )(?:[A-Z][a-z]\w+|[A-Z]{2,}[\w.-]*|[A-Za-z]+[-/]?\d[\w.]*|\d+[.-]\d[\w.]*)|(?<=: )[A-Z]\w+"
)
_SEVERAL = re.compile(r",.*\b(?:and|or|und|oder|et|ou)\b|;|\w+: \w+")
_YEARS = re.compile(r"\b(?:19|20)\d\d\b")
_WORD = re.compile(r"\w+")
# "214 people" is no number of anything's.
_COUNT = re.compile(r"(?<![\w.-])\d[\d.,]* (?:people|staff|persons|[a-z]{3,}s)\b")


def asked_kinds(question: str) -> frozenset[Kind]:
    """The kinds of answer that the words of an open question ask for; empty when any statement will do."""
    found = [kind for kind, pattern in _ASKED if pattern.search(question)]
    for group in (_ONE_OF, _NAMING):
        first = next((kind for kind in found if kind in group), None)
        found = [kind for kind in found if kind not in group or kind == first]
    return frozenset(found)


def holds_kind(kind: Kind, sentence: str, question: str, *, focus: str = "") -> bool:
    """Whether the sentence has something of this kind that is not in the question already.

    `focus` is the noun of a "which ...": where the sentence has it, its names have to stand beside it.
    """
    if focus and kind in _NAMING:
        sentence = _beside(focus, sentence)
    return _HOLDS[kind](sentence, question)


def _beside(word: str, sentence: str) -> str:
    """The stretches of the sentence around `word` in any of its forms; all of it where it does not occur."""
    places = list(re.finditer(rf"\b{re.escape(word[:_STEM])}\w*", sentence, re.IGNORECASE))
    if not places:
        return sentence
    return " | ".join(sentence[max(0, m.start() - _BEFORE) : m.end() + _AFTER] for m in places)


def _holds_number(sentence: str, question: str) -> bool:
    """A number that the question has not, or none at all ("unlimited"); how often, unless a count is asked."""
    if _UNBOUNDED.search(sentence) or (_OFTEN.search(sentence) and not _COUNTS.search(question)):
        return True
    asked = {(quantity.value, quantity.unit) for quantity in find_quantities(question)}
    found = [q for q in find_quantities(_without_names(sentence)) if (q.value, q.unit) not in asked]
    if _ASKS_OFTEN.search(question):
        return bool(find_intervals(sentence)) or any(quantity.unit in _TIMES for quantity in found)
    if _ASKS_TIME.search(question):
        units = _TIMES | _LENGTHS if _LONG.search(question) else _TIMES
        return bool(_UNTIL.search(sentence)) or any(quantity.unit in units for quantity in found)
    return bool(found)


def _holds_money(sentence: str, question: str) -> bool:
    """An amount; or that there is no charge, which answers what is charged and not what the price is."""
    free = _FREE.search(sentence) and not _PRICED.search(question)
    return bool(free) or (
        any(found.unit in ("euro", "pound", "dollar") for found in find_quantities(sentence))
        or (bool(_CURRENCY.search(sentence)) and _holds_number(sentence, question))
    )


def _holds_date(sentence: str, question: str) -> bool:
    """A date that the question has not; of what is to come or comes again, any word of time."""
    if find_dates(sentence).keys() - find_dates(question).keys():
        return True
    if _PAST.search(question):
        return bool(set(_YEARS.findall(sentence)) - set(_YEARS.findall(question)))
    return bool(_MOMENT.search(sentence))


def _holds_organisation(sentence: str, question: str) -> bool:
    if _LEGAL_FORM.search(sentence):
        return True
    return any(
        " " in name or _INTRODUCED.search(sentence[:start])
        for name, start in _proper_names(sentence, question)
    )


def _holds_person(sentence: str, question: str) -> bool:
    return bool(_PEOPLE.search(sentence)) or _holds_organisation(sentence, question)


def _holds_identifier(sentence: str, question: str) -> bool:
    known = set(_WORD.findall(question.casefold()))
    tokens = _WORD.findall(_COUNT.sub(" ", _without_names(mask_dates(sentence))).casefold())
    return any(
        re.search(r"\d{3}", token) and token not in known and not _YEARS.match(token) for token in tokens
    )


def _holds_names(sentence: str, question: str) -> bool:
    known = question.casefold()
    fresh = any(name.casefold() not in known for name in _NAMED.findall(sentence))
    return fresh or bool(_SEVERAL.search(sentence))


def _proper_names(sentence: str, question: str) -> list[tuple[str, int]]:
    """Capitalised words inside a sentence that are no month, no label of a standard and not in the question."""
    known = {word.casefold() for word in _WORD.findall(question)}
    names = []
    for match in _CAPITALISED.finditer(sentence):
        before, after = sentence[: match.start()].rstrip(), sentence[match.end() :].lstrip()
        begins = not before or before[-1:] in ".!?:;(|"
        beside_label = re.search(r"[A-Z0-9]{2}\S*$", before) or re.match(r"[A-Z0-9]{2}|\d", after)
        fresh = [
            word
            for word in match.group().split()
            if word.casefold() not in known and not _CALENDAR.match(word)
        ]
        if (
            fresh
            and not beside_label
            and not _POST.search(match.group())
            and (not begins or " " in match.group())
        ):
            names.append((match.group(), match.start()))
    return names


def _without_names(sentence: str) -> str:
    """The sentence without the numbers of standards and versions ("ISO/IEC 27001:2022", "SOC 2")."""
    return re.sub(
        r"\b(?!EUR|GBP|USD|CHF)(?:[A-Z]{2,}[\w/.-]*)(?:[ /-][A-Z]*\d(?:[\w.-]|:(?=\d))*)+", " ", sentence
    )


_HOLDS: Mapping[Kind, Callable[[str, str], bool]] = {
    "number": _holds_number,
    "money": _holds_money,
    "date": _holds_date,
    "organisation": _holds_organisation,
    "person": _holds_person,
    "identifier": _holds_identifier,
    "names": _holds_names,
}
