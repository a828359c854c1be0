"""Answers: saving people's words, and every step of the workflow. `saved_drafts` saves drafts.

unanswered -> drafted -> in review -> approved (locked), or declined with a reason. The steps are
here and nowhere else; each is a conditional UPDATE, so two people cannot take the same one twice.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from rfp_manager.exceptions import (
    AnswerConflict,
    DeclinedMeanwhile,
    GoneMeanwhile,
    RFPError,
    TransitionRefused,
)
from rfp_manager.models import RFP, Answer, AnswerVersion, Question
from rfp_manager.services.answer_parts import recheck_parts
from rfp_manager.services.answer_versions import save_version
from rfp_manager.services.events import publish_approvals
from rfp_manager.services.outdated import LOOKED_AT
from rfp_manager.services.tidings import tell_approved, tell_assigned, tell_reopened, tell_reviewers

Status = Question.Status

# What a person may still change; an approved answer has to be reopened first.
EDITABLE = (Status.UNANSWERED, Status.DRAFTED, Status.IN_REVIEW, Status.DECLINED)
# Drafting never touches what a person has taken up.
DRAFTABLE = (Status.UNANSWERED, Status.DRAFTED)


@dataclass(frozen=True)
class BulkResult:
    changed: int
    skipped: int


def save_answer(
    question: Question,
    *,
    text: str,
    choice: str,
    expected_version: int,
    user: User,
    autosaved: bool = False,
    typed_on: bool = False,
) -> Answer:
    """Save a person's words; `expected_version` is the version that they were looking at (0: none).

    `autosaved` while they are still typing: the history keeps the last of such a row, and a mark that the
    question was reworded stays until they save by themselves. `typed_on` when they press Save on what they typed:
    it takes the place of that row too.
    Raises AnswerConflict when somebody saved in between, TransitionRefused on an approved answer,
    DeclinedMeanwhile for an autosave of what was declined, GoneMeanwhile when there is no such question, RFPError
    on a choice that the customer's list does not offer.
    """
    text, choice = text.replace("\x00", "").strip(), choice.strip()
    if choice and question.allowed_choices and choice not in question.allowed_choices:
        raise RFPError(
            _("“%(choice)s” is not one of the customer's choices: %(allowed)s.")
            % {"choice": choice, "allowed": ", ".join(question.allowed_choices)}
        )
    with transaction.atomic():
        locked = locked_question(question)
        if locked.status not in EDITABLE:
            raise TransitionRefused(_("This answer is approved and locked. Reopen it to change it."))
        if autosaved and locked.status == Status.DECLINED:
            raise DeclinedMeanwhile(
                _("Not saved, declined meanwhile: %(reason)s. Press Save to take the question up again.")
                % {"reason": locked.status_reason.rstrip(".")}
            )
        answer = locked_answer(locked)
        if (answer.version if answer else 0) != expected_version:
            raise AnswerConflict(
                _("Somebody else changed this answer in the meantime. Compare both before you save.")
            )
        if answer and (answer.text, answer.choice) == (text, choice):
            if not autosaved:  # somebody looked, and it answers the new wording too
                Question.objects.filter(pk=locked.pk).update(previous_text="")
                Answer.objects.filter(pk=answer.pk).update(**LOOKED_AT)
            return answer
        answer = answer or Answer(question=locked, version=0)
        changed_text = answer.text != text
        answer.text, answer.choice, answer.missing = text, choice, ""
        answer.status = Answer.Status.SUPPORTED if answer.has_content else Answer.Status.NO_ANSWER
        answer.origin, answer.confidence, answer.edited_by = Answer.Origin.HUMAN, None, user
        answer.draft_job, answer.unsupported = None, []
        if changed_text:
            recheck_parts(answer)
        save_version(answer, autosaved=autosaved, typed_on=autosaved or typed_on)
        if changed_text:
            _drop_citations_of_lost_sentences(answer)
        keeps_place = locked.status == Status.IN_REVIEW and answer.has_content
        after = Status.DRAFTED if answer.has_content else Status.UNANSWERED
        move_question(locked, Status.IN_REVIEW if keeps_place else after, looked_at=not autosaved)
    return answer


def locked_question(question: Question) -> Question:
    """The question, held until the transaction ends. Raises GoneMeanwhile."""
    locked = Question.objects.select_for_update().filter(pk=question.pk).first()
    if locked is None:
        raise GoneMeanwhile(_("Not saved: this question was deleted or dropped by the customer meanwhile."))
    return locked


def restore_version(question: Question, *, version: int, expected_version: int, user: User) -> Answer:
    """Make what the answer said at `version` its newest version. Raises as save_answer does, and for no version."""
    kept = AnswerVersion.objects.filter(answer__question=question, version=version).first()
    if kept is None:
        raise RFPError(_("This version is no longer in the history."))
    return save_answer(
        question, text=kept.text, choice=kept.choice, expected_version=expected_version, user=user
    )


def submit_for_review(questions: Collection[int], *, rfp: RFP) -> BulkResult:
    with transaction.atomic():
        result = _step(rfp, questions, [Status.DRAFTED], Status.IN_REVIEW)
        tell_reviewers(rfp, number=result.changed)
    return result


def approve(questions: Collection[int], *, rfp: RFP, user: User) -> BulkResult:
    """Approve and lock answers. Silence is skipped, and a choice that the customer's list does not offer."""
    with transaction.atomic():
        # In the order in which everybody takes several: two at once would wait for each other.
        ready = (
            Question.objects.select_for_update()
            .filter(rfp=rfp, pk__in=questions, status__in=[Status.DRAFTED, Status.IN_REVIEW])
            .order_by("pk")
        )
        answers = Answer.objects.filter(question__in=list(ready)).exclude(text="", choice="")
        approved = [
            answer.question_id
            for answer in answers.select_related("question")
            if not answer.choice
            or not answer.question.allowed_choices
            or answer.choice in answer.question.allowed_choices
        ]
        answers.filter(question__in=approved).update(
            approved_by=user, approved_at=timezone.now(), **LOOKED_AT
        )
        Question.objects.filter(pk__in=approved).update(
            status=Status.APPROVED, previous_text="", updated_at=timezone.now()
        )
        publish_approvals(rfp, approved)
        tell_approved(rfp, approved)
    return BulkResult(len(approved), len(set(questions)) - len(approved))


