"""Whether an approved answer answers this very question, so that it is offered as it is, and never lost on the way."""

from collections.abc import Sequence

from rag.services.features import lexemes_of, vectors_of
from rag.services.passages import Passage
from rag.services.polarity import is_negated
from rag.services.quantities import find_quantities
from rag.services.verification import stems_of as words_of_content
from rag.services.wordings import subject_of

# As near as this in meaning and in words.
SAME_MEANING = 0.88
_SAME_WORDS = 0.7


def find_nearness(question: str, known: Sequence[str]) -> list[float]:
    """How alike the question and each known one are in meaning; 0 where words, numbers or denials are not.

    From SAME_MEANING on, an answer to the one answers the other. Of the two alone: search compares with a query that
    has moved towards what else the library holds. One query and one batch of vectors, less where the texts were
    asked for before.
    """
    if not known:
        return []
    ours, *theirs = lexemes_of([question, *known])
    alike = [
        text
        for text, words in zip(known, theirs, strict=True)
        if len(ours & words) >= _SAME_WORDS * (len(ours | words) or 1) and _same_numbers(question, text)
    ]
    found: dict[str, float] = {}
    if alike:
        own, *others = vectors_of([question, *alike])
        found = {text: min(1.0, float(own @ other)) for text, other in zip(alike, others, strict=True)}
    return [1.0 if _folded(text) == _folded(question) else found.get(text, 0.0) for text in known]


def leans_on_another(question: str, passages: Sequence[Passage], sentence: str) -> bool:
    """Whether all that a sentence is taken from are answers to other questions, and it leans on those.

    "Yes, by contract." answers what it was written for. For another question a sentence has to name what that one asks
    beyond the first: "in transit", where the first had "at rest". Touches no database.
    """
    asked = words_of_content(subject_of(question)) - words_of_content(sentence)
    return all(
        bool(passage.library_answer_id) and bool(asked - words_of_content(passage.title))
        for passage in passages
    )


def _same_numbers(question: str, known: str) -> bool:
    """The same in every number, and in whether it is denied."""
    return {q.value for q in find_quantities(question)} == {
        q.value for q in find_quantities(known)
    } and is_negated(question) == is_negated(known)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
