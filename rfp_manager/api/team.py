import datetime as dt
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.responses import Status

from rfp_manager.forms import MemberForm
from rfp_manager.models import RFP, RFPMembership
from rfp_manager.permissions import Action
from rfp_manager.services import team
from rfp_manager.views.access import find_rfp
from themis.api.forms import accept
from themis.api.me import PersonOut
from themis.api.pages import Id, Page, PageQuery, paginate
from themis.http import SignedInRequest

router = Router(tags=["Team"])

Role = Literal["manager", "contributor", "reviewer", "viewer"]


class MemberOut(Schema):
    id: int
    user: PersonOut
    role: Role
    created_at: dt.datetime


class MemberIn(Schema):
    user: Id
    role: Role = "contributor"


class RoleIn(Schema):
    role: Role


@router.get("/rfps/{rfp_id}/team", response=Page[MemberOut], summary="Who is on the team")
def list_team(request: SignedInRequest, rfp_id: Id, query: Query[PageQuery]) -> dict[str, Any]:
    rfp = find_rfp(request, rfp_id)
    return paginate(rfp.memberships.select_related("user").order_by("pk"), query)


@router.post("/rfps/{rfp_id}/team", response={201: MemberOut}, summary="Take somebody on the team")
def add_member(request: SignedInRequest, rfp_id: Id, data: MemberIn) -> Status[MemberOut]:
    form = MemberForm(data.model_dump(), rfp=find_rfp(request, rfp_id, Action.MANAGE))
    accept(form)
    return Status(201, MemberOut.from_orm(team.take_on(form.save(commit=False))))


@router.patch(
    "/rfps/{rfp_id}/team/{member_id}", response=MemberOut, summary="Give somebody on the team another role"
)
def change_member(request: SignedInRequest, rfp_id: Id, member_id: Id, data: RoleIn) -> RFPMembership:
    member = _find_member(find_rfp(request, rfp_id, Action.MANAGE), member_id)
    team.change_role(member, data.role)
    return member


@router.post(
    "/rfps/{rfp_id}/team/{member_id}/hand-over", response={204: None}, summary="Make a member the RFP's owner"
)
def hand_rfp_over(request: SignedInRequest, rfp_id: Id, member_id: Id) -> Status[None]:
    """Who was the owner stays on the team as a manager."""
    member = _find_member(find_rfp(request, rfp_id, Action.MANAGE), member_id)
    team.hand_over(member, user=request.user)
    return Status(204, None)


@router.delete("/rfps/{rfp_id}/team/{member_id}", response={204: None}, summary="Take somebody off the team")
def remove_member(request: SignedInRequest, rfp_id: Id, member_id: Id) -> Status[None]:
    """Questions that are theirs to answer and not settled are nobody's then."""
    team.remove_member(_find_member(find_rfp(request, rfp_id, Action.MANAGE), member_id))
    return Status(204, None)


def _find_member(rfp: RFP, pk: int) -> RFPMembership:
    return get_object_or_404(rfp.memberships.select_related("user", "rfp"), pk=pk)