def reopen(questions: Collection[int], *, rfp: RFP, approved: bool = True) -> BulkResult:
    """Open what is in review or declined, and what is `approved` where the person may do that."""
    before = [Status.DECLINED, Status.IN_REVIEW, *([Status.APPROVED] if approved else [])]
    with transaction.atomic():
        # The questions first, as everybody does who holds both: two steps at once would wait for each other.
        list(rfp.questions.select_for_update().filter(pk__in=questions).order_by("pk"))
        reopened = list(
            rfp.questions.filter(pk__in=questions, status__in=before).values_list("pk", flat=True)
        )
        Answer.objects.filter(question__in=reopened).update(approved_by=None, approved_at=None)
        result = _step(rfp, questions, before, Status.DRAFTED)
        tell_reopened(rfp, reopened)
    return result


def decline(question: Question, *, reason: str) -> None:
    """Raises RFPError without a reason, TransitionRefused on an approved question."""
    if not reason.strip():
        raise RFPError(_("Say why this question is not answered; the team will want to know."))
    if not Question.objects.filter(pk=question.pk, status__in=EDITABLE).update(
        status=Status.DECLINED, status_reason=reason.strip(), updated_at=timezone.now()
    ):
        raise TransitionRefused(_("This answer is approved and locked. Reopen it first."))


def assign(questions: Collection[int], *, rfp: RFP, assignee: User | None) -> BulkResult:
    with transaction.atomic():
        chosen = rfp.questions.filter(pk__in=questions)
        news = chosen.exclude(assignee=assignee).count() if assignee else 0
        changed = chosen.update(assignee=assignee, updated_at=timezone.now())
        if assignee:
            tell_assigned(rfp, assignee, number=news)
    return BulkResult(changed, len(set(questions)) - changed)


def _step(rfp: RFP, questions: Collection[int], before: list[Status], after: Status) -> BulkResult:
    changed = Question.objects.filter(rfp=rfp, pk__in=questions, status__in=before).update(
        status=after, updated_at=timezone.now()
    )
    return BulkResult(changed, len(set(questions)) - changed)


def move_question(question: Question, status: Status, *, looked_at: bool = True) -> None:
    """Give the question a status after its answer was saved; the caller holds it."""
    question.status, question.status_reason = status, ""
    if looked_at:
        question.previous_text = ""
    question.save(update_fields=["status", "status_reason", "previous_text", "updated_at"])


def locked_answer(question: Question) -> Answer | None:
    """The question's answer, held until the commit: who marks it waits, and no mark is written over."""
    return Answer.objects.select_for_update().filter(question=question).first()


def _drop_citations_of_lost_sentences(answer: Answer) -> None:
    """A citation stays only while the sentence that it supports still stands in the text."""
    text = " ".join(answer.text.split())
    lost = [
        row.pk
        for row in answer.citations.all()
        if not any(said and " ".join(said.split()) in text for said in (row.sentence, row.quote))
    ]
    answer.citations.filter(pk__in=lost).delete()
