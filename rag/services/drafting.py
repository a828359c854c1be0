"""A drafted answer from the library alone: an approved answer as it is, else one from the passages found.

With a language model set, it writes (`llm_drafting`); without one, sentences are quoted. Either way nothing is
claimed that no passage says. What cannot be answered so is given up, with what is missing.
"""

from collections.abc import Collection, Sequence

from django.conf import settings

from rag.services.choices import choose
from rag.services.coverage import cover_parts, missing_parts
from rag.services.drafts import Draft, DraftCitation, DraftPart, DraftSentence, DraftStatus
from rag.services.evidence import Evidence, QuestionEvidence, gather_evidence
from rag.services.filters import SearchFilters
from rag.services.instead import settle
from rag.services.language_model import LanguageModel, find_language_model, get_llm_provider
from rag.services.llm_drafting import DraftOrder
from rag.services.llm_prompts import Wish
from rag.services.other_things import speaks_of_another
from rag.services.readings import Reply
from rag.services.reuse import offer_near_answer, reuse_answer
from rag.services.same_question import leans_on_another
from rag.services.selection import NEARLY, Selection, select_sentences
from rag.services.sentences import Sentence
from rag.services.table_cells import cells_asked_for, row_text
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
# How far down what was found for a part is searched for a denial.
_BESIDE = 16


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
    selection = select_sentences(evidence, threshold, max_characters)
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
    beside = any(_is_beside(evidence, number, best) for number, best in selection.best.items())
    verified = all(verify_sentence(s.text, s.citations[0].passage.text).supported for s in sentences)
    complete = not (missing or borrowed or beside) and (choice or not allowed)
    text = " ".join(_ended(sentence.text) for sentence in sentences) if wants_text else ""
    status: DraftStatus = "supported" if verified and complete else "needs_review"
    return Draft(text, choice, status, confidence, "extractive", missing, sentences, parts=parts)


def _confidence(evidence: QuestionEvidence, selection: Selection) -> float:
    """The mean over the answered parts; where none is answered, what the best came to."""
    answered = [best.confidence for best in selection.best.values()]
    if answered:
        return sum(answered) / len(answered)
    return max((part.found[0].confidence for part in evidence.parts if part.found), default=0.0)


def _choice(evidence: QuestionEvidence, selection: Selection, allowed: Sequence[str]) -> str:
    """The choice that the answering sentences bear out together."""
    if not allowed:
        return ""
    replies = [_reply(evidence, number, selection) for number in sorted(selection.best)]
    answering = [best.sentence for best in selection.best.values()]
    asked = " ".join(part.part.text for part in evidence.parts)
    others = [
        _asked_text(chosen.sentence, asked)
        for chosen in selection.sentences
        if chosen.sentence not in answering
    ]
    return choose(replies, others, allowed, complete=_decides(evidence, selection))


def _decides(evidence: QuestionEvidence, selection: Selection) -> bool:
    """Whether all parts have their sentence that a choice rests on: details asked for after the last yes or no are
    missing from the text, and change nothing about it."""
    closed = [number for number, part in enumerate(evidence.parts) if part.part.closed]
    upto = closed[-1] + 1 if closed else len(evidence.parts)
    return all(number in selection.best for number in range(upto))


def _reply(evidence: QuestionEvidence, number: int, selection: Selection) -> Reply:
    """What settles the part: its best sentence, or a quoted one of its passage that says what the best does not."""
    part, best = evidence.parts[number], selection.best[number]
    first, *further = [
        Reply(
            part.part,
            said.sentence.text,
            context=f"{said.passage.context} {said.sentence.heading} {evidence.offering}",
            confidence=said.confidence,
            plain=said.sentence.kind != "list",
            cells=said.sentence.cells,
            beside=_beside(said, part.found),
            whole=" ".join(each.part.text for each in evidence.parts),
        )
        for said in (best, *selection.sentences)
        if said is best or (said.passage.ref == best.passage.ref and any(said is each for each in part.found))
    ]
    return settle(first, further)


def _is_beside(evidence: QuestionEvidence, number: int, best: Evidence) -> bool:
    """Whether the sentence may be about something else than the part that it was chosen for."""
    context = f"{best.passage.context} {evidence.offering}"
    return speaks_of_another(evidence.parts[number].part.subject, best.sentence.text, context=context)


def _beside(best: Evidence, found: Sequence[Evidence]) -> list[str]:
    """What else the passage says near the best sentence, and what was found that is nearly as good."""
    return [
        other.sentence.text
        for other in found[:_BESIDE]
        if other is not best
        and other.fits
        and (other.passage.ref == best.passage.ref or other.rank >= NEARLY * best.rank)
    ]


def _asked_text(sentence: Sentence, asked: str) -> str:
    """The sentence; of a row what it says of the columns that the question names."""
    return row_text(cells_asked_for(asked, sentence.cells)) if sentence.cells else sentence.text


def _parts(
    evidence: QuestionEvidence, selection: Selection, sentences: Sequence[DraftSentence], threshold: float
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
