"""Points that say the same, said once: within a document's parts, and across the documents of a request."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from rag.services.quantities import find_quantities
from rfp_manager.tenders.points import Point, Section

# Two points with so many of their words in common, and the same numbers, say the same.
_SAME_WORDS = 0.85
_WORD = re.compile(r"[^\W_]+")


@dataclass
class Merged:
    """One thing that is said, and everywhere it is: the sources are documents' ids with the point made there."""

    point: Point
    sources: list[tuple[int, Point]] = field(default_factory=list)


@dataclass(frozen=True)
class _Features:
    words: frozenset[str]
    numbers: frozenset[Decimal]

    def same_as(self, other: "_Features") -> bool:
        if self.numbers != other.numbers:
            return False
        shared = len(self.words & other.words)
        return shared >= _SAME_WORDS * (len(self.words | other.words) or 1)


def _features(point: Point) -> _Features:
    words = frozenset(_WORD.findall(point.text.casefold()))
    return _Features(words, frozenset(quantity.value for quantity in find_quantities(point.text)))


def merge_points(documents: Iterable[tuple[int, Sequence[Point]]]) -> dict[str, list[Merged]]:
    """The points of several documents, in the sections' order; the first to say a thing gives it its words."""
    found: dict[str, list[tuple[_Features, Merged]]] = {section.value: [] for section in Section}
    for document, points in documents:
        for point in points:
            rows = found.setdefault(point.topic, [])
            features = _features(point)
            same = next((merged for other, merged in rows if other.same_as(features)), None)
            if same is None:
                same = Merged(point)
                rows.append((features, same))
            place = (document, point.page, point.block)
            if place not in {(number, known.page, known.block) for number, known in same.sources}:
                same.sources.append((document, point))
    return {topic: [merged for _, merged in rows] for topic, rows in found.items() if rows}


def fold_points(points: Sequence[Point]) -> list[Point]:
    """The points of one document without those that repeat another, by section."""
    return [merged.point for rows in merge_points([(0, points)]).values() for merged in rows]
