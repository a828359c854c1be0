"""What one sentence says to one yes-or-no part of a question, or that code cannot tell."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.services.asked_words import content_words, thing_words
from rag.services.beside import affirmed_beside, denied_beside, told_beside
from rag.services.bounds import bounds_hold, falls_short, numbers_differ, values_hold
from rag.services.comma_clauses import clause_asked_for
from rag.services.conditions import sets_a_condition
from rag.services.denials import denies_the_thing, denies_what_is_asked
from rag.services.echoes import without_echoed_only
from rag.services.editions import is_for_some_editions
from rag.services.frequencies import mask_frequencies
from rag.services.intentions import says_it_is_not_ours_yet
from rag.services.left_out import leaves_too_much_out, left_out
from rag.services.other_cases import clause_on, without_other_cases
from rag.services.other_parties import is_of_another_party
from rag.services.other_things import asks_for_all, speaks_of_another
from rag.services.planned import is_only_planned
from rag.services.polarity import (
    PLANNED,
    asks_for_a_limit,
    asks_for_absence,
    denials_of,
    denied_things,
    denies_a_limit,
    has_caveat,
    is_negated,
    says_it_is_over,
    says_it_is_planned,
)
from rag.services.questions import QuestionPart
from rag.services.roundabout import (
    denies_one_of_two,
    frees_from_a_duty,
    is_for_some,
    is_kept_from,
    says_no,
    without_denied_ends,
)
from rag.services.table_cells import (
    Cell,
    bare_reading,
    cells_asked_for,
    differ_about,
    is_a_note,
    is_a_sign,
    row_text,
    with_its_subject,
    without_every_column,
)

# "Not yet" is what is planned and plainly not there; "planned" may be there in part.
Meaning = Literal["yes", "partly", "planned", "not yet", "no", "not applicable"]

# A question that asks for an assent, with or without the words that frame any question.
_IS_IT_TRUE = re.compile(
    r"^\W*(?:is it (?:true|correct|right) that|(?:please )?(?:confirm )?that|"
    r"(?:(?:stimmt|trifft) )?es(?: zu)?,? dass)\b",
    re.IGNORECASE,
)
_FOR_NOW = re.compile(r"\b(?:until|as long as|while|without|bis|solange|ohne|jusqu)", re.IGNORECASE)
_BY_ANYBODY = re.compile(r"\bby (?:any|every|all)\b|\bvon (?:allen|jede\w*)\b", re.IGNORECASE)
_OF_ANYBODY = re.compile(r"\b(?:anybody|anyone|nobody|no one|any (?:\w+ )?user|niemand\w*)\b", re.IGNORECASE)
_YET = re.compile(r"\b(?:not yet|noch nicht|noch keine?[nmrs]?|pas encore)\b", re.IGNORECASE)
# A denial says itself what it denies; what merely does not deny is a yes only where it surely answers.
_SURE_OF_YES = 0.75
# Enough where the sentence has all of what is asked, or reserves something.
_SURE_OF_PART = 0.62
# The share of the question's words that a sentence has to have of its own to say yes to it.
_OWN_SHARE = 0.3
_MOST = 0.5
# The share of the thing asked for whose want makes a yes none, and a reserved one.
_THIRD, _HALF = 1 / 3, 0.5


@dataclass(frozen=True)
class Reply:
    """A part of the question with the sentence that answers it, and the headings it stands under.

    `confidence` is how surely it answers. `plain` is False for a whole list, which may say yes to one thing
    and no to another. `cells` are those of a table's row. `beside` are other sentences that were found for the part.
    `whole` is the question with all of its parts.
    """

    part: QuestionPart
    text: str
    context: str = ""
    confidence: float = 1.0
    plain: bool = True
    cells: Sequence[Cell] = ()
    beside: Sequence[str] = ()
    whole: str = ""


def read_reply(reply: Reply) -> Meaning | None:
    """What the sentence says to its yes-or-no part; None where code cannot tell."""
    if not reply.plain:
        return None
    if not _names_all_labels(reply):
        if not reply.part.is_denied_in_general(reply.text):
            return None
        reply = replace(reply, part=reply.part.without_labels())
        return "no" if _read_plainly(reply) == "no" else None
    text = without_denied_ends(reply.text, asked=reply.part.text, as_well=True)
    text = without_other_cases(reply.part.text, reply.part.subject, clause_on(reply.part.labels, text))
    meant = clause_asked_for(reply.part.text, reply.part.folded_subject, text)
    context = reply.context if meant == text else f"{reply.context} {text}"
    reply = replace(reply, text=meant, context=context)
    return _read_plainly(reply) or _read_roundabout(reply)


def _read_roundabout(reply: Reply) -> Meaning | None:
    part, answer = reply.part, reply.text
    if is_kept_from(part.text, part.subject, answer):
        sure = reply.confidence >= _SURE_OF_YES and not speaks_of_another(
            part.subject, answer, context=reply.context
        )
        return "yes" if sure else None
    if says_no(part.text, part.subject, answer, context=reply.context) and not affirmed_beside(
        reply.part.subject, reply.beside
    ):
        return None if part.requirement and part.negated else "no"
    return None


def _read_plainly(reply: Reply) -> Meaning | None:
    if reply.part.negated:
        return "yes" if _denies_the_same(reply) else None
    if reply.cells:
        cells = cells_asked_for(reply.part.text, with_its_subject(reply.cells))
        reply = replace(reply, text=row_text(cells))
        values = [value for name, value in cells[1:] if not is_a_note(name)] or [
            value for _, value in cells[1:]
        ]
        said = {bare_reading(value) for value in values}
        if said and "" not in said:
            meaning = _of_cells(said)
            if meaning == "yes" and len(cells) == len(with_its_subject(reply.cells)):
                reply = replace(reply, part=replace(reply.part, text=without_every_column(reply.part.text)))
            noted = any(has_caveat(value) for name, value in cells[1:] if is_a_note(name))
            return _within_limits(reply, "partly" if meaning == "yes" and noted else meaning)
        if any(is_a_sign(value) for value in values):
            return None
        if "no" in said:
            return _within_limits(reply, "partly")
        if differ_about(reply.part.folded_subject, cells):
            return _within_limits(reply, "partly")
    return _within_limits(reply, _of_text(reply))


def _of_cells(said: Collection[str]) -> Meaning | None:
    """What cells say together of which each is a plain yes or no."""
    for meaning in ("yes", "no"):
        if set(said) == {meaning}:
            return meaning
    if set(said) <= {"no", "planned"}:
        return "not yet"
    return "partly" if "yes" in said or "partly" in said else None


def _of_text(reply: Reply) -> Meaning | None:
    part, answer = reply.part, reply.text
    within = bounds_hold(part.text, answer)
    if asks_for_a_limit(part.text) and denies_a_limit(answer):
        return None if part.requirement else "no"
    if is_negated(answer):
        if denies_one_of_two(part.text, answer):
            return "partly"
        if not is_negated(without_denied_ends(answer, asked=part.text)):
            return None
        if _YET.search(answer) and denies_what_is_asked(part.text, _YET.sub("not ", answer)):
            return "not yet" if PLANNED.search(answer) else "no"
        denied = within is None and not numbers_differ(part.text, answer)
        return "no" if denied and denies_what_is_asked(part.text, answer) else None
    if says_it_is_over(answer, asked=part.text) or says_it_is_not_ours_yet(answer, asked=part.text):
        return None
    if within is False or not values_hold(part.text, answer):
        return "no" if falls_short(part.text, answer) and _is_of_the_same(reply) else None
    if says_it_is_planned(answer, asked=part.text):
        return "not yet" if is_only_planned(part.folded_subject, answer) else "planned"
    if has_caveat(without_echoed_only(part.text, answer)) and within is None:
        return "no" if frees_from_a_duty(part.text, answer) else "partly"
    if sets_a_condition(f"{part.text} {reply.whole}", answer):
        return "partly"
    return "partly" if is_for_some_editions(f"{part.text} {reply.whole}", answer) else "yes"


def _is_of_the_same(reply: Reply) -> bool:
    """Whether a figure that misses what is asked for is of the thing asked for, and no other sentence has a better."""
    part = reply.part
    return (
        reply.confidence >= _SURE_OF_PART
        and not leaves_too_much_out(part.text, part.folded_subject, f"{reply.context} {reply.text}")
        and not any(
            bounds_hold(part.text, text) and not left_out(part.folded_subject, text) for text in reply.beside
        )
    )


def _within_limits(reply: Reply, meaning: Meaning | None) -> Meaning | None:
    """The meaning where nothing says that the sentence speaks of something else than the part."""
    if meaning is None or speaks_of_another(reply.part.subject, reply.text, context=reply.context):
        return None
    if is_of_another_party(reply.part.text, reply.text, context=reply.context):
        return None
    if meaning == "no":
        denied = denies_the_thing(reply.part, reply.text, context=reply.context, whole=reply.whole)
        return meaning if denied else None
    said = f"{reply.context} {reply.text}"
    whole = not left_out(reply.part.folded_subject, said)
    sure = _SURE_OF_PART if whole or meaning == "not yet" else _SURE_OF_YES
    if asks_for_absence(reply.part.text) or reply.confidence < sure:
        return None
    if not _says_enough(reply) or denied_beside(reply.part.subject, reply.text, reply.beside):
        return None
    least = _HALF if meaning == "partly" else _THIRD
    if meaning != "not yet" and leaves_too_much_out(
        reply.part.text, reply.part.folded_subject, said, share=least
    ):
        return None
    if meaning == "yes" and told_beside(reply.part.folded_subject, said, reply.beside):
        return None
    if meaning == "yes" and asks_for_all(reply.part.text, reply.text):
        return None
    if meaning == "not yet" and affirmed_beside(reply.part.subject, reply.beside):
        return "planned"
    return meaning


def _denies_the_same(reply: Reply) -> bool:
    """Whether "shall not ...", or "is it true that no ...", is met by a sentence that denies that very thing."""
    part, answer = reply.part, reply.text
    if not (part.requirement or _IS_IT_TRUE.match(part.text)) or reply.confidence < _SURE_OF_YES:
        return False
    denials = (len(denials_of(part.text)), len(denials_of(answer)))
    if denials != (1, 1) or has_caveat(answer) or _FOR_NOW.search(answer):
        return False
    asked = content_words(_IS_IT_TRUE.sub("", part.subject))
    if any(thing_words(part.subject) <= content_words(thing) for thing in denied_things(answer)):
        # "There are no default passwords": of whatever it is that shall have none.
        asked &= content_words(answer)
    elif _BY_ANYBODY.search(part.text) and _OF_ANYBODY.search(answer) and not is_for_some(answer):
        asked -= content_words("user users")
    own = asked & content_words(answer)
    return (
        asked <= own | content_words(reply.context)
        and len(own) >= _MOST * len(asked)
        and not numbers_differ(part.text, answer)
        and not speaks_of_another(part.subject, answer, context=reply.context)
    )


def _says_enough(reply: Reply) -> bool:
    """Whether the sentence itself has enough of what is asked; its headings alone make no yes of it."""
    asked = content_words(mask_frequencies(reply.part.folded_subject)) - content_words(
        " ".join(reply.part.labels)
    )
    shared = asked & content_words(reply.text)
    return not asked or len(shared) >= _OWN_SHARE * len(asked)


def _names_all_labels(reply: Reply) -> bool:
    """A sentence about one standard says nothing of another."""
    there = f"{reply.context} {reply.text}".casefold()
    return all(label.casefold() in there for label in reply.part.labels)
