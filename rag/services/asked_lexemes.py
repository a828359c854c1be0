"""A question's words as the index has them, beside the words that people typed."""

from collections.abc import Collection, Mapping

from rag.services.everyday_words import fold_everyday_words, marks_of
from rag.services.features import lexemes_of


def weights_of_marks(question: str, idf: Mapping[str, float]) -> dict[str, float]:
    """What each everyday word of the question weighs: as much as the rarest word that stands there for it.

    An expression of several words is one thing still, however many words it is written in.
    """
    marks = marks_of(question)
    words = lexemes_of(list(marks.values()))
    return {
        mark: max((idf.get(word, 0.0) for word in each), default=0.0)
        for mark, each in zip(marks, words, strict=True)
    }


def surface_of(text: str, lexemes: Collection[str]) -> list[str]:
    """The words of `text` that have become these lexemes, as they are written there."""
    words = list(dict.fromkeys(word.strip(".,;:?!()[]\"'“”‘’") for word in text.split()))
    words = [word for word in words if word]
    folded = lexemes_of([fold_everyday_words(word) for word in words])
    return [word for word, own in zip(words, folded, strict=True) if own and own <= frozenset(lexemes)]
