import datetime as dt
from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from core.permissions import can_create_rfp
from rfp_manager.models import RFP
from rfp_manager.models.rfp import RFPQuerySet
from rfp_manager.permissions import Action
from rfp_manager.services.rfp_details import save_rfp
from rfp_manager.services.rfp_status import change_status
from rfp_manager.services.rfps import delete_rfp
from rfp_manager.views.access import find_rfp
from themis.api.me import PersonOut
from themis.api.pages import Id, Page, PageQuery, paginate
from themis.http import SignedInRequest

router = Router(tags=["RFPs"])

RFPStatus = Literal["preparing", "answering", "reviewing", "submitted", "won", "lost", "dropped"]
ChosenStatus = Literal["preparing", "answering", "reviewing", "submitted", "won", "lost"]
Title = Annotated[str, Field(min_length=1, max_length=300)]
CustomerName = Annotated[str, Field(min_length=1, max_length=200, description="Of a customer, new or known.")]
Reference = Annotated[str, Field(max_length=100)]
Summary = Annotated[str, Field(max_length=5000, description="In the team's own words.")]
Solutions = Annotated[list[Id], Field(max_length=200, description="What drafts may be written from.")]
ORDERS = {
    "-created_at": ("-created_at", "-pk"),
    "created_at": ("created_at", "pk"),
    "due_at": ("due_at", "pk"),
    "title": ("title", "pk"),
}


class CustomerOut(Schema):
    id: int
    name: str


class RFPOut(Schema):
    id: int
    title: str
    customer: CustomerOut
    reference: str
    status: RFPStatus
    due_at: dt.datetime | None
    questions_until: dt.datetime | None
    owner: PersonOut
    solutions: list[int]
    summary: str
    question_count: int
    approved_count: int
    created_at: dt.datetime
    updated_at: dt.datetime

    @staticmethod
    def resolve_solutions(rfp: RFP) -> list[int]:
        return sorted(solution.pk for solution in rfp.solutions.all())


class RFPIn(Schema):
    """Name the customer by `customer` (its id) or `customer_name`."""

    title: Title
    customer: Id | None = None
    customer_name: CustomerName | None = None
    reference: Reference = ""
    due_at: dt.datetime | None = None
    questions_until: dt.datetime | None = None
    summary: Summary = ""
    solutions: Solutions = []


class RFPChanges(Schema):
    """What is left out stays as it is; null takes a date, the reference or the summary away.

    409 for the status of an RFP that was dropped: it is taken up again by `bid/take-up`.
    """

    title: Title | None = None
    customer: Id | None = None
    customer_name: CustomerName | None = None
    reference: Reference | None = None
    due_at: dt.datetime | None = None
    questions_until: dt.datetime | None = None
    summary: Summary | None = None
    status: ChosenStatus | None = None
    solutions: Solutions | None = None


class RFPQuery(PageQuery):
    status: RFPStatus | None = None
    q: Annotated[str, Field(max_length=100, description="Part of title, reference or customer.")] = ""
    order_by: Literal["-created_at", "created_at", "due_at", "title"] = "-created_at"


@router.get("/rfps", response=Page[RFPOut], summary="The RFPs of my teams")
def list_rfps(request: SignedInRequest, query: Query[RFPQuery]) -> dict[str, Any]:
    rows = _rfps(request)
    if query.status:
        rows = rows.filter(status=query.status)
    if query.q:
        rows = rows.filter(
            Q(title__icontains=query.q)
            | Q(reference__icontains=query.q)
            | Q(customer__name__icontains=query.q)
        )
    return paginate(rows.order_by(*ORDERS[query.order_by]), query)


@router.post("/rfps", response={201: RFPOut}, summary="Create an RFP, owned by me")
def create_rfp(request: SignedInRequest, data: RFPIn) -> Status[RFPOut]:
    if not can_create_rfp(request.user):
        raise PermissionDenied(_("Only contributors can create an RFP. Ask an administrator for the role."))
    saved = save_rfp(RFP(owner=request.user), **data.model_dump(exclude_none=True))
    return Status(201, RFPOut.from_orm(_rfps(request).get(pk=saved.pk)))


@router.get("/rfps/{rfp_id}", response=RFPOut, summary="One RFP")
def get_rfp(request: SignedInRequest, rfp_id: Id) -> RFP:
    return get_object_or_404(_rfps(request), pk=rfp_id)


@router.patch("/rfps/{rfp_id}", response=RFPOut, summary="Change an RFP (its managers)")
def update_rfp(request: SignedInRequest, rfp_id: Id, data: RFPChanges) -> RFP:
    rfp = find_rfp(request, rfp_id, Action.MANAGE)
    changes = data.model_dump(exclude_unset=True)
    for name in {"reference", "summary"} & changes.keys():
        changes[name] = changes[name] or ""
    status = changes.pop("status", None)
    with transaction.atomic():
        save_rfp(rfp, **changes)
        if status:
            change_status(rfp, status, user=request.user)
    return _rfps(request).get(pk=rfp.pk)


@router.delete("/rfps/{rfp_id}", response={204: None}, summary="Delete an RFP with all that belongs to it")
def delete_whole_rfp(request: SignedInRequest, rfp_id: Id) -> Status[None]:
    delete_rfp(find_rfp(request, rfp_id, Action.MANAGE))
    return Status(204, None)


def _rfps(request: SignedInRequest) -> RFPQuerySet:
    rows = RFP.objects.visible_to(request.user).with_progress()
    return rows.select_related("customer", "owner").prefetch_related("solutions")
