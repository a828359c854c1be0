"""Which question of a workbook's new version is which of the old: pure comparison, no database.

Text decides before identifiers do, for a row inserted at the top renumbers all below it.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rag.services.similarity import normalised

Vectors = Callable[[Sequence[str]], np.ndarray]

# From here two texts are one question reworded; less will do under the same identifier or between the
# same neighbours.
_REWORDED = 0.78
_SAME_IDENTIFIER = 0.5
_SAME_PLACE = 0.6
_CANDIDATES = 20


@dataclass(frozen=True)
class Asked:
    """One question as a workbook asks it, in its order; `pk` is the row's, 0 for one not imported yet."""

    sheet: str
    row: int
    identifier: str
    section: str
    text: str
    answers: list[dict[str, Any]]
    pk: int = 0


@dataclass(frozen=True)
class Pair:
    """An old and a new question (by index) that are one; `moved`: elsewhere among the others, not just lower."""

    old: int
    new: int
    reworded: bool
    moved: bool


def match_questions(old: Sequence[Asked], new: Sequence[Asked], *, vectors: Vectors) -> list[Pair]:
    """Pair each old question with at most one new one, in the new order. `vectors` gives unit rows for texts."""
    matching = _Matching(old, new)
    matching.pair_equal(lambda asked: (asked.sheet, asked.identifier, normalised(asked.text)))
    matching.pair_equal(
        lambda asked: (asked.identifier, normalised(asked.text)) if asked.identifier else None
    )
    matching.pair_equal(lambda asked: (asked.sheet, asked.section, normalised(asked.text)))
    matching.pair_equal(lambda asked: (asked.sheet, normalised(asked.text)))
    matching.pair_equal(lambda asked: normalised(asked.text))
    same_text = dict(matching.pairs)
    matching.pair_near(vectors)
    moved = _moved(old, new, matching.pairs)
    return [
        Pair(before, after, before not in same_text, before in moved)
        for before, after in sorted(matching.pairs.items(), key=lambda pair: pair[1])
    ]


class _Matching:
    def __init__(self, old: Sequence[Asked], new: Sequence[Asked]) -> None:
        self.old, self.new = old, new
        self.pairs: dict[int, int] = {}

    def left(self) -> tuple[list[int], list[int]]:
        taken = set(self.pairs.values())
        return (
            [index for index in range(len(self.old)) if index not in self.pairs],
            [index for index in range(len(self.new)) if index not in taken],
        )

    def pair_equal(self, key: Callable[[Asked], Hashable | None]) -> None:
        """Pair what is left and has the same key; several of one key pair in their order."""
        left_old, left_new = self.left()
        waiting: dict[Hashable, list[int]] = {}
        for index in reversed(left_new):
            waiting.setdefault(key(self.new[index]), []).append(index)
        waiting.pop(None, None)
        for index in left_old:
            if same := waiting.get(key(self.old[index])):
                self.pairs[index] = same.pop()

    def pair_near(self, vectors: Vectors) -> None:
        """Pair what is left by likeness of text, the surest first."""
        left_old, left_new = self.left()
        if not left_old or not left_new:
            return
        texts = [self.old[index].text for index in left_old] + [self.new[index].text for index in left_new]
        rows = vectors(texts)
        scores = rows[: len(left_old)] @ rows[len(left_old) :].T
        places_old, places_new = self._places(left_old, left_new)
        candidates = []
        for i, j in _best(scores):
            before, after, score = self.old[left_old[i]], self.new[left_new[j]], float(scores[i, j])
            named = bool(before.identifier) and before.identifier == after.identifier
            placed = places_old[i] == places_new[j]
            if score >= _REWORDED or named or (placed and score >= _SAME_PLACE):
                candidates.append((score + 0.15 * named + 0.1 * placed, -i, -j))
        taken: set[int] = set()
        for _, i, j in sorted(candidates, reverse=True):
            if left_old[-i] not in self.pairs and left_new[-j] not in taken:
                self.pairs[left_old[-i]] = left_new[-j]
                taken.add(left_new[-j])

    def _places(
        self, left_old: Sequence[int], left_new: Sequence[int]
    ) -> tuple[list[Hashable], list[Hashable]]:
        """For each that is left, the new sheet and the neighbour before it, by the pairs known so far."""
        anchors_old, anchors_new = sorted(self.pairs), sorted(self.pairs.values())

        def before(anchors: list[int], index: int) -> int:
            place = bisect_left(anchors, index)
            return anchors[place - 1] if place else -1

        old = [self.pairs.get(before(anchors_old, index), -1) for index in left_old]
        new = [before(anchors_new, index) for index in left_new]
        return (
            [(self.old[index].sheet, anchor) for index, anchor in zip(left_old, old, strict=True)],
            [(self.new[index].sheet, anchor) for index, anchor in zip(left_new, new, strict=True)],
        )


def _best(scores: np.ndarray) -> list[tuple[int, int]]:
    """The cells worth a look, some of each row: texts of one pattern are all alike."""
    columns = np.argsort(-scores, axis=1, kind="stable")[:, :_CANDIDATES]
    rows = np.repeat(np.arange(len(scores)), columns.shape[1])
    enough = scores[rows, columns.ravel()] >= _SAME_IDENTIFIER
    return list(zip(rows[enough].tolist(), columns.ravel()[enough].tolist(), strict=True))


def _moved(old: Sequence[Asked], new: Sequence[Asked], pairs: dict[int, int]) -> set[int]:
    """Old questions that stand on another sheet or in another order; a sheet that was renamed moves nobody."""
    titles = _sheets_by_new_title(old, new, pairs)
    in_order = set(_longest_rising([pairs[index] for index in sorted(pairs)]))
    return {
        before
        for before, after in pairs.items()
        if after not in in_order or titles.get(old[before].sheet) != new[after].sheet
    }


def _sheets_by_new_title(old: Sequence[Asked], new: Sequence[Asked], pairs: dict[int, int]) -> dict[str, str]:
    new_titles = {asked.sheet for asked in new}
    old_titles = {asked.sheet for asked in old}
    titles = {title: title for title in old_titles & new_titles}
    went = Counter((old[before].sheet, new[after].sheet) for before, after in pairs.items())
    for (before, after), _ in went.most_common():
        if before not in titles and after not in old_titles:
            titles[before] = after
    return titles


def _longest_rising(values: Sequence[int]) -> Iterator[int]:
    """The members of one longest rising subsequence (patience sorting), the last one first."""
    tails: list[int] = []
    places: list[int] = []
    for value in values:
        place = bisect_left(tails, value)
        tails[place : place + 1] = [value]
        places.append(place)
    wanted = len(tails) - 1
    for index in range(len(values) - 1, -1, -1):
        if places[index] == wanted:
            yield values[index]
            wanted -= 1
