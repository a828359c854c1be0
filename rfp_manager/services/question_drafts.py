"""Which questions are drafted, what a draft of each begins with, and which of them one draft answers."""

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import replace

from rag.services.drafting import Draft, DraftOrder, Wish, begin_draft
from rag.services.language_model import LanguageModel, find_language_model
from rag.services.similarity import normalised
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services.answering import DRAFTABLE
from rfp_manager.services.llm_costs import Purse, record_unsaved


def questions_to_draft(rfp: RFP, *, only: Collection[int] | None = None) -> list[int]:
    """Ids of the questions that a draft run may write: not approved, and no person's words on them."""
    rows = rfp.questions.filter(status__in=DRAFTABLE).exclude(answer__origin=Answer.Origin.HUMAN)
    if only is not None:
        rows = rows.filter(pk__in=only)
    return list(rows.order_by("document_id", "position").values_list("pk", flat=True))


def begin_question(
    question: Question,
    *,
    solutions: Collection[int],
    wish: Wish | None = None,
    context: Sequence[str] = (),
    model: LanguageModel | None = None,
) -> Draft | DraftOrder:
    """A draft from the solutions' documents, or the order for one; writes nothing. `context` is no source."""
    return begin_draft(
        question.text,
        solutions=solutions,
        allowed=question.allowed_choices,
        wants_text=question.takes_text,
        wish=wish,
        context=context,
        model=model,
    )


def draft_question(question: Question, *, solutions: Collection[int]) -> Draft:
    """A draft for one question from the given solutions' documents; writes nothing but what it cost."""
    model = find_language_model()
    begun = begin_question(question, solutions=solutions, model=model)
    if not isinstance(begun, DraftOrder):
        return begun
    Purse(question.rfp, model).require()
    draft = begun.write()
    record_unsaved(question.rfp, draft.usage, model=model)
    return draft


def same_question_key(question: Question) -> Hashable:
    """Questions with the same key are answered by one draft, where their choices permit it."""
    return question.group_id or normalised(question.text)


def fitting_draft(question: Question, drafts: Iterable[tuple[Question, Draft]]) -> Draft | None:
    """The first of the drafts made for the same question elsewhere that may stand here as it is, and costs nothing.

    A choice is taken over only from a list that offered everything this one does: a "No" may have been
    chosen for want of "Partially".
    """
    allowed = question.allowed_choices
    for other, draft in drafts:
        if draft.status == Answer.Status.NO_ANSWER:
            return replace(draft, usage=None)
        if not allowed and draft.text and other.takes_text:
            return replace(draft, choice="", usage=None)
        same_list = draft.choice in allowed and set(allowed) <= set(other.allowed_choices)
        if same_list and (draft.text or not question.takes_text):
            return replace(draft, usage=None)
    return None
