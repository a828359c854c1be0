"""Which of many earlier questions may ask the same as one of a few: a cheap sieve before they are compared.

Reading how a question is worded takes a millisecond, and of thousands of earlier ones next to none is asked again.
"""

from collections import Counter
from collections.abc import Sequence

from rag.services.similarity import normalised
from rag.services.wordings import digits_of, stems_of, wordings_of


def may_ask_the_same(questions: Sequence[str], others: Sequence[str]) -> list[int]:
    """Indices of `others` that may ask what one of `questions` asks. None that does is left out.

    Whoever asks the same has the same figures and every stem that the question is about.
    """
    identical = {normalised(text) for text in questions}
    anchored = _by_rarest_stem(questions)
    stems = stems_of(others)
    return [
        index
        for index, text in enumerate(others)
        if normalised(text) in identical or _fits(text, stems[index], anchored)
    ]


# The rarest stem of a question -> its figures and all the stems that it is about.
_Anchors = dict[str, set[tuple[tuple[str, ...], frozenset[str]]]]


def _by_rarest_stem(questions: Sequence[str]) -> _Anchors:
    found = [
        (digits_of(text), frozenset(w.order))
        for text, w in zip(questions, wordings_of(questions), strict=True)
    ]
    counts = Counter(stem for _, stems in found for stem in stems)
    anchored: _Anchors = {}
    for digits, stems in found:
        if stems:
            rarest = min(stems, key=lambda stem: (counts[stem], stem))
            anchored.setdefault(rarest, set()).add((digits, stems))
    return anchored


def _fits(text: str, stems: frozenset[str], anchored: _Anchors) -> bool:
    wanted = [about for stem in stems & anchored.keys() for about in anchored[stem]]
    if not wanted:
        return False
    digits = digits_of(text)
    return any(digits == figures and about <= stems for figures, about in wanted)
