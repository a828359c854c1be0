"""Conditions that a sentence sets without a word of reservation: to be ordered first, for some customers, for a time.

"A data diode can be ordered" and "support is included for customers with more than 100 users" are no plain yes. What
the question names itself is no condition to it: "Can patients book appointments?"
"""

import re

_CUSTOMER = r"(?:customers?|clients?|buyers?|licensees?|subscribers?|organi[sz]ations?|companies|accounts?)"
# Enough of a word to know its forms by: "book", "booked".
_STEM = 4
_CONDITIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # To be had once somebody has ordered it, or talked about it.
        r"\b(?:can|may|could|has to|have to|must) be (?:\w+ly )?(?P<verb>ordered|booked|negotiated|agreed|purchased|"
        r"bought|licensed|rented|commissioned|subscribed|arranged)\b",
        r"\b(?:kann|können|muss|müssen) (?:[^,;.]{0,40} )?(?P<verb>bestellt|gebucht|hinzugebucht|vereinbart|"
        r"erworben|lizenziert|beauftragt|verhandelt) werden\b",
        r"\b(?:peu(?:t|vent)|doi(?:t|vent)) être (?P<verb>commandée?s?|négociée?s?|convenue?s?|achetée?s?)\b",
        # For some customers, or for whoever does something first.
        rf"\bfor {_CUSTOMER} (?P<verb>with|who|that|which|above|over|below)\b",
        r"\bfür (?:kunden|unternehmen|arbeitgeber|auftraggeber) (?P<verb>mit|ab|über|unter)\b",
        rf"\b(?P<verb>if|where|once|as long as|on condition that) (?:the |a |an |your )?(?:{_CUSTOMER}|you)\b",
        r"\b(?P<verb>wenn|falls|sobald|solange) (?:der kunde|die kunden|der auftraggeber|sie)\b",
        r"\b(?P<verb>si|dès que|tant que) (?:le client|vous)\b",
        r"\b(?P<verb>as long as|so long as|solange|tant que)\b",
        # For a time.
        r"\b(?P<verb>(?:from|after|until|during|for) the (?:first|second|third) (?:\w+ )?(?:month|quarter|year)s?)\b",
        r"\b(?P<verb>(?:ab|nach|in|während|bis zu)(?: dem| der| den)? (?:ersten?|zweiten?|dritten?) "
        r"(?:\w+)?(?:monate?n?|quartal|jahr(?:e|es)?))\b",
    )
)


def sets_a_condition(asked: str, answer: str) -> bool:
    """Whether the answer has such a condition, whose words `asked` has not."""
    known = asked.casefold()
    return any(
        match["verb"].casefold()[:_STEM] not in known
        for pattern in _CONDITIONS
        for match in pattern.finditer(answer)
    )
