"""An approved answer as the draft for a question that asks the same."""

from collections.abc import Sequence

from django.conf import settings

from rag.services.choices import meaning_of, pick_value
from rag.services.coverage import cover_parts
from rag.services.drafts import Draft, DraftCitation, DraftPart, DraftSentence, DraftStatus
from rag.services.evidence import QuestionEvidence
from rag.services.features import lexemes_of, vectors_of
from rag.services.polarity import is_negated
from rag.services.quantities import find_quantities

# An approved answer is offered as it is when its question is this near in meaning and in words.
_SAME_MEANING = 0.88
_SAME_WORDS = 0.7


def reuse_answer(
    question: str,
    evidence: QuestionEvidence,
    allowed: Sequence[str],
    wants_text: bool,
    max_characters: int,
) -> Draft | None:
    """An approved answer to the same question, as it is, or None.

    A person answers for all of it: a part that code does not find in it is called unchecked, not missing.
    """
    answers = [passage for passage in evidence.passages if passage.library_answer_id]
    nearnesses = _nearness(question, [passage.title for passage in answers])
    for passage, nearness in zip(answers, nearnesses, strict=True):
        if nearness < _SAME_MEANING:
            continue
        if len(passage.text) > max_characters:
            continue
        choice = _allowed_choice(passage.choice, allowed)
        status: DraftStatus = "supported" if choice or not allowed else "needs_review"
        sentence = DraftSentence(passage.text, (DraftCitation(passage, passage.text),))
        text = passage.text if wants_text else ""
        covered = cover_parts(evidence, [sentence], threshold=settings.DRAFT_MIN_CONFIDENCE)
        parts = tuple(part if part.covered else DraftPart(part.text, None) for part in covered)
        return Draft(
            text,
            choice,
            status,
            nearness,
            "library",
            "",
            (sentence,),
            parts=parts if len(parts) > 1 else (),
        )
    return None


def _nearness(question: str, known: Sequence[str]) -> list[float]:
    """How alike the question and each known one are in meaning; 0 where words, numbers or denials are not.

    Of the two alone: search compares with a query that has moved towards what else the library holds. One query and
    one batch of vectors, less where the texts were asked for before.
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


def _same_numbers(question: str, known: str) -> bool:
    """The same in every number, and in whether it is denied."""
    return {q.value for q in find_quantities(question)} == {
        q.value for q in find_quantities(known)
    } and is_negated(question) == is_negated(known)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _allowed_choice(choice: str, allowed: Sequence[str]) -> str:
    """An earlier choice in the words of this cell's list; empty when it has nothing of the kind."""
    exact = next((value for value in allowed if value.strip().casefold() == choice.strip().casefold()), "")
    if exact or not choice.strip():
        return exact
    meaning = meaning_of(choice)
    return pick_value(meaning, allowed) if meaning else ""
