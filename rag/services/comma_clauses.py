"""Of clauses that only commas part, the one on what is asked: "REST in all plans, webhooks in Premium only".

The clauses after the first borrow its verb and have a case of their own: "webhooks | in Premium". Which of them answers
is told by the words of the question alone. Where those name no clause of their own, the sentence stays whole, so that
no reservation of the thing asked for is cut off.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.services.asked_words import content_words
from rag.services.everyday_words import fold_everyday_words
from rag.services.left_out import left_out
from rag.services.quantities import find_quantities

_COMMA = re.compile(r",\s+(?:(?:and|und|et)\s+)?")
_CASE_WORD = r"(?:in|for|with|from|by|on|to|at|für|im|ab|mit|bei|auf|nach|pour|dans|avec|en)"
# "webhooks in Premium only", and "for users voluntary": a thing before its case, or the case alone.
_CLAUSE = re.compile(
    rf"^(?P<thing>(?:[\w()/-]+\s+){{0,4}}?)(?P<how>{_CASE_WORD})\s+(?P<case>\S.*)$", re.IGNORECASE
)
# These go on with what is before them.
_GOES_ON = re.compile(
    r"^(?:which|who|whose|where|when|that|so|if|unless|except|including|excluding|such|but|or|not|only|also|both|"
    r"(?:provided|subject|based|depending|charged|\w+ing)\b|welche\w*|wobei|sofern|wenn|falls|aber|oder|"
    rf"nicht|nur|außer|einschließlich|qui|que|dont|où|si|sauf|mais|ou)\b|(?:der|die|das|dem|den)\s+{_CASE_WORD}\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|can|may|will|must|does|do|ist|sind|wird|werden|kann|können|hat|haben|gibt|est|sont)\b",
    re.IGNORECASE,
)


def clause_asked_for(asked: str, subject: str, answer: str) -> str:
    """The one clause of the answer that is meant; the answer itself where none is."""
    clauses = _COMMA.split(answer.rstrip(". "))
    if len(clauses) < 2 or ";" in answer or not _are_parallel(clauses):
        return answer
    best = _named_by(asked, clauses)
    if best is None:
        return answer
    # What the clause leaves out, the first has for it: "is available", "the second factor".
    return (
        answer
        if left_out(subject, f"{clauses[0]} {clauses[best]}" if best else clauses[0])
        else clauses[best]
    )


def _are_parallel(clauses: Sequence[str]) -> bool:
    """Whether the first has a verb and each of the others a case instead, with the same kind of word before it."""
    if not _VERB.search(clauses[0]) or any(_GOES_ON.match(clause) for clause in clauses[1:]):
        return False
    if any(_VERB.search(clause) or not _CLAUSE.match(clause) for clause in clauses[1:]):
        return False
    return all(_cases(one) & _cases(other) for one, other in pairwise(clauses)) or all(
        _borrowing(clause)[0] for clause in clauses[1:]
    )


def _cases(clause: str) -> set[str]:
    found = re.findall(rf"\b{_CASE_WORD}\b", clause, re.IGNORECASE)
    return {
        "in" if word.casefold() in ("in", "im", "with", "mit", "ab") else word.casefold() for word in found
    }


def _named_by(asked: str, clauses: Sequence[str]) -> int | None:
    """Which clause the question names and no other: by its thing where it has one, else by its case.

    The first is named by its case, so that whoever asks of no case in particular is told of all.
    """
    known = _words(asked)
    first, *rest = clauses
    borrowing = [_borrowing(clause) for clause in rest]
    own = [_words(thing or case) for thing, case in borrowing]
    named = [number for number, words in enumerate(own, start=1) if words & known]
    verb = _VERB.search(first)
    begins = _words(first[: verb.start()]) if verb else set()
    if not named:
        cases = re.split(rf"\b{_CASE_WORD}\b\s+", first, flags=re.IGNORECASE)[1:]
        return 0 if _words(" ".join(cases)) & known else None
    if len(named) > 1 or (borrowing[named[0] - 1][0] and begins & known - own[named[0] - 1]):
        return None
    return named[0]


def _words(text: str) -> set[str]:
    """Words of content, whole: "Terminkalender" is no "Terminbuchung"."""
    words = re.findall(r"[^\W_]{2,}", fold_everyday_words(text).casefold())
    return {word.removesuffix("s") for word in words if content_words(word)}


def _borrowing(clause: str) -> tuple[str, str]:
    """The thing and the case of a clause that borrows its verb, as far as it has them."""
    match = _CLAUSE.match(clause)
    if not match:
        return "", ""
    # "Three years in Pro, six months in Basic": how long is no thing of its own.
    measured = bool(find_quantities(match["thing"]))
    return "" if measured else match["thing"].strip(), match["case"]
