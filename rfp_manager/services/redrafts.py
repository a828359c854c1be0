"""Drafting once more what has an answer: one as a person wishes, or many, and never over a person unasked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Job, User
from rag.services.language_model import llm_is_configured
from rfp_manager.exceptions import AnswerConflict, RFPError, TransitionRefused
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services.answering import DRAFTABLE
from rfp_manager.services.question_drafts import questions_to_draft
from rfp_manager.services.requests import enqueue_drafts

# As much of the answer as it stands as the model is shown.
_SHOWN = 4_000


@dataclass(frozen=True)
class RedraftPlan:
    """What becomes of chosen questions: `free` are drafted again, `written` hold a person's words, `closed` stay.

    `written` has its answers with it.
    """

    free: list[int]
    written: list[Question]
    closed: int


def plan_redrafts(questions: Collection[int], *, rfp: RFP) -> RedraftPlan:
    """Sort the chosen questions by what may be done with them. Two queries and a count."""
    free = questions_to_draft(rfp, only=questions)
    written = rfp.questions.filter(
        pk__in=questions, status__in=DRAFTABLE, answer__origin=Answer.Origin.HUMAN
    ).select_related("answer__edited_by")
    closed = rfp.questions.filter(pk__in=questions).exclude(status__in=DRAFTABLE).count()
    return RedraftPlan(free, list(written.order_by("document_id", "position")), closed)


def request_redrafts(
    questions: Collection[int], *, rfp: RFP, replacing: Mapping[int, int], instruction: str, user: User
) -> Job:
    """Queue drafts of those of `questions` that no person wrote, and of `replacing`: question -> version seen.

    What a person changed after that version stays. Raises RFPError when nothing is left to draft, when a run is
    under way already, and for an instruction without a language model.
    """
    if instruction and not llm_is_configured():
        raise RFPError(_("No language model is set, so answers cannot be written anew as you wish."))
    plan = plan_redrafts([*questions, *replacing], rfp=rfp)
    agreed = [row.pk for row in plan.written if replacing.get(row.pk) == row.answer.version]
    wanted = [*plan.free, *agreed]
    if not wanted:
        raise RFPError(_("There is nothing left to draft: these answers are closed, or a person wrote them."))
    params = {
        "questions": wanted,
        "instruction": instruction,
        "replacing": {str(pk): replacing[pk] for pk in agreed},
    }
    return enqueue_drafts(
        rfp,
        title=ngettext(
            "Drafting %(count)d answer again for %(title)s",
            "Drafting %(count)d answers again for %(title)s",
            len(wanted),
        )
        % {"count": len(wanted), "title": rfp.title},
        key=f"draft_answers:{rfp.pk}",
        params=params,
        user=user,
    )


def earlier_texts(questions: Collection[Question]) -> dict[int, str]:
    """What the answers say now, as far as a language model is shown it."""
    rows = Answer.objects.filter(question__in=questions).values_list("question_id", "text")
    return {pk: text[:_SHOWN] for pk, text in rows}


def request_redraft(
    question: Question, *, instruction: str, version: int, replace_words: bool, user: User
) -> Job:
    """Queue a draft of the question as `instruction` says; `version` is the answer that the person was looking at.

    Raises RFPError without a language model, TransitionRefused for an answer in review or approved, AnswerConflict
    when there is a newer version, or a person's words and no `replace_words` that says they may go, RFPError while
    it is drafted as somebody else says.
    """
    if not llm_is_configured():
        raise RFPError(_("No language model is set, so an answer cannot be written anew as you wish."))
    if question.status not in DRAFTABLE:
        raise TransitionRefused(
            _("This answer is in review, declined or approved. Reopen it to draft it again.")
        )
    answer = Answer.objects.filter(question=question).first()
    if (answer.version if answer else 0) != version:
        raise AnswerConflict(
            _("Somebody changed this answer in the meantime. Look at it before you draft it again.")
        )
    if answer and answer.origin == Answer.Origin.HUMAN and not replace_words:
        raise AnswerConflict(
            _(
                "A person wrote this answer. A new draft takes its place; what was written stays in the history."
            )
        )
    return enqueue_drafts(
        question.rfp,
        title=_("Drafting %(question)s again") % {"question": question.identifier or _("one question")},
        key=f"redraft:{question.pk}",
        params={
            "questions": [question.pk],
            "instruction": instruction,
            "instead_of": version,
        },
        user=user,
    )
