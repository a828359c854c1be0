"""A question's words as the index has them, beside the words that people typed."""

from collections.abc import Collection, Mapping

from rag.services.everyday_words import fold_everyday_words, marks_of
from rag.services.features import lexemes_of


def weights_of_marks(question: str, idf: Mapping[str, float]) -> dict[str, float]:
    """What each everyday word of the question weighs: as much as what stands there for it.

    An expression of several words is one thing still, and weighs as much as its rarest word.
    """
    marks = marks_of(question)
    weights = {}
    for (mark, written), lexemes in zip(marks.items(), lexemes_of(list(marks.values())), strict=True):
        each = [idf.get(word, 0.0) for word in lexemes] or [0.0]
        weights[mark] = max(each) if " " in written.strip() else sum(each)
    return weights


def surface_of(text: str, lexemes: Collection[str]) -> list[str]:
    """The words of `text` that have become these lexemes, as they are written there."""
    words = list(dict.fromkeys(word.strip(".,;:?!()[]\"'“”‘’") for word in text.split()))
    words = [word for word in words if word]
    folded = lexemes_of([fold_everyday_words(word) for word in words])
    return [word for word, own in zip(words, folded, strict=True) if own and own <= frozenset(lexemes)]
