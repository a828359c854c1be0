"""An approved answer as the draft for a question that asks the same."""

from collections.abc import Sequence

from django.conf import settings

from rag.services.choices import meaning_of, pick_value
from rag.services.coverage import cover_parts
from rag.services.drafts import Draft, DraftCitation, DraftPart, DraftSentence, DraftStatus
from rag.services.evidence import QuestionEvidence
from rag.services.same_question import SAME_MEANING, find_nearness


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
    nearnesses = find_nearness(question, [passage.title for passage in answers])
    for passage, nearness in zip(answers, nearnesses, strict=True):
        if nearness < SAME_MEANING:
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


def _allowed_choice(choice: str, allowed: Sequence[str]) -> str:
    """An earlier choice in the words of this cell's list; empty when it has nothing of the kind."""
    exact = next((value for value in allowed if value.strip().casefold() == choice.strip().casefold()), "")
    if exact or not choice.strip():
        return exact
    meaning = meaning_of(choice)
    return pick_value(meaning, allowed) if meaning else ""
