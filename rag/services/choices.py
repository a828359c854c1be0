"""A choice from the cell's own list, read off the cited sentences and never at odds with them."""

import re
from collections.abc import Sequence

from rag.services.asked_words import thing_words
from rag.services.bounds import bounds_hold
from rag.services.echoes import without_echoed_only
from rag.services.other_things import names_the_counterpart
from rag.services.polarity import has_caveat, is_negated, says_it_is_over
from rag.services.readings import Meaning, Reply, read_reply
from rag.services.roundabout import without_denied_ends

# Read in this order: "not applicable" also has a "not", "partially compliant" also a "compliant".
_MEANINGS: tuple[tuple[Meaning, re.Pattern[str]], ...] = (
    (
        "not applicable",
        re.compile(
            r"^n\s?[/.]?\s?a\b\.?$|not applicable|not relevant|out of scope|does not apply|"
            r"nicht zutreffend|nicht anwendbar|entfällt|sans objet|non applicable",
            re.IGNORECASE,
        ),
    ),
    (
        "planned",
        re.compile(
            r"\b(?:planned|roadmap|future|in progress|under development|geplant|in arbeit|prévu|en cours)\b",
            re.I,
        ),
    ),
    (
        "partly",
        re.compile(
            r"\bpart(?:ial(?:ly)?|ly)\b|\b(?:limited|customi[sz]\w+|configur\w+|workaround|third[- ]party|modification|"
            r"with exceptions?|add[- ]on|teilweise|partiel\w*|en partie|mit einschränkung\w*)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "no",
        re.compile(
            r"^(?:n|no|nein|non|none|false|nc)\b|\bnot\b|\bnon[- ]|\b(?:unsupported|unavailable|does not|cannot|nicht|"
            r"fails?|failed|absent)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "yes",
        re.compile(
            r"^(?:y|c|fc|ja|oui|sí|si|true)$|^yes\b|^ja\b|^oui\b|\b(?:fully|full|compl(?:y|ies|iant)|conform(?:s|ant)?|"
            r"supported|available|met|meets|satisf\w+|standard|out of the box|included|implemented|in place|"
            r"erfüllt|verfügbar|vollständig|conforme|disponible)\b",
            re.IGNORECASE,
        ),
    ),
)
_COMPLIANCE = re.compile(r"\b(?:compl(?:y|ies|iant)|conform(?:s|ant|e)?|meets?|met|erfüllt)\b", re.IGNORECASE)


_WISH = re.compile(
    r"\b(?:can|could|offer\w*|support\w*|available|provide\w*|includ\w*|deliver\w*|recogni[sz]\w*|"
    r"können|kann|angeboten|unterstützt|verfügbar|enthalten)\b",
    re.IGNORECASE,
)
_BURDEN = re.compile(
    r"\b(?:charg\w*|costs?|fees?|extra|limit\w*|restrict\w*|exception\w*|requir\w*|need\w*|must|have to|depend\w*|"
    r"risks?|downtime|interrupt\w*|los[est]\w*|known|kosten\w*|gebühr\w*|grenze\w*|nötig|erforderlich|müssen)\b",
    re.IGNORECASE,
)


def meaning_of(value: str) -> Meaning | None:
    """What an allowed value says, or None where its words do not tell ("2", "See comment")."""
    text = " ".join(value.split())
    return next((meaning for meaning, pattern in _MEANINGS if pattern.search(text)), None)


def pick_value(meaning: Meaning, allowed: Sequence[str]) -> str:
    """The one allowed value with this meaning; empty when there is none, or several and none is plainest."""
    fitting = [value for value in allowed if value.strip() and meaning_of(value) == meaning]
    if not fitting:
        return ""
    shortest = min(fitting, key=len)
    return shortest if sum(len(value) == len(shortest) for value in fitting) == 1 else ""


def _offers(replies: Sequence[Reply]) -> bool:
    """Whether each part asks for something to be had, which a no takes away, and not for a cost, a limit or a duty."""
    return all(_WISH.search(reply.part.text) and not _BURDEN.search(reply.part.text) for reply in replies)


def choose(replies: Sequence[Reply], others: Sequence[str], allowed: Sequence[str], *, complete: bool) -> str:
    """The allowed value that the replies, in the question's order, bear out; empty if it cannot be told.

    `others` are the draft's further sentences: a plain yes never stands over a denial or a reservation in
    any of them. `complete` says that every part of the question has its reply; nothing is chosen without.
    Where nothing asks for a yes or a no, a list of degrees of compliance gets its yes for a full answer.
    """
    if not complete or not replies:
        return ""
    asked = " ".join(reply.part.text for reply in replies)
    others = [
        without_denied_ends(text, asked=asked)
        for text in others
        if not (names_the_counterpart(asked, text) and thing_words(text) & thing_words(asked))
    ]
    clouded = any(
        is_negated(text) or has_caveat(without_echoed_only(asked, text)) or says_it_is_over(text)
        for text in others
    )
    deciding = [reply for reply in replies if reply.part.requirement] or [r for r in replies if r.part.closed]
    if not deciding:
        clear = not clouded and not any(
            is_negated(r.text)
            or has_caveat(r.text)
            or says_it_is_over(r.text, asked=r.part.text)
            or bounds_hold(r.part.text, r.text) is False
            for r in replies
        )
        value = pick_value("yes", allowed) if clear else ""
        return value if _COMPLIANCE.search(value) else ""
    meanings = {read_reply(reply) for reply in deciding}
    if meanings == {"no"} and deciding[0] is not replies[0] and not clouded and _offers(deciding):
        # What is asked before is answered, and one thing more is not offered: a degree of compliance says just that.
        value = pick_value("partly", allowed)
        return value if _COMPLIANCE.search(value) else ""
    if None in meanings or ("no" in meanings and deciding[0] is not replies[0]):
        return ""
    if len(meanings) > 1:
        return pick_value("partly", allowed)
    meaning = meanings.pop()
    if meaning == "not yet":
        return pick_value("planned", allowed) or ("" if clouded else pick_value("no", allowed))
    further = [reply.text for reply in replies if not reply.part.closed]
    if meaning == "yes" and (clouded or any(is_negated(text) for text in further)):
        return ""
    return pick_value(meaning, allowed) if meaning else ""
