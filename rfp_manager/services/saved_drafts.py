"""A draft becomes a question's answer, with what it cites, unless a person got there first."""

import uuid

from rag.providers.llm import TokenUsage
from rag.services.drafting import Draft
from rag.services.language_model import LanguageModel
from rfp_manager.models import Answer, Citation, Question
from rfp_manager.services.answer_parts import parts_of_draft, set_parts
from rfp_manager.services.answer_versions import save_version
from rfp_manager.services.answering import DRAFTABLE, locked_answer, move_question
from rfp_manager.services.draft_sources import passages_of, sources_now
from rfp_manager.services.library_uses import count_uses
from rfp_manager.services.outdated import mark_answer

Status = Question.Status


def save_draft(
    question: Question,
    draft: Draft,
    *,
    model: LanguageModel | None = None,
    job: uuid.UUID | None = None,
    instead_of: int | None = None,
) -> bool:
    """Write a draft as the question's answer. False when a person got there first: theirs stays.

    False too when a newer workbook asks it otherwise than `question`, which the draft was made for.
    `model` is the language model of the run, by which the cost of what it wrote is kept.
    `instead_of` is the version of a person's answer that somebody decided to have drafted anew; a later one stays.
    The caller holds the transaction (and its job's fence).
    """
    locked = Question.objects.select_for_update().filter(pk=question.pk).first()
    if locked is None or _asks_otherwise(locked, question):
        return False  # a newer workbook dropped or reworded it meanwhile
    answer = locked_answer(locked)
    if locked.status not in DRAFTABLE:
        return False
    if answer and answer.origin == Answer.Origin.HUMAN and answer.version != instead_of:
        return False
    if answer and job and answer.draft_job == job:
        return False
    answer = answer or Answer(question=locked, version=0)
    answer.edited_by, answer.draft_job = None, job
    _take_over(answer, draft)
    _add_cost(answer, draft, model)
    save_version(answer)
    _cite(answer, draft)
    move_question(locked, Status.DRAFTED if answer.has_content else Status.UNANSWERED)
    return True


def _take_over(answer: Answer, draft: Draft) -> None:
    """What the answer says is what the draft says."""
    answer.text, answer.choice, answer.missing = draft.text, draft.choice, draft.missing
    answer.status, answer.confidence, answer.origin = draft.status, draft.confidence, draft.origin
    set_parts(answer, parts_of_draft(draft))
    answer.unsupported = [{"text": row.text, "reasons": list(row.reasons)} for row in draft.unsupported]


def _add_cost(answer: Answer, draft: Draft, model: LanguageModel | None) -> None:
    """To what all drafts before it took."""
    if draft.usage:
        answer.input_tokens += draft.usage.input_tokens
        answer.output_tokens += draft.usage.output_tokens
    if model and (draft.usage or draft.origin == Answer.Origin.LLM):
        answer.llm_model = model.model
        answer.llm_cost += model.cost_of(draft.usage or TokenUsage())


def _cite(answer: Answer, draft: Draft) -> None:
    """Replace the saved answer's citations; one whose source changed since the search marks it."""
    now = sources_now(draft)
    cited_before = set(answer.citations.values_list("library_answer_id", flat=True))
    answer.citations.all().delete()
    Citation.objects.bulk_create(
        Citation(
            answer=answer,
            sentence_index=index,
            **now.keys_of(citation.passage),
            source_title=citation.passage.title[:500],
            heading=" > ".join(citation.passage.heading_path)[:1000],
            page=citation.passage.page,
            quote=citation.quote,
            sentence="" if sentence.text == citation.quote else sentence.text,
            score=citation.passage.score,
        )
        for index, sentence in enumerate(draft.sentences)
        for citation in sentence.citations
    )
    count_uses(draft, known=cited_before)
    outdated = filter(None, map(now.why_outdated, passages_of(draft)))
    if reason := next(outdated, ""):
        mark_answer(answer, reason=reason)


def _asks_otherwise(now: Question, then: Question) -> bool:
    """Whether what a draft is made from differs; where its cells are does not matter to it."""
    return (now.text, now.allowed_choices, now.takes_text) != (
        then.text,
        then.allowed_choices,
        then.takes_text,
    )
