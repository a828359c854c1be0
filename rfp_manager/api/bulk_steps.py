"""Sending answers to review and approving them, many at once, and the way back: for an hour, as the pages have it."""

import datetime as dt
from typing import Annotated, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from rfp_manager.api.questions import BulkOut, QuestionsIn
from rfp_manager.exceptions import TransitionRefused
from rfp_manager.models import BulkStep
from rfp_manager.permissions import Action
from rfp_manager.services.bulk_steps import KEPT, StepResult, find_last_step, take_step, undo_step
from rfp_manager.views.access import find_rfp
from themis.api.pages import Id
from themis.http import SignedInRequest

router = Router(tags=["Questions"])

Moment = Annotated[
    str,
    Field(max_length=40, description="Names the step: send it back just as it came, to take the step back."),
]


class StepOut(BulkOut):
    """`moment` is null where nothing changed."""

    moment: Moment | None


class LastStepOut(Schema):
    """What I did last to many answers at once. It can be taken back until `until`."""

    kind: Literal["approve", "submit"]
    changed: int
    moment: Moment
    until: dt.datetime


class UndoIn(Schema):
    moment: Moment


@router.post("/rfps/{rfp_id}/questions/submit", response={200: StepOut}, summary="Send drafts to review")
def submit_questions(request: SignedInRequest, rfp_id: Id, data: QuestionsIn) -> Status[StepOut]:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    return _taken(take_step(BulkStep.Kind.SUBMIT, data.questions, rfp=rfp, user=request.user))


@router.post("/rfps/{rfp_id}/questions/approve", response={200: StepOut}, summary="Approve and lock answers")
def approve_questions(request: SignedInRequest, rfp_id: Id, data: QuestionsIn) -> Status[StepOut]:
    rfp = find_rfp(request, rfp_id, Action.APPROVE)
    return _taken(take_step(BulkStep.Kind.APPROVE, data.questions, rfp=rfp, user=request.user))


@router.get(
    "/rfps/{rfp_id}/last-step",
    response=LastStepOut,
    summary="My last approval or sending to review, for an hour",
)
def get_last_step(request: SignedInRequest, rfp_id: Id) -> LastStepOut:
    step = find_last_step(find_rfp(request, rfp_id), user=request.user)
    if step is None:
        raise Http404
    return LastStepOut(
        kind="approve" if step.kind == BulkStep.Kind.APPROVE else "submit",
        changed=step.number,
        moment=step.moment.isoformat(),
        until=step.moment + KEPT,
    )


@router.post(
    "/rfps/{rfp_id}/last-step/undo",
    response={200: BulkOut},
    summary="Take it back; `skipped` are those that somebody changed since",
)
def undo_last_step(request: SignedInRequest, rfp_id: Id, data: UndoIn) -> Status[BulkOut]:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    step = find_last_step(rfp, user=request.user)
    if step is None or step.moment.isoformat() != data.moment:
        raise TransitionRefused(_("There is nothing to take back."))
    if step.kind == BulkStep.Kind.APPROVE:
        find_rfp(request, rfp_id, Action.APPROVE)
    changed = undo_step(step, user=request.user)
    return Status(200, BulkOut(changed=changed, skipped=step.number - changed))


def _taken(result: StepResult) -> Status[StepOut]:
    moment = result.moment.isoformat() if result.moment else None
    return Status(200, StepOut(changed=result.changed, skipped=result.skipped, moment=moment))
