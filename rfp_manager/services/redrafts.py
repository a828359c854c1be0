"""Asking the language model for one more draft of one answer, written as a person wishes."""

from core import jobs
from core.models import Job, User
from rag.providers.llm import llm_is_configured
from rfp_manager.exceptions import AnswerConflict, RFPError, TransitionRefused
from rfp_manager.models import Answer, Question
from rfp_manager.services.answering import DRAFTABLE

# As much of the answer as it stands as the model is shown.
_SHOWN = 4_000


def request_redraft(
    question: Question, *, instruction: str, version: int, replace_words: bool, user: User
) -> Job:
    """Queue a draft of the question as `instruction` says; `version` is the answer that the person was looking at.

    Raises RFPError without a language model, TransitionRefused for an answer in review or approved, AnswerConflict
    when there is a newer version, or a person's words and no `replace_words` that says they may go.
    """
    if not llm_is_configured():
        raise RFPError("No language model is set, so an answer cannot be written anew as you wish.")
    if question.status not in DRAFTABLE:
        raise TransitionRefused(
            "This answer is in review, declined or approved. Reopen it to draft it again."
        )
    answer = Answer.objects.filter(question=question).first()
    if (answer.version if answer else 0) != version:
        raise AnswerConflict(
            "Somebody changed this answer in the meantime. Look at it before you draft it again."
        )
    if answer and answer.origin == Answer.Origin.HUMAN and not replace_words:
        raise AnswerConflict(
            "A person wrote this answer. A new draft takes its place; what was written stays in the history."
        )
    return jobs.enqueue(
        "draft_answers",
        title=f"Drafting {question.identifier or 'one question'} again",
        key=f"redraft:{question.pk}",
        target=question.rfp,
        owner=user,
        params={
            "questions": [question.pk],
            "instruction": instruction,
            "earlier": answer.text[:_SHOWN] if answer else "",
            "instead_of": version,
        },
        total=1,
    )
