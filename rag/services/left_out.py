"""How much of what is asked a sentence leaves out, itself and by its headings: too much, and it is no yes to it."""

import re
from collections.abc import Collection

from rag.services.asked_words import content_words, thing_words
from rag.services.frequencies import mask_frequencies

# Words that say how something is done or asked, not what: a sentence may leave them out or have others.
_LIGHT = content_words(
    "check checked allow allowed hold holds held really regularly several same using make made perform performed carry "
    "carried take taken place run work ensure ensured enable define defined create created set give given currently "
    "fully their with from into within according following also well between during least most valid format "
    "equivalent comply compliant conform meet meets cover covers covered need want able get more less than when while "
    "company organisation organization customer customers authority typically "
    "stored notified informed described documented operated operates price day hour minute month week year "
    "two three four five six seven eight nine ten zwei drei vier fünf sechs sieben acht neun zehn stunde tag woche "
    "monat jahr jahre "
    "edition editions editionen part parts enthält enthalten umfasst beinhaltet "
    "case cases kind type types way proved proven sent send sending "
    "still through other hundred hundreds thousand thousands carried beträgt betragen bestehen besteht "
    "unternehmen regelmäßig innerhalb mindestens höchstens über unter gemäß nach durch zwischen sein lang zur "
    "verfügung stehen steht stellen stellt erfolgt erfolgen durchgeführt durchführen jeweils auch derzeit läuft lässt "
    "lassen kunde kunden sowie ebenfalls zum "
    "entreprise régulièrement selon moins avec dans client clients"
)
# "Can the language of reminders be set": the language, and not the reminders.
_HEAD = re.compile(
    r"^\W*(?:is|are|was|were|do|does|can|could|will|may|has|have)\s+(?:the|your|our|all|any)\s+(?P<head>[\w-]+)\s+of\b",
    re.IGNORECASE,
)
_TOO_MUCH = 1 / 3
# Words are cut to so many letters, and so many make two words forms of one.
_CUT = 5
_FORM = 4


def left_out(subject: str, said: str) -> set[str]:
    """The words of the thing asked for that what is said has not."""
    there, told = content_words(said), said.casefold()
    missing = thing_words(mask_frequencies(subject)) - there - _LIGHT
    return {word for word in missing if not (word.isdigit() or _stands_in(word, there, told))}


def _stands_in(word: str, there: Collection[str], told: str) -> bool:
    """Whether another form of the word is there ("test", "tested"), or a compound with it."""
    if len(word) >= _CUT and word in told:
        return True
    return any(
        min(len(word), len(other)) >= _FORM and (word.startswith(other) or other.startswith(word))
        for other in there
    )


def leaves_too_much_out(asked: str, subject: str, said: str, *, share: float = _TOO_MUCH) -> bool:
    """Whether such a share of the thing asked for is missing, or what the question asks of it ("the language of")."""
    wanted = {word for word in thing_words(mask_frequencies(subject)) if not word.isdigit()} - _LIGHT
    missing = left_out(subject, said)
    head = _HEAD.match(asked)
    if head and content_words(head["head"]) & missing:
        return True
    return len(missing) >= share * len(wanted) if missing else False
