"""A choice from the cell's own list, read off the cited sentences and never at odds with them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.services.bounds import bounds_hold, values_hold
from rag.services.polarity import (
    asks_for_a_limit,
    asks_for_absence,
    denied_things,
    denies_a_limit,
    has_caveat,
    is_negated,
    says_it_is_over,
    says_it_is_planned,
)
from rag.services.questions import QuestionPart

Meaning = Literal["yes", "partly", "planned", "no", "not applicable"]

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
_CLAUSE = re.compile(r"[;.]\s+|,?\s+\b(?:but|however|aber|mais)\b\s+|,\s+(?=and\b)", re.IGNORECASE)
_ONLY = re.compile(r"\bonly\s+((?:[\w-]+\s*){1,6})", re.IGNORECASE)
_WORD = re.compile(r"[a-zà-ÿ]{4,}|\d+", re.IGNORECASE)


# A denial says itself what it denies; what merely does not deny is a yes only where it surely answers.
_SURE_OF_YES = 0.75


@dataclass(frozen=True)
class Reply:
    """A part of the question with the sentence that answers it, and the headings it stands under.

    `confidence` is how surely it answers. `plain` is False for a whole list, which may say yes to one thing
    and no to another.
    """

    part: QuestionPart
    text: str
    context: str = ""
    confidence: float = 1.0
    plain: bool = True


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


def choose(replies: Sequence[Reply], others: Sequence[str], allowed: Sequence[str], *, complete: bool) -> str:
    """The allowed value that the replies, in the question's order, bear out; empty if it cannot be told.

    `others` are the draft's further sentences: a plain yes never stands over a denial or a reservation in
    any of them. `complete` says that every part of the question has its reply; nothing is chosen without.
    Where nothing asks for a yes or a no, a list of degrees of compliance gets its yes for a full answer.
    """
    if not complete or not replies:
        return ""
    clouded = any(is_negated(text) or has_caveat(text) or says_it_is_over(text) for text in others)
    deciding = [reply for reply in replies if reply.part.requirement] or [r for r in replies if r.part.closed]
    if not deciding:
        clear = not clouded and not any(
            is_negated(r.text) or has_caveat(r.text) or says_it_is_over(r.text, asked=r.part.text)
            for r in replies
        )
        value = pick_value("yes", allowed) if clear else ""
        return value if _COMPLIANCE.search(value) else ""
    meanings = {_read(reply) for reply in deciding}
    if None in meanings or ("no" in meanings and deciding[0] is not replies[0]):
        return ""
    if len(meanings) > 1:
        return pick_value("partly", allowed)
    meaning = meanings.pop()
    further = [reply.text for reply in replies if not reply.part.closed]
    if meaning == "yes" and (clouded or any(is_negated(text) for text in further)):
        return ""
    return pick_value(meaning, allowed) if meaning else ""


def _read(reply: Reply) -> Meaning | None:
    """What the sentence says to its yes-or-no part; None where code cannot tell."""
    part, answer = reply.part, reply.text
    if part.negated or not reply.plain or not _names_all_labels(reply):
        return None
    within = bounds_hold(part.text, answer)
    if asks_for_a_limit(part.text) and denies_a_limit(answer):
        return None if part.requirement else "no"
    if is_negated(answer):
        return "no" if within is None and _denies_what_is_asked(part.text, answer) else None
    if within is False or asks_for_absence(part.text) or reply.confidence < _SURE_OF_YES:
        return None
    if says_it_is_over(answer, asked=part.text) or not values_hold(part.text, answer):
        return None
    if says_it_is_planned(answer, asked=part.text):
        return "planned"
    if has_caveat(_without_echoed_only(part.text, answer)) and within is None:
        return "partly"
    return "yes"


def _names_all_labels(reply: Reply) -> bool:
    """A sentence about one standard says nothing of another."""
    there = f"{reply.context} {reply.text}".casefold()
    return all(label.casefold() in there for label in reply.part.labels)


def _denies_what_is_asked(question: str, answer: str) -> bool:
    """Whether the denial is plain, and of the thing asked for: not of another, nor of a part of the answer."""
    if asks_for_absence(question):
        return False
    asked = _words(question)
    things = denied_things(answer)
    if things and not any(_words(thing) & asked for thing in things):
        return False
    clauses = [clause for clause in _CLAUSE.split(answer) if clause.strip()]
    nearest = max(
        clauses, key=lambda clause: (len(_words(clause) & asked), is_negated(clause)), default=answer
    )
    # "Encrypted with TLS 1.3, and anything below is refused": what is asked for is affirmed, something else is refused.
    return is_negated(nearest) and not has_caveat(nearest)


def _without_echoed_only(question: str, answer: str) -> str:
    """The answer without an "only" before the very thing that is asked for: it reserves nothing."""
    asked = _words(question)
    return _ONLY.sub(lambda m: m[1] if _words(m[1]) and _words(m[1]) <= asked else m[0], answer)


def _words(text: str) -> set[str]:
    """Words of four letters and more, cut to five, so that "certified" and "certificate" are one; and numbers."""
    return {word.casefold()[:5] for word in _WORD.findall(text)}
