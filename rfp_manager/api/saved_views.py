"""Filters of an RFP's questions that are kept under a name."""

import datetime as dt
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from rfp_manager.models import SavedView
from rfp_manager.permissions import Action
from rfp_manager.services.saved_views import drop_default, rename_view, save_view, set_default
from rfp_manager.views.access import find_rfp
from rfp_manager.views.saved_views import find_own_view, find_view
from rfp_manager.workspace_forms import QuestionFilter
from themis.api.me import PersonOut
from themis.api.pages import Id, Page, PageQuery, paginate
from themis.api.problems import APIError
from themis.http import SignedInRequest

router = Router(tags=["Saved views"])

Name = Annotated[str, Field(min_length=1, max_length=80)]


class Filters(Schema):
    """As the list of questions takes them; what is left out filters nothing."""

    q: Annotated[str, Field(max_length=200)] = ""
    status: Annotated[str, Field(max_length=20)] = ""
    sheet: Annotated[str, Field(max_length=255)] = ""
    section: Annotated[str, Field(max_length=500)] = ""
    assignee: Annotated[str, Field(max_length=20, description="An id, “me” or “none”.")] = ""
    confidence: Literal["", "low", "medium", "high"] = ""


class SavedViewOut(Schema):
    """`is_default`: my list of the RFP's questions opens with it."""

    id: int
    name: str
    shared: bool
    is_default: bool
    owner: PersonOut
    filters: Filters
    url: str
    created_at: dt.datetime

    @staticmethod
    def resolve_is_default(view: SavedView) -> bool:
        return getattr(view, "opens_list", False)  # a view that was kept just now opens nothing

    @staticmethod
    def resolve_filters(view: SavedView) -> dict[str, str]:
        return {name: value for name, value in parse_qsl(view.query) if name in Filters.model_fields}

    @staticmethod
    def resolve_url(view: SavedView) -> str:
        return view.get_absolute_url()


class SavedViewIn(Schema):
    """`shared` lets the whole team see it, and is for those who may change the RFP's answers."""

    name: Name
    filters: Filters
    shared: bool = False


class SavedViewName(Schema):
    name: Name


@router.get("/rfps/{rfp_id}/views", response=Page[SavedViewOut], summary="My views, and the team's")
def list_saved_views(request: SignedInRequest, rfp_id: Id, query: Query[PageQuery]) -> dict[str, Any]:
    rfp = find_rfp(request, rfp_id)
    views = rfp.saved_views.visible_to(request.user).with_default_of(request.user)
    return paginate(views.select_related("owner"), query)


@router.post("/rfps/{rfp_id}/views", response={201: SavedViewOut}, summary="Keep filters under a name")
def create_saved_view(request: SignedInRequest, rfp_id: Id, data: SavedViewIn) -> Status[SavedViewOut]:
    rfp = find_rfp(request, rfp_id, Action.EDIT if data.shared else Action.VIEW)
    asked = {name: value for name, value in data.filters.model_dump().items() if value}
    chosen = QuestionFilter(asked)
    if unknown := sorted(asked.keys() - chosen.values.keys()):
        raise APIError(422, f"This filters nothing: {', '.join(unknown)}.", code="invalid")
    view = save_view(rfp, name=data.name, query=chosen.query, shared=data.shared, owner=request.user)
    return Status(201, SavedViewOut.from_orm(view))


@router.patch("/rfps/{rfp_id}/views/{view_id}", response=SavedViewOut, summary="Rename a view")
def rename_saved_view(request: SignedInRequest, rfp_id: Id, view_id: Id, data: SavedViewName) -> SavedView:
    return rename_view(find_own_view(request, find_rfp(request, rfp_id), view_id), name=data.name)


@router.put(
    "/rfps/{rfp_id}/views/{view_id}/default", response=SavedViewOut, summary="Open my list with this view"
)
def set_default_view(request: SignedInRequest, rfp_id: Id, view_id: Id) -> SavedView:
    rfp = find_rfp(request, rfp_id)
    set_default(find_view(request, rfp, view_id), user=request.user)
    return find_view(request, rfp, view_id)


@router.delete(
    "/rfps/{rfp_id}/views/{view_id}/default",
    response={204: None},
    summary="Open my list with every question again",
)
def drop_default_view(request: SignedInRequest, rfp_id: Id, view_id: Id) -> Status[None]:
    """Another view that it opens with stays."""
    drop_default(find_view(request, find_rfp(request, rfp_id), view_id), user=request.user)
    return Status(204, None)


@router.delete("/rfps/{rfp_id}/views/{view_id}", response={204: None}, summary="Delete a view")
def delete_saved_view(request: SignedInRequest, rfp_id: Id, view_id: Id) -> Status[None]:
    find_own_view(request, find_rfp(request, rfp_id), view_id).delete()
    return Status(204, None)
