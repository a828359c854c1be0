"""Which of a request's dates a sentence names: when the response is due, or until when one may ask."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from rfp_manager.tenders.dates import DateMention, find_dates
from rfp_manager.tenders.points import one_spaced
from rfp_manager.tenders.units import Unit

Role = Literal["due_at", "questions_until", ""]

_QUESTIONS = re.compile(
    r"\b(?:questions?|clarifications?|quer(?:y|ies)|enquir(?:y|ies)|inquir(?:y|ies)|\w*fragen?|rückfragen|aufklärung"
    r"|renseignements|précisions|demandes? d['’]informations?|preguntas|consultas|domande|vragen)\b",
    re.IGNORECASE,
)
_DUE = re.compile(
    r"\b(?:submi(?:t|tted|ssions?)|deadline|closes|closing (?:date|time)|due(?: date| by)?|no later than|returned? by"
    r"|received by|responses? (?:by|to|must)|(?:tenders?|proposals?|bids?|offers?) (?:must|are|by|shall|due|to be)"
    r"|latest date|angebots?\w*|abgabe\w*|einreich\w*|einzureichen|\w*frist|spätestens|remise|date limite|dépôt"
    r"|au plus tard|réception des (?:offres|plis)|presentaci[óo]n|plazo|scadenza|indienen)\b",
    re.IGNORECASE,
)
# Dates that are neither, though such a word stands near.
_OTHER = re.compile(
    r"\b(?:award\w*|contract (?:start|begins?|end|commence)\w*|commenc\w*|go-?live|site visits?|presentations?"
    r"|interviews?|valid|validity|published|publication|issued?|dated|replies to|answers? to|answered by"
    r"|responses to (?:questions|clarif\w+)"
    r"|zuschlag\w*|vertragsbeginn|bindefrist|beantwortung|veröffentlicht|vom|notification|attribution|début|publié\w*"
    r"|réponses? aux)\b",
    re.IGNORECASE,
)
_MOST = 40


@dataclass(frozen=True)
class DateFound:
    """A date with the sentence that names it; `role` is "" where neither of the request's fields is meant."""

    role: Role
    mention: DateMention
    text: str
    quote: str
    page: int | None
    block: int


def find_request_dates(units: Iterable[Unit]) -> list[DateFound]:
    """In reading order, those of a role first where there are too many; the same date in the same words once."""
    found: list[DateFound] = []
    seen: set[tuple[object, ...]] = set()
    for unit in units:
        for mention, role in _once(_roles(unit)):
            key = (role, mention.days, mention.time, one_spaced(unit.text).casefold())
            if key not in seen:
                seen.add(key)
                quote = one_spaced(unit.quote)
                found.append(DateFound(role, mention, unit.text, quote, unit.page, unit.block))
    return sorted(found, key=lambda row: row.role == "")[:_MOST]


def _once(found: Iterable[tuple[DateMention, Role]]) -> list[tuple[DateMention, Role]]:
    """A day that a sentence names twice, "1 May 2027 (2027-05-01, 12:00)", once: with its time and its role."""
    days: dict[object, tuple[DateMention, Role]] = {}
    for mention, role in found:
        known = days.get(mention.days)
        if known is None:
            days[mention.days] = (mention, role)
        else:
            days[mention.days] = (known[0] if known[0].time else mention, known[1] or role)
    return list(days.values())


def _roles(unit: Unit) -> Iterator[tuple[DateMention, Role]]:
    """A date belongs to the words before it; only a sentence with one date is asked as a whole, then its heading."""
    mentions = find_dates(unit.text)
    begin = 0
    for mention in mentions:
        near = unit.text[begin : mention.start]
        begin = mention.end
        contexts = [near]
        if len(mentions) == 1:
            contexts += [unit.text, unit.lead, unit.heading.rsplit(" > ", 1)[-1]]
        yield mention, next((role for text in contexts if (role := _role(text)) is not None), "")


def _role(text: str) -> Role | None:
    """None where the text does not say."""
    if _OTHER.search(text):
        return ""
    if _QUESTIONS.search(text):
        return "questions_until"
    return "due_at" if _DUE.search(text) else None
