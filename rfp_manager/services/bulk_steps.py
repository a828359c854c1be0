"""Approving and submitting many answers at once, with a way back for a while, as a deletion has it.

Of each person and RFP the newest step is kept with how its questions stood. What was changed since stays as it is.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.models import User
from rfp_manager.models import RFP, Answer, BulkStep, Question
from rfp_manager.services import answering
from rfp_manager.services.outdated import LOOKED_AT
from rfp_manager.services.tidings import tell_reopened

Kind = BulkStep.Kind
Status = Question.Status

# For so long the list offers to take it back.
KEPT = timedelta(hours=1)
_AFTER = {Kind.APPROVE: Status.APPROVED, Kind.SUBMIT: Status.IN_REVIEW}


@dataclass(frozen=True)
class StepResult(answering.BulkResult):
    """`moment` names the step for its way back; None where it changed nothing."""

    moment: datetime | None = None


def take_step(kind: BulkStep.Kind, questions: Collection[int], *, rfp: RFP, user: User) -> StepResult:
    """Approve answers or send them to review, and keep how they stood before."""
    moment = None
    with transaction.atomic():
        before = _standing(rfp, questions)
        if kind == Kind.APPROVE:
            result = answering.approve(questions, rfp=rfp, user=user)
        else:
            result = answering.submit_for_review(questions, rfp=rfp)
        if result.changed:
            now = rfp.questions.filter(pk__in=before, status=_AFTER[kind])
            moved = [
                before[pk]
                for pk in now.values_list("pk", flat=True)
                if before[pk]["status"] != str(_AFTER[kind])
            ]
            moment = timezone.now()
            kept = {"kind": kind, "number": len(moved), "before": moved, "moment": moment}
            BulkStep.objects.update_or_create(rfp=rfp, user=user, defaults=kept)
    return StepResult(result.changed, result.skipped, moment)


def find_last_step(rfp: RFP, *, user: User) -> BulkStep | None:
    """What the person may still take back; without the rows that it remembers."""
    recent = BulkStep.objects.filter(rfp=rfp, user=user, moment__gt=timezone.now() - KEPT)
    return recent.defer("before").first()


def undo_step(step: BulkStep, *, user: User) -> int:
    """Give the questions back the status that they had before; returns how many. Once: then the step is gone.

    A question that is somewhere else by now, or was approved again by somebody, is left alone.
    """
    with transaction.atomic():
        before = {row["question"]: row for row in step.before}
        rows = Question.objects.select_for_update().filter(
            pk__in=before, rfp=step.rfp_id, status=_AFTER[Kind(step.kind)]
        )
        found = list(rows.order_by("pk"))
        # Questions first and the step after them, as `take_step` locks: two who wait for each other never end.
        held = BulkStep.objects.select_for_update().filter(pk=step.pk, moment=step.moment).first()
        if held is None:
            return 0
        if step.kind == Kind.APPROVE:
            found = _take_back_approvals(found, before, user=user, until=step.moment)
        for question in found:
            row = before[question.pk]
            question.status = row["status"]
            question.previous_text = question.previous_text or row.get("previous_text", "")
            question.updated_at = timezone.now()
        Question.objects.bulk_update(found, ["status", "previous_text", "updated_at"], batch_size=500)
        held.delete()
        if step.kind == Kind.APPROVE:
            tell_reopened(step.rfp, [question.pk for question in found])
    return len(found)


def _standing(rfp: RFP, questions: Collection[int]) -> dict[int, dict[str, Any]]:
    """How each question stands, locked until the step is done, and the mark on its answer."""
    locked = rfp.questions.select_for_update().filter(pk__in=questions).order_by("pk")
    rows: dict[int, dict[str, Any]] = {}
    for pk, status, previous in locked.values_list("pk", "status", "previous_text"):
        rows[pk] = {"question": pk, "status": status} | ({"previous_text": previous} if previous else {})
    marked = Answer.objects.filter(question__in=rows, outdated_at__isnull=False)
    for question, *values in marked.values_list("question", *LOOKED_AT):
        mark = dict(zip(LOOKED_AT, values, strict=True))
        rows[question]["mark"] = mark | {"outdated_at": mark["outdated_at"].isoformat()}
    return rows


def _take_back_approvals(
    questions: list[Question], before: dict[int, dict[str, Any]], *, user: User, until: datetime
) -> list[Question]:
    """Those that this person approved then, no longer approved; their answers have their marks again."""
    pks = [question.pk for question in questions]
    theirs = Answer.objects.filter(question__in=pks, approved_by=user, approved_at__lte=until)
    answers = list(theirs.select_for_update().order_by("pk"))
    for answer in answers:
        answer.approved_by = answer.approved_at = None
        mark = before[answer.question_id].get("mark")
        if mark and answer.outdated_at is None:
            for name, value in mark.items():
                setattr(answer, name, value)
            answer.outdated_at = datetime.fromisoformat(mark["outdated_at"])
    Answer.objects.bulk_update(answers, ["approved_by", "approved_at", *LOOKED_AT], batch_size=500)
    own = {answer.question_id for answer in answers}
    return [question for question in questions if question.pk in own]
