"""Sentences that say nothing without the one before: "They are stored in a second data centre."

Quoted alone such a sentence would be said of whatever was asked about, so it goes together with what it leans on.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.services.sentences import Sentence, split_sentences

_LEANS = re.compile(
    r"(?:it|they|these|those|this|he|she|both|such|es|er|diese[rsnm]?|beide|dabei|dafür|darin|ils?|elles?|cela|ceux-ci)\b|"
    # "No notice is given.": of what, the sentence before says.
    r"(?:no|none|neither|keine?[rns]?|aucune?)\b(?:\s+[^\s.;:]+){1,3}\W*$",
    re.IGNORECASE,
)
# A chain of such sentences is followed no further back.
_MOST = 3


@lru_cache(maxsize=4096)
def with_what_they_lean_on(text: str) -> tuple[tuple[Sentence, str], ...]:
    """A passage's citable units, those that lean together with the sentences of their paragraph that they lean on.

    With each comes what it says itself: all of it, or its last sentence.
    """
    units = split_sentences(text)
    return tuple((_joined(text, units, number), unit.text) for number, unit in enumerate(units))


def leans(sentence: str) -> bool:
    return bool(_LEANS.match(sentence))


def _joined(text: str, units: Sequence[Sentence], number: int) -> Sentence:
    last = first = units[number]
    words = [last.text]
    for before in reversed(units[max(0, number - _MOST + 1) : number]):
        if not leans(first.text) or not _adjoin(text, before, first):
            break
        first = before
        words.insert(0, before.text)
    if first is last:
        return last
    quote = text[first.start : last.end]
    return Sentence(" ".join(words), quote, first.start, last.end, last.kind, last.heading)


def _adjoin(text: str, before: Sentence, after: Sentence) -> bool:
    """Whether they stand in one paragraph, with nothing in between."""
    between = text[before.end : after.start]
    plain = before.kind == after.kind and after.kind in ("prose", "item")
    return plain and not between.strip() and "\n" not in between and not before.text.endswith((":", "?"))
