"""An approved answer as the draft for a question that asks the same, or for a person to compare."""

from collections.abc import Iterator, Sequence

from django.conf import settings

from rag.services.choices import meaning_of, pick_value
from rag.services.coverage import cover_parts
from rag.services.drafts import Draft, DraftCitation, DraftPart, DraftSentence, DraftStatus
from rag.services.evidence import QuestionEvidence
from rag.services.passages import Passage
from rag.services.same_question import SAME_MEANING, find_nearness
from rag.services.similarity import same_question


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
    for passage, nearness in _near_answers(question, evidence, max_characters):
        if nearness == 1.0 or same_question(question, passage.title):
            choice = _allowed_choice(passage.choice, allowed)
            status: DraftStatus = "supported" if choice or not allowed else "needs_review"
            return _draft(passage, nearness, evidence, choice, status, wants_text)
    return None


def offer_near_answer(
    question: str, evidence: QuestionEvidence, wants_text: bool, max_characters: int
) -> Draft | None:
    """An approved answer to a question much like this one, for a person to look at, where nothing else answers it.

    Nearness is not sameness ("at rest", "in transit"), so nothing is chosen by it.
    """
    for passage, nearness in _near_answers(question, evidence, max_characters):
        return _draft(passage, nearness, evidence, "", "needs_review", wants_text)
    return None


def _near_answers(
    question: str, evidence: QuestionEvidence, max_characters: int
) -> Iterator[tuple[Passage, float]]:
    answers = [passage for passage in evidence.passages if passage.library_answer_id]
    nearnesses = find_nearness(question, [passage.title for passage in answers])
    for passage, nearness in zip(answers, nearnesses, strict=True):
        if nearness >= SAME_MEANING and len(passage.text) <= max_characters:
            yield passage, nearness


def _draft(
    passage: Passage,
    nearness: float,
    evidence: QuestionEvidence,
    choice: str,
    status: DraftStatus,
    wants_text: bool,
) -> Draft:
    sentence = DraftSentence(passage.text, (DraftCitation(passage, passage.text),))
    covered = cover_parts(evidence, [sentence], threshold=settings.DRAFT_MIN_CONFIDENCE)
    parts = tuple(part if part.covered else DraftPart(part.text, None) for part in covered)
    return Draft(
        passage.text if wants_text else "",
        choice,
        status,
        nearness,
        "library",
        "",
        (sentence,),
        parts=parts if len(parts) > 1 else (),
    )


def _allowed_choice(choice: str, allowed: Sequence[str]) -> str:
    """An earlier choice in the words of this cell's list; empty when it has nothing of the kind."""
    exact = next((value for value in allowed if value.strip().casefold() == choice.strip().casefold()), "")
    if exact or not choice.strip():
        return exact
    meaning = meaning_of(choice)
    return pick_value(meaning, allowed) if meaning else ""
