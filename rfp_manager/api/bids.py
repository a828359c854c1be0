"""The go / no-go sheet: what speaks for and against an RFP, what the team says of it, and the decision."""

import datetime as dt
from typing import Annotated, Any, Literal

from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from rfp_manager.api.briefs import BriefItemOut
from rfp_manager.api.rfps import RFPOut, get_rfp
from rfp_manager.bid_forms import DecisionForm
from rfp_manager.models import BidDecision
from rfp_manager.permissions import Action
from rfp_manager.services import bids
from rfp_manager.services.bid_evidence import Evidence, gather_evidence
from rfp_manager.services.briefs import build_brief
from rfp_manager.views.access import find_rfp
from themis.api.forms import accept
from themis.api.me import PersonOut
from themis.api.pages import Id
from themis.http import SignedInRequest

router = Router(tags=["Go / no-go"])

Criterion = Literal["deadline", "mandatory", "coverage", "competition", "effort", "risk"]
Decision = Literal["undecided", "go", "no_go"]
Note = Annotated[str, Field(max_length=4_000)]
_SHOWN = 50


class AssessmentOut(Schema):
    """What the team says of a criterion: 1 speaks against the RFP, 5 for it, null was not scored."""

    criterion: Criterion
    score: int | None
    note: str
    version: int
    assessed_by: PersonOut | None
    assessed_at: dt.datetime


class CriterionOut(Schema):
    """`version` is 0 before anybody said anything. `facts` are sentences, `points` those of the brief."""

    criterion: Criterion
    label: str
    version: int
    assessment: AssessmentOut | None
    facts: list[str]
    points: list[BriefItemOut]
    more_points: int


class DecisionOut(Schema):
    decision: Decision
    reason: str
    decided_by: PersonOut | None
    decided_at: dt.datetime


class BidSheetOut(Schema):
    """`decisions` has the newest first; the first one holds."""

    criteria: list[CriterionOut]
    decisions: list[DecisionOut]


class AssessmentIn(Schema):
    """Takes the place of what was said of the criterion before.

    `version` is the one you have read (0: there was none); somebody else's in between gives 409.
    """

    criterion: Criterion
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    note: Note = ""
    version: Annotated[int, Field(ge=0, le=2**31 - 1)]


class DecisionIn(Schema):
    """A go and a no-go need a reason."""

    decision: Decision
    reason: Note = ""


@router.get("/rfps/{rfp_id}/bid", response=BidSheetOut, summary="The go / no-go sheet")
def get_bid(request: SignedInRequest, rfp_id: Id) -> dict[str, Any]:
    rfp = find_rfp(request, rfp_id)
    evidence = gather_evidence(rfp, brief=build_brief(rfp), user=request.user)
    decisions = rfp.bid_decisions.select_related("decided_by")[:_SHOWN]
    return {
        "criteria": [_criterion(row, evidence[row.criterion]) for row in bids.assessments_of(rfp)],
        "decisions": list(decisions),
    }


@router.post(
    "/rfps/{rfp_id}/bid/assessments",
    response={201: AssessmentOut},
    summary="Say what one criterion looks like",
)
def create_assessment(request: SignedInRequest, rfp_id: Id, data: AssessmentIn) -> Status[AssessmentOut]:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    made = bids.assess(
        rfp,
        criterion=data.criterion,
        score=data.score,
        note=data.note.replace("\x00", "").strip(),
        expected_version=data.version,
        user=request.user,
    )
    return Status(201, AssessmentOut.from_orm(made))


@router.post("/rfps/{rfp_id}/bid/decisions", response={201: DecisionOut}, summary="Decide")
def create_decision(request: SignedInRequest, rfp_id: Id, data: DecisionIn) -> Status[DecisionOut]:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    form = DecisionForm(data.model_dump())
    accept(form)
    made: BidDecision = bids.decide(rfp, **form.cleaned_data, user=request.user)
    return Status(201, DecisionOut.from_orm(made))


@router.post(
    "/rfps/{rfp_id}/bid/drop", response=RFPOut, summary="Drop the RFP, as a no-go says (its managers)"
)
def drop_decided_rfp(request: SignedInRequest, rfp_id: Id) -> Status[RFPOut]:
    """409 where the latest decision is no no-go, or the RFP is not open any more."""
    bids.drop_rfp(find_rfp(request, rfp_id, Action.MANAGE), user=request.user)
    return Status(200, RFPOut.from_orm(get_rfp(request, rfp_id)))


@router.post(
    "/rfps/{rfp_id}/bid/take-up", response=RFPOut, summary="Take a dropped RFP up again (its managers)"
)
def take_up_dropped_rfp(request: SignedInRequest, rfp_id: Id) -> Status[RFPOut]:
    """409 where it was not dropped, or the latest decision is a no-go: decide again first."""
    bids.take_up_rfp(find_rfp(request, rfp_id, Action.MANAGE), user=request.user)
    return Status(200, RFPOut.from_orm(get_rfp(request, rfp_id)))


def _criterion(row: bids.Assessed, evidence: Evidence) -> dict[str, Any]:
    return {
        "criterion": row.criterion.value,
        "label": str(row.criterion.label),
        "version": row.version,
        "assessment": row.now,
        "facts": list(evidence.facts),
        "points": list(evidence.items),
        "more_points": evidence.more,
    }
