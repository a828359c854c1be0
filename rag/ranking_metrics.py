"""How good a ranking is, by the usual measures (as trec_eval computes them)."""

from collections.abc import Mapping, Sequence
from math import log2


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], *, at: int) -> float:
    """Discounted gain of the first `at`, as a share of the best possible; the gain is the grade itself."""
    ideal = _discounted(sorted(grades.values(), reverse=True)[:at])
    return _discounted([grades.get(item, 0) for item in ranking[:at]]) / ideal if ideal else 0.0


def recall(ranking: Sequence[str], grades: Mapping[str, int], *, at: int) -> float:
    """The share of what is relevant that is among the first `at`."""
    return sum(item in grades for item in ranking[:at]) / len(grades) if grades else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int], *, at: int) -> float:
    """One divided by the place of the first relevant one; 0 when it is not among the first `at`."""
    return next((1 / place for place, item in enumerate(ranking[:at], start=1) if item in grades), 0.0)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(place + 1) for place, gain in enumerate(gains, start=1))
