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

import numpy as np

from rag.services.features import vectors_of
from rag.services.wordings import Wording, wordings_of

# Below this the same words make another sentence.
MIN_SIMILARITY = 0.8


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
    return _grouped(texts, weigh=True)


def group_alike_questions(texts: Sequence[str]) -> list[list[int]]:
    """As group_same_questions, on the words alone; asks no model, so what it finds is for a person to judge."""
    return _grouped(texts, weigh=False)


def group_identical_questions(texts: Sequence[str]) -> list[list[int]]:
    """As group_same_questions, for texts that differ in case, punctuation and layout only; asks no model."""
    return [members for members in _identical(texts) if len(members) > 1]


def same_question(first: str, second: str) -> bool:
    """Whether two texts ask the same thing."""
    return bool(group_same_questions([first, second]))


def _grouped(texts: Sequence[str], *, weigh: bool) -> list[list[int]]:
    groups = {members[0]: members for members in _identical(texts)}
    for first, others in _near(list(groups), texts, weigh=weigh).items():
        for other in others:
            groups[first] += groups.pop(other)
    return sorted(sorted(members) for members in groups.values() if len(members) > 1)


def _identical(texts: Sequence[str]) -> list[list[int]]:
    found: dict[str, list[int]] = {}
    for index, text in enumerate(texts):
        found.setdefault(normalised(text) or f"\0{index}", []).append(index)
    return list(found.values())


def _near(candidates: Sequence[int], texts: Sequence[str], *, weigh: bool) -> dict[int, list[int]]:
    """For the first of each group, the later candidates that ask the same in other words.

    `weigh` has the vectors compared too.
    """
    wordings = dict(zip(candidates, wordings_of([texts[index] for index in candidates]), strict=True))
    buckets: dict[Hashable, list[int]] = {}
    for index in candidates:
        if wordings[index].is_prose:
            buckets.setdefault(wordings[index].key, []).append(index)
    crowded = [bucket for bucket in buckets.values() if len(bucket) > 1]
    vectors = _vectors([index for bucket in crowded for index in bucket], texts) if weigh else {}
    found: dict[int, list[int]] = {}
    for bucket in crowded:
        left = bucket
        while len(left) > 1:
            first, rest = left[0], left[1:]
            same = [index for index in rest if _agree(wordings[first], wordings[index])]
            if same and weigh:
                close = np.stack([vectors[index] for index in same]) @ vectors[first] >= MIN_SIMILARITY
                same = [index for index, near in zip(same, close, strict=True) if near]
            if same:
                found[first] = same
            left = [index for index in rest if index not in set(same)]
    return found


def _vectors(indices: Sequence[int], texts: Sequence[str]) -> dict[int, np.ndarray]:
    return dict(zip(indices, vectors_of([texts[index] for index in indices]), strict=True))


def _agree(one: Wording, other: Wording) -> bool:
    """Whether two texts of the same words also say who does what to whom alike."""
    if (one.directed or other.directed) and one.acronyms != other.acronyms:
        return False
    both_sides = set(one.actors) == {"vendor", "customer"} == set(other.actors)
    if one.order == other.order:
        return not both_sides or one.actors == other.actors
    if one.directed or other.directed:
        return False
    return one.actors == other.actors or (one.passive != other.passive and not both_sides)
