"""Which questions ask the same: identical ones, and those that differ in wording only.

A wrong merge puts an answer under a question that it does not answer, so nearness of meaning alone is
never enough. "30 days" and "90 days", "at rest" and "in transit", a denial and its opposite lie close
together for any embedding model; here every word of content, number, date, denial and kind of question has
to agree, and the vectors only have the last word. Finding the groups takes time in proportion to the
number of texts: they meet in buckets, never pair by pair.
"""

import re
import unicodedata
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from rag.services.features import lexemes_of, vectors_of
from rag.services.polarity import is_negated
from rag.services.quantities import find_dates, find_quantities, mask_dates
from rag.services.questions import split_question

# Below this the same words make another sentence.
MIN_SIMILARITY = 0.8

# Words that say that something is done, not what: "do you have a policy in place", "is there a policy".
_LIGHT = re.compile(
    r"\b(?:have|has|hold|holds|possess(?:es)?|maintain(?:s|ed)?|in place|in use|available|currently|there|"
    r"ensure[sd]?|perform(?:s|ed)?|carry out|carried out|conduct(?:s|ed)?|undertaken?|implement(?:s|ed)?|use[sd]?|"
    r"using|via|through|offer(?:s|ed)?|allow(?:s|ed)?|enable[sd]?|include[sd]?|"
    r"following|overview|brief(?:ly)?|also|within|between)\b",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?<=\d)[,’\u00a0\u202f](?=\d{3}\b)")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being)\b", re.IGNORECASE)
_DIRECTION = re.compile(
    r"\b(?:from|into|to|before|after|than|over|prior|instead|von|nach|vor|de|vers)\b", re.I
)
_VENDOR = re.compile(
    r"^(?:you|your|yours|suppliers?|vendors?|bidders?|tenderers?|contractors?|providers?)$", re.I
)
_CUSTOMER = re.compile(r"^(?:we|us|our|ours|authority|customers?|clients?|buyers?)$", re.I)


@dataclass(frozen=True)
class _Wording:
    """How one text puts its question; `key` agrees for texts that may be the same question."""

    key: Hashable
    order: tuple[str, ...]
    actors: tuple[str, ...]
    acronyms: tuple[str, ...]
    passive: bool
    directed: bool

    @property
    def is_prose(self) -> bool:
        """Whether it says enough to be put otherwise; codes such as "AC-02 (a)" are the same or are not."""
        return sum(word.isalpha() and len(word) > 2 for word in self.order) >= 2


