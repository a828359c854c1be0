import datetime as dt
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.responses import Status

from rfp_manager.forms import MemberForm
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


@router.get("/rfps/{rfp_id}/team", response=Page[MemberOut], summary="Who is on the team")
def list_team(request: SignedInRequest, rfp_id: Id, query: Query[PageQuery]) -> dict[str, Any]:
    rfp = find_rfp(request, rfp_id)
    return paginate(rfp.memberships.select_related("user").order_by("pk"), query)


@router.post("/rfps/{rfp_id}/team", response={201: MemberOut}, summary="Take somebody on the team")
def add_member(request: SignedInRequest, rfp_id: Id, data: MemberIn) -> Status[MemberOut]:
    form = MemberForm(data.model_dump(), rfp=find_rfp(request, rfp_id, Action.MANAGE))
    accept(form)
    return Status(201, MemberOut.from_orm(form.save()))


@router.delete("/rfps/{rfp_id}/team/{member_id}", response={204: None}, summary="Take somebody off the team")
def remove_member(request: SignedInRequest, rfp_id: Id, member_id: Id) -> Status[None]:
    """Questions that are theirs to answer and not settled are nobody's then."""
    rfp = find_rfp(request, rfp_id, Action.MANAGE)
    team.remove_member(get_object_or_404(rfp.memberships.select_related("user", "rfp"), pk=member_id))
    return Status(204, None)
