"""Whether a sentence's denial is of the thing that is asked for: not of another, nor of a part of the answer."""

import re
from collections.abc import Sequence

from rag.services.asked_words import content_words, thing_words
from rag.services.editions import is_for_some_editions
from rag.services.left_out import leaves_too_much_out, left_out
from rag.services.polarity import asks_for_absence, denied_things, denies_twice, has_caveat, is_negated
from rag.services.questions import QuestionPart

_CLAUSE = re.compile(
    r"[;.]\s+|,?\s+\b(?:but|however|aber|mais)\b\s+|,\s+(?=and\b)|"
    r",\s+(?:even )?(?:though|although|whereas|while|yet|obwohl|während|wohingegen|alors que|tandis que)\s+|"
    r",\s+(?=[^,;.]{1,60}?\b(?:hingegen|dagegen|indessen)\b)|"
    # "Phone support is offered, chat is not."
    r",\s+(?!(?:which|who|that|die|der|das|qui|que)\b)(?=(?:[\w-]+\s+){1,4}?(?:is|are|can|may|has|have|does|do|will|ist|"
    r"sind|wird|werden|kann|können|est|sont)\s+(?:not|never|nicht|pas)\b)",
    re.IGNORECASE,
)
# "... but is not certified to it", "...; it is not automatic": denied of what the first half is about.
_BUT_NOT = re.compile(
    r"(?:(?:it|they|this|these) )?(?:is|are|was|were|has|have|does|do|can|will|ist|sind|wird|werden)?\s*"
    r"(?:not|cannot|never|nicht)\b",
    re.IGNORECASE,
)
# What is asked to be done: "is it encrypted", "wird es verschlüsselt".
_DONE = re.compile(r"\b(?:\w{3,}ed|ge\w{3,}t|ver\w{3,}t|\w{2,}iert)\b", re.IGNORECASE)
_LEANS = re.compile(
    r"\W*(?:it|they|this|these|that|those|es|er|sie|dies\w*|ils?|elles?|cela)\b", re.IGNORECASE
)
# Of what the sentence before says.
_OF_THEM = re.compile(
    rf"(?:{_LEANS.pattern})|(?:none|neither|keine[rs]?|aucune?) (?:of|von|d['’]entre)\b", re.IGNORECASE
)
_NOT_DONE = re.compile(r"\b(?:not|cannot|\w+n['’]t|never|nicht|pas)\b\s+([^,;.]+)", re.IGNORECASE)
# "Not muted, only acknowledged": what is done instead reserves nothing.
_INSTEAD = re.compile(r",\s+(?:but )?(?:only|merely|nur|lediglich)\s+[\w-]+(?:\s+[\w-]+)?\W*$", re.IGNORECASE)
# Half of the thing asked for, and more than that.
_HALF, _MORE_THAN_HALF = 0.5, 0.51


def denies_the_thing(part: QuestionPart, text: str, *, context: str, whole: str) -> bool:
    """Whether what is denied is the thing asked for, and not another thing about it, nor one for some editions.

    "Backups are not part of the Basic plan" is no answer to whether they are encrypted, and "personal data is not sent
    abroad" none either. A denial of the general thing answers for its kinds, so that some of it may be left out.
    """
    said = f"{context} {text}"
    if is_for_some_editions(f"{part.text} {whole}", text):
        return False
    missing = left_out(part.folded_subject, said)
    own = thing_words(part.folded_subject) - content_words(" ".join(part.labels))
    if own and own <= missing:
        return False
    done_otherwise = any(left_out(match[1], part.folded_subject) for match in _NOT_DONE.finditer(text))
    # Half of it may be a case of the thing, which "is not supported" in any; "is not sent abroad" is another matter.
    least = _HALF if done_otherwise else _MORE_THAN_HALF
    if not _OF_THEM.match(text) and leaves_too_much_out(part.text, part.folded_subject, said, share=least):
        return False
    return not (done_otherwise and any(content_words(done) & missing for done in _DONE.findall(part.text)))


def denies_what_is_asked(question: str, answer: str) -> bool:
    """Whether the denial is plain, and of the thing asked for: not of another, nor of a part of the answer."""
    if asks_for_absence(question):
        return False
    asked = content_words(question)
    things = denied_things(answer)
    if things and not any(content_words(thing) & asked for thing in things):
        return False
    clauses = [clause for clause in _CLAUSE.split(answer) if clause.strip()]
    # "Trackers by Acme are supported; those by Bolt are not": nearest is what has most of the thing, then of the words.
    thing = thing_words(question)
    nearest = max(
        clauses,
        key=lambda clause: (
            len(content_words(clause) & thing),
            len(content_words(clause) & asked),
            is_negated(clause),
        ),
        default=answer,
    )
    if len(clauses) > 1 and not is_negated(nearest) and _BUT_NOT.match(clauses[-1]):
        affirmed = " ".join(clauses[:-1])
        done = re.findall(r"\w+ed\b", question, re.IGNORECASE)
        denied = content_words(clauses[-1]) & asked - content_words(affirmed)
        return bool(denied) and not any(word.casefold() in affirmed for word in done)
    if len(clauses) > 1 and _stands_elsewhere(question, nearest, clauses):
        return False
    nearest = _INSTEAD.sub("", nearest)
    # "Encrypted with TLS 1.3, and anything below is refused": what is asked for is affirmed, something else is refused.
    return is_negated(nearest) and not (has_caveat(nearest) or denies_twice(nearest))


def _stands_elsewhere(question: str, nearest: str, clauses: Sequence[str]) -> bool:
    """Whether what the question begins with is in a clause that denies nothing, and not in the nearest: "positions are
    not recorded in private mode, while mileage is"."""
    thing = thing_words(question)
    first = next(
        (words for word in re.findall(r"[^\W\d_]{3,}", question) if (words := content_words(word) & thing)),
        set(),
    )
    if _LEANS.match(nearest):
        return False
    return bool(first - content_words(nearest)) and any(
        first <= content_words(clause) and not is_negated(clause) for clause in clauses
    )
