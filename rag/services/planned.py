"""Whether a sentence only plans what is asked for: it is not there today."""

import re

from rag.services.asked_words import content_words, thing_words
from rag.services.left_out import left_out
from rag.services.other_things import names_are_told
from rag.services.polarity import PLANNED

_CLAUSE = re.compile(r"[;.:]\s+|,\s+(?=(?:and|but|or|und|aber|oder|et|mais)\b)", re.IGNORECASE)
# "Planned maintenance", "the planned end": something else that is planned, not the thing asked for.
_OF_ANOTHER = re.compile(
    r"\b(?:planned|scheduled|foreseen|upcoming)\s+(?!(?:for|in|by|with|to|as|from|on|and|but)\b)[a-z]|"
    r"\bgeplante[nrms]?\b|\bprévue?s? (?!(?:pour|en|dans|par)\b)[a-zé]",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:further|additional|more|other|new|next|extension|improv\w+|weitere[nrms]?|zusätzliche[nrms]?|andere[nrms]?|"
    r"neue[nrms]?|ausbau|autres?|nouve\w+)\b",
    re.IGNORECASE,
)


def is_only_planned(subject: str, answer: str) -> bool:
    """Whether the thing asked for, or what it is named by, stands in the clause that plans it and in no other."""
    wanted = thing_words(subject)
    clauses = [clause for clause in _CLAUSE.split(answer) if clause.strip()]
    planning = [clause for clause in clauses if PLANNED.search(clause)]
    if len(planning) != 1 or _OF_ANOTHER.search(planning[0]) or _MORE.search(planning[0]):
        return False
    missing = left_out(subject, planning[0])
    if missing and not (names_are_told(subject, planning[0]) and len(missing) * 2 <= len(wanted)):
        return False
    if not wanted & content_words(planning[0]):
        return False
    return not any(
        wanted and len(wanted & content_words(clause)) * 2 > len(wanted)
        for clause in clauses
        if clause != planning[0]
    )
