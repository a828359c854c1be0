"""The same text found several times, put under one of them: copies, and for a person's eyes what nearly is one.

Two passages are nearly identical if nine in ten of their runs of three words are the same, and nothing is different
that would make them contradict each other: every number stands between the same two words in both, and both deny
alike. "99.9 %" against "99.5 %" are two passages, whatever else they have in common. Dates may differ: they are what
the next version of a page changes first. No model is asked; only what shares most of its words is taken apart.
"""

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.services.candidates import Ref
from rag.services.passages import Passage
from rag.services.polarity import denials_of
from rag.services.quantities import NUMBER_WORDS, mask_dates

_SHINGLE = 3
_NEARLY = 0.9
# Fewer words in common, whatever their order, and no more than that many runs of three can be the same.
_SHARED = 0.8
_WORD = re.compile(r"\w+(?:[.,:/'’-]\w+)*|[%€$£<>≤≥=+]")
_NUMBER = re.compile(rf".*\d|(?:{'|'.join(NUMBER_WORDS)})$")


@dataclass(frozen=True)
class _Features:
    """`facts` have to be the same: each number with the words around it, and the denials, as they follow each other."""

    shingles: frozenset[tuple[str, ...]]
    facts: tuple[Hashable, ...]


def fold_repeats(passages: Iterable[Passage], *, nearly: bool, shown: Collection[Ref] = ()) -> list[Passage]:
    """The passages, best first, with what repeats one of them among its `copies` instead of beside it.

    The better one is shown; of two whose scores look alike, the newer. `nearly` also folds what is nearly identical.
    What `shown` names is folded under nothing.
    """
    heads: list[Passage] = []
    places: dict[Hashable, int] = {}
    for passage in passages:
        identity = passage.identity
        place = places.get(identity)
        if place is None and nearly:
            place = next((at for at, head in enumerate(heads) if _nearly_identical(head, passage)), None)
        if place is None or (passage.ref in shown and heads[place].ref in shown):
            place = len(heads)
            heads.append(passage)
        elif passage.ref in shown or (heads[place].ref not in shown and _goes_before(passage, heads[place])):
            heads[place] = _with_copies(passage, heads[place])
        else:
            heads[place] = _with_copies(heads[place], passage)
        places.setdefault(identity, place)
    return heads


def only_in(text: str, other: str) -> list[str]:
    """The words of a text that another one does not have, or not so often; as they are written, in their order."""
    left = Counter(word.casefold() for word in _WORD.findall(text))
    left -= Counter(word.casefold() for word in _WORD.findall(other))
    words = []
    for word in _WORD.findall(text):
        if left[word.casefold()] > 0:
            left[word.casefold()] -= 1
            words.append(word)
    return words


def _nearly_identical(head: Passage, passage: Passage) -> bool:
    """An answer is, only to an answer to the same question with the same choice."""
    if bool(head.library_answer_id) != bool(passage.library_answer_id):
        return False
    if head.library_answer_id and head.identity[:2] != passage.identity[:2]:
        return False
    ours, theirs = _words(head.text), _words(passage.text)
    most = max(len(ours), len(theirs))
    if min(len(ours), len(theirs)) < _SHARED * most or len(ours & theirs) < _SHARED * most:
        return False
    one, other = _features(head.text), _features(passage.text)
    shared = len(one.shingles & other.shingles)
    least = _NEARLY * (len(one.shingles) + len(other.shingles) - shared)
    return shared > 0 and shared >= least and one.facts == other.facts


def _goes_before(passage: Passage, head: Passage) -> bool:
    """Whether it is the newer one of two with the same score, as scores are shown."""
    if round(passage.score, 2) != round(head.score, 2) or not (passage.changed_at and head.changed_at):
        return False
    return passage.changed_at > head.changed_at


def _with_copies(head: Passage, other: Passage) -> Passage:
    copies = (*head.copies, replace(other, copies=()), *other.copies)
    return replace(head, copies=copies)


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


@lru_cache(maxsize=4096)
def _features(text: str) -> _Features:
    words = _WORD.findall(mask_dates(text).casefold())
    shingles = frozenset(zip(*(words[start:] for start in range(_SHINGLE)), strict=False))
    facts = [tuple(words[max(at - 1, 0) : at + 2]) for at, word in enumerate(words) if _NUMBER.match(word)]
    return _Features(shingles, (*facts, *(denial.casefold() for denial in denials_of(text))))