def normalised(text: str) -> str:
    """The text without case, punctuation, layout and width of its characters; equal for identical questions.

    Signs that make a number another one (a decimal point, a percentage, a comparison) are kept.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"(?<!\d)[.,:](?!\d)|(?<=\d)[.,:](?!\d)|(?<!\d)[.,:](?=\d)", " ", plain)
    return " ".join(re.sub(r"[^\w\s.,:%<>≤≥=+#/&$€£-]", " ", plain).replace("_", " ").split()).strip(" -/")


def group_same_questions(texts: Sequence[str]) -> list[list[int]]:
    """Indices of texts that ask the same, each group and the list in order; only groups of two or more.

    Deterministic: the first text of a group is the one that the others are compared with.
    """
    groups = {members[0]: members for members in _identical(texts)}
    for first, others in _near(list(groups), texts).items():
        for other in others:
            groups[first] += groups.pop(other)
    return sorted(sorted(members) for members in groups.values() if len(members) > 1)


def group_identical_questions(texts: Sequence[str]) -> list[list[int]]:
    """As group_same_questions, for texts that differ in case, punctuation and layout only; asks no model."""
    return [members for members in _identical(texts) if len(members) > 1]


def same_question(first: str, second: str) -> bool:
    """Whether two texts ask the same thing."""
    return bool(group_same_questions([first, second]))


def _identical(texts: Sequence[str]) -> list[list[int]]:
    found: dict[str, list[int]] = {}
    for index, text in enumerate(texts):
        found.setdefault(normalised(text) or f"\0{index}", []).append(index)
    return list(found.values())


def _near(candidates: Sequence[int], texts: Sequence[str]) -> dict[int, list[int]]:
    """For the first of each group, the later candidates that ask the same in other words."""
    wordings = dict(zip(candidates, _wordings([texts[index] for index in candidates]), strict=True))
    buckets: dict[Hashable, list[int]] = {}
    for index in candidates:
        if wordings[index].is_prose:
            buckets.setdefault(wordings[index].key, []).append(index)
    crowded = [bucket for bucket in buckets.values() if len(bucket) > 1]
    vectors = _vectors([index for bucket in crowded for index in bucket], texts)
    found: dict[int, list[int]] = {}
    for bucket in crowded:
        left = bucket
        while len(left) > 1:
            first, rest = left[0], left[1:]
            close = np.stack([vectors[index] for index in rest]) @ vectors[first] >= MIN_SIMILARITY
            same = [
                index
                for index, near in zip(rest, close, strict=True)
                if near and _agree(wordings[first], wordings[index])
            ]
            if same:
                found[first] = same
            left = [index for index in rest if index not in set(same)]
    return found


def _vectors(indices: Sequence[int], texts: Sequence[str]) -> dict[int, np.ndarray]:
    return dict(zip(indices, vectors_of([texts[index] for index in indices]), strict=True))


def _agree(one: _Wording, other: _Wording) -> bool:
    """Whether two texts of the same words also say who does what to whom alike."""
    if (one.directed or other.directed) and one.acronyms != other.acronyms:
        return False
    both_sides = set(one.actors) == {"vendor", "customer"} == set(other.actors)
    if one.order == other.order:
        return not both_sides or one.actors == other.actors
    if one.directed or other.directed:
        return False
    return one.actors == other.actors or (one.passive != other.passive and not both_sides)


def _wordings(texts: Sequence[str]) -> list[_Wording]:
    texts = [_THOUSANDS.sub("", text) for text in texts]
    split = [split_question(text) for text in texts]
    subjects = [_LIGHT.sub(" ", " ; ".join(part.subject for part in parts)) for parts in split]
    words = [[word.casefold() for word in _WORD.findall(subject)] for subject in subjects]
    vocabulary = sorted({word for found in words for word in found})
    stems = {
        word: _stem(min(lexemes)) if lexemes else ""
        for word, lexemes in zip(vocabulary, lexemes_of(vocabulary), strict=True)
    }
    return [
        _wording(
            text, tuple((part.closed, part.negated, tuple(sorted(part.asks_for))) for part in parts), order
        )
        for text, parts, order in zip(
            texts,
            split,
            (tuple(filter(None, (stems[word] for word in found))) for found in words),
            strict=True,
        )
    ]


def _wording(text: str, kinds: Hashable, order: tuple[str, ...]) -> _Wording:
    # In their order: "30 days for logs and 90 for backups" is not the same the other way round.
    numbers = tuple((str(q.value), q.unit) for q in find_quantities(mask_dates(text)))
    digits = tuple(re.findall(r"\d+|[<>≤≥]", text))
    # "US" is a place where "us" is a word of no content.
    acronyms = () if text.isupper() else tuple(re.findall(r"\b[A-Z]{2,}\b", text))
    key = (
        kinds, frozenset(order), numbers, digits, frozenset(acronyms), tuple(find_dates(text)), is_negated(text),
    )  # fmt: skip
    actors = [
        "vendor" if _VENDOR.match(word) else "customer"
        for word in _WORD.findall(text)
        if _VENDOR.match(word) or _CUSTOMER.match(word)
    ]
    return _Wording(
        key,
        order,
        actors=tuple(dict.fromkeys(actors)),
        acronyms=acronyms,
        passive=bool(_PASSIVE.search(text)),
        directed=bool(_DIRECTION.search(text)),
    )


def _stem(lexeme: str) -> str:
    """One form for what the index keeps apart: certif(ication) and certifi(ed), organis- and organiz-."""
    lexeme = lexeme.replace("yz", "ys").replace("iz", "is")
    return lexeme.rstrip("aeiouy") if len(lexeme) > 4 else lexeme
