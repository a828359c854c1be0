"""An approved answer as the draft for a question that asks the same."""

from collections.abc import Sequence

from django.conf import settings

from rag.services.choices import meaning_of, pick_value
from rag.services.coverage import cover_parts
from rag.services.drafts import Draft, DraftCitation, DraftPart, DraftSentence, DraftStatus
from rag.services.evidence import QuestionEvidence
from rag.services.features import lexemes_of
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
    for passage in evidence.passages:
        nearness = float(passage.explanation.get("dense", 0.0))
        if not passage.library_answer_id or not _same_question(question, passage.title, nearness):
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
            min(1.0, nearness),
            "library",
            "",
            (sentence,),
            parts=parts if len(parts) > 1 else (),
        )
    return None


def _same_question(question: str, known: str, nearness: float) -> bool:
    """The same in meaning, in nearly all words, in every number, and in whether it is denied."""
    if " ".join(question.split()).casefold() == " ".join(known.split()).casefold():
        return True
    ours, theirs = lexemes_of([question, known])
    shared = len(ours & theirs) / (len(ours | theirs) or 1)
    return (
        nearness >= _SAME_MEANING
        and shared >= _SAME_WORDS
        and {q.value for q in find_quantities(question)} == {q.value for q in find_quantities(known)}
        and is_negated(question) == is_negated(known)
    )


def _allowed_choice(choice: str, allowed: Sequence[str]) -> str:
    """An earlier choice in the words of this cell's list; empty when it has nothing of the kind."""
    exact = next((value for value in allowed if value.strip().casefold() == choice.strip().casefold()), "")
    if exact or not choice.strip():
        return exact
    meaning = meaning_of(choice)
    return pick_value(meaning, allowed) if meaning else ""
