"""A drafted answer from the library alone: an approved answer as it is, else one from the passages found.

With a language model set, it writes (`llm_drafting`); without one, sentences are quoted. Either way nothing is
claimed that no passage says. What cannot be answered so is given up, with what is missing.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.conf import settings

from rag.services.choices import Reply, choose
from rag.services.coverage import cover_parts, is_sure_enough, missing_parts
from rag.services.drafts import Draft, DraftCitation, DraftPart, DraftSentence, DraftStatus
from rag.services.evidence import Evidence, QuestionEvidence, gather_evidence
from rag.services.features import lexemes_of
from rag.services.filters import SearchFilters
from rag.services.language_model import LanguageModel, find_language_model, get_llm_provider
from rag.services.llm_drafting import DraftOrder
from rag.services.llm_prompts import Wish
from rag.services.reuse import offer_near_answer, reuse_answer
from rag.services.same_question import leans_on_another
from rag.services.verification import verify_sentence

__all__ = [
    "Draft",
    "DraftCitation",
    "DraftOrder",
    "DraftSentence",
    "Wish",
    "begin_draft",
    "begin_draft_from",
    "draft_answer",
    "draft_answer_within",
]

MAX_CHARACTERS = 1500
_MOST_SENTENCES = 4
# A further sentence for the same part has to be nearly as good as the first, and say something else.
_NEARLY = 0.92
_REPEATS = 0.75
_RUNNERS_UP = 8
# A sentence that begins so says nothing without the one before it.
_LEANS = re.compile(
    r"(?:it|they|these|those|this|he|she|both|such|es|sie|diese[rs]?|ils?|elles?|cela)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class _Selection:
    """The answering sentence of each answered part, by its number, and all sentences to quote.

    `said_by` is the quoted sentence that answers the part: the best itself, or one that says the same.
    """

    best: dict[int, Evidence]
    said_by: dict[int, Evidence]
    sentences: list[Evidence]


def draft_answer(
    question: str,
    *,
    solutions: Collection[int],
    allowed: Sequence[str] = (),
    wants_text: bool = True,
    max_characters: int = MAX_CHARACTERS,
) -> Draft:
    """Draft an answer to `question` from what the solutions in scope say.

    `allowed` are the values of its choice cell (none: no choice is made); a value is chosen only
    when the cited sentences bear it out. `wants_text` False leaves the text empty and keeps the
    sentences as proof of the choice. Below settings.DRAFT_MIN_CONFIDENCE a quoted draft is `no_answer`.
    Raises core.storage.StorageError, rag.providers.embedding.EmbeddingError, rag.providers.llm.LLMError.
    """
    begun = begin_draft(
        question, solutions=solutions, allowed=allowed, wants_text=wants_text, max_characters=max_characters
    )
    return begun.write() if isinstance(begun, DraftOrder) else begun


def draft_answer_within(question: str, *, filters: SearchFilters) -> Draft:
    """As `draft_answer`, for a question without cells, from what the filters let through."""
    begun = begin_draft_from(question, gather_evidence(question, filters=filters))
    return begun.write() if isinstance(begun, DraftOrder) else begun


def begin_draft(
    question: str,
    *,
    solutions: Collection[int],
    allowed: Sequence[str] = (),
    wants_text: bool = True,
    max_characters: int = MAX_CHARACTERS,
    wish: Wish | None = None,
    context: Sequence[str] = (),
    model: LanguageModel | None = None,
) -> Draft | DraftOrder:
    """What needs database and store of `draft_answer`: the draft itself, or the order for a language model's.

    A `wish` about how it is written needs a language model, and is never met by an approved answer as it is.
    `context` is what the customer says about the question: a language model reads it, and nothing is claimed by it.
    `model` is the language model of a run that found out before; otherwise it is asked for here. Raises LLMError where
    it cannot be asked at all.
    """
    evidence = gather_evidence(question, filters=SearchFilters(solutions=solutions))
    return begin_draft_from(
        question,
        evidence,
        allowed=allowed,
        wants_text=wants_text,
        max_characters=max_characters,
        wish=wish,
        context=context,
        model=model,
    )


def begin_draft_from(
    question: str,
    evidence: QuestionEvidence,
    *,
    allowed: Sequence[str] = (),
    wants_text: bool = True,
    max_characters: int = MAX_CHARACTERS,
    wish: Wish | None = None,
    context: Sequence[str] = (),
    model: LanguageModel | None = None,
) -> Draft | DraftOrder:
    """`begin_draft` once the search is done."""
    reused = None if wish else reuse_answer(question, evidence, allowed, wants_text, max_characters)
    if reused is not None:
        return reused
    if not evidence.passages:
        return _quote(evidence, allowed, wants_text, max_characters)
    model = model or find_language_model()
    provider = get_llm_provider(model)
    if provider is not None:
        return DraftOrder(
            provider,
            question,
            evidence,
            tuple(allowed),
            wants_text,
            max_characters,
            wish,
            tuple(context),
            model.drafting_style,
        )
    draft = _quote(evidence, allowed, wants_text, max_characters)
    near = None
    if draft.status == "no_answer" and not wish:
        near = offer_near_answer(question, evidence, wants_text, max_characters)
    return near or draft


def _quote(
    evidence: QuestionEvidence, allowed: Sequence[str], wants_text: bool, max_characters: int
) -> Draft:
    """The extractive draft: sentences of the passages, each of which answers a part."""
    threshold = settings.DRAFT_MIN_CONFIDENCE
    selection = _select(evidence, threshold, max_characters)
    confidence = _confidence(evidence, selection)
    sentences = tuple(_cite(chosen) for chosen in selection.sentences)
    covered = _parts(evidence, selection, sentences, threshold)
    missing = missing_parts(evidence, covered)
    parts = covered if len(covered) > 1 else ()
    if not selection.sentences:
        return Draft("", "", "no_answer", confidence, "extractive", missing, (), parts=parts)
    asked = " ".join(part.part.text for part in evidence.parts)
    borrowed = any(leans_on_another(asked, [s.citations[0].passage], s.text) for s in sentences)
    choice = "" if borrowed else _choice(evidence, selection, allowed)
    verified = all(verify_sentence(s.text, s.citations[0].passage.text).supported for s in sentences)
    complete = not missing and not borrowed and (choice or not allowed)
    text = " ".join(_ended(sentence.text) for sentence in sentences) if wants_text else ""
    status: DraftStatus = "supported" if verified and complete else "needs_review"
    return Draft(text, choice, status, confidence, "extractive", missing, sentences, parts=parts)


def _select(evidence: QuestionEvidence, threshold: float, max_characters: int) -> _Selection:
    """The best sentence for each part that has one, then others that are nearly as good and say more."""
    selection = _Selection({}, {}, [])
    for number, part in enumerate(evidence.parts):
        best = part.found[0] if part.found else None
        if best is None or not is_sure_enough(best, part.part, threshold):
            continue
        same = _repeated(best, selection.sentences)
        if same is None:
            if not _fits(best, selection.sentences, max_characters):
                continue
            selection.sentences.append(best)
        selection.best[number], selection.said_by[number] = best, same or best
    for number, best in selection.best.items():
        for candidate in evidence.parts[number].found[1:_RUNNERS_UP]:
            if len(selection.sentences) >= _MOST_SENTENCES or candidate.rank < _NEARLY * best.rank:
                break
            if candidate.confidence < threshold or _LEANS.match(candidate.sentence.text):
                continue
            if _repeated(candidate, selection.sentences):
                continue
            if _fits(candidate, selection.sentences, max_characters):
                selection.sentences.append(candidate)
    selection.sentences.sort(key=lambda chosen: _reading_order(chosen, evidence))
    return selection


def _fits(candidate: Evidence, chosen: Sequence[Evidence], max_characters: int) -> bool:
    used = sum(len(other.sentence.text) + 2 for other in chosen)
    return used + len(candidate.sentence.text) + 1 <= max_characters


def _repeated(candidate: Evidence, chosen: Sequence[Evidence]) -> Evidence | None:
    """The chosen sentence that is the same place, or says the same in nearly the same words."""
    words = lexemes_of([candidate.sentence.text, *(other.sentence.text for other in chosen)])
    for other, known in zip(chosen, words[1:], strict=True):
        if candidate.passage.ref == other.passage.ref and candidate.sentence.overlaps(other.sentence):
            return other
        if len(words[0] & known) >= _REPEATS * min(len(words[0]), len(known)):
            return other
    return None


def _reading_order(chosen: Evidence, evidence: QuestionEvidence) -> tuple[int, int, int]:
    """By the part of the question, then as the passages rank, then as they stand in their passage."""
    parts = [number for number, part in enumerate(evidence.parts) if chosen in part.found[:_RUNNERS_UP]]
    return (parts[0] if parts else 0, evidence.passages.index(chosen.passage), chosen.sentence.start)


def _confidence(evidence: QuestionEvidence, selection: _Selection) -> float:
    """The mean over the answered parts; where none is answered, what the best came to."""
    answered = [best.confidence for best in selection.best.values()]
    if answered:
        return sum(answered) / len(answered)
    return max((part.found[0].confidence for part in evidence.parts if part.found), default=0.0)


def _choice(evidence: QuestionEvidence, selection: _Selection, allowed: Sequence[str]) -> str:
    """The choice that the answering sentences bear out together."""
    if not allowed:
        return ""
    replies = [
        Reply(
            evidence.parts[number].part,
            best.sentence.text,
            context=best.passage.context,
            confidence=best.confidence,
            plain=best.sentence.kind != "list",
        )
        for number, best in sorted(selection.best.items())
    ]
    answering = [best.sentence for best in selection.best.values()]
    others = [chosen.sentence.text for chosen in selection.sentences if chosen.sentence not in answering]
    return choose(replies, others, allowed, complete=len(replies) == len(evidence.parts))


def _parts(
    evidence: QuestionEvidence, selection: _Selection, sentences: Sequence[DraftSentence], threshold: float
) -> tuple[DraftPart, ...]:
    """Every part with the sentences that answer it; of what was chosen for a part, all of it does."""
    parts = []
    for number, part in enumerate(cover_parts(evidence, sentences, threshold=threshold)):
        said_by = selection.said_by.get(number)
        chosen = {selection.sentences.index(said_by)} if said_by else set()
        answering = tuple(sorted(chosen | set(part.sentences)))
        parts.append(DraftPart(part.text, bool(answering), answering))
    return tuple(parts)


def _cite(chosen: Evidence) -> DraftSentence:
    return DraftSentence(chosen.sentence.text, (DraftCitation(chosen.passage, chosen.sentence.quote),))


def _ended(text: str) -> str:
    return text if text[-1:] in ".!?" else f"{text}."
