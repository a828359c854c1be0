"""Whether a sentence grants a thing with some editions of the product only, which the question does not name.

"Single sign-on is part of the Business and Enterprise editions" is no plain yes to whoever asks whether there is single
sign-on: the answer depends on what is bought.
"""

import re

_NOUN = r"(?:editions?|plans?|packages?|tiers?|subscriptions?|bundles?)"
_NAME = r"[A-ZÄÖÜÉ0-9][\w+-]*"
_NAMES = rf"(?P<names>{_NAME}(?:(?:,? (?:and|or|und|oder|et|ou|&) |, ){_NAME})*)"
# "In the Business edition", "ab der Ausgabe Komfort", "dans la formule Premium".
_GRANTED = (
    re.compile(rf"\b(?:in|with|of|from|by|for|to|through) (?:the |our )?{_NAMES} {_NOUN}\b"),
    re.compile(
        r"\b(?:in|im|ab|mit|der|des|zu|zum|zur|für|bei) (?:der |dem |den |die |das )?"
        rf"(?:Ausgaben?|Pakete?n?|Editionen|Edition|Tarife?n?|Lizenze?n?|Lizenz) {_NAMES}"
    ),
    re.compile(
        r"\b(?:dans|avec|de|à partir de|pour) (?:la |le |les |l['’])?(?:éditions?|formules?|forfaits?|offres?) "
        rf"{_NAMES}"
    ),
    # Names that every other vendor gives to an edition need no noun.
    re.compile(
        r"\b(?:in|with|of|from|to|for|ab|mit|dans) (?P<names>(?:(?:Enterprise|Premium|Professional|Ultimate|Business)"
        r"(?: (?:and|und|et) |, )?)+)(?=[.,;)]|$| (?:as|only|at|against|on|from|customers|Kunden|als|gegen)\b)"
    ),
)
_ASKS_WHICH = re.compile(
    r"\b(?:(?:which|what|welche[nmrs]?|quel(?:le)?s?)\s+(?:\w+\s+)?"
    r"(?:editions?|plans?|packages?|tiers?|ausgaben?|pakete?n?|tarife?n?|éditions?|formules?|forfaits?))\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]{2,}")


def is_for_some_editions(asked: str, answer: str) -> bool:
    """Whether the answer names editions that have the thing, none of which `asked`, the whole question, names."""
    if _ASKS_WHICH.search(asked):
        return False
    known = {word.casefold() for word in _WORD.findall(asked)}
    for pattern in _GRANTED:
        for match in pattern.finditer(answer):
            names = {word.casefold() for word in _WORD.findall(match["names"])}
            if not names & known:
                return True
    return False
