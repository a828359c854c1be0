import datetime as dt
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from core.models import Organization
from solution_library.forms import OrganizationForm
from solution_library.services.organizations import save_organization
from solution_library.views.access import require_editor
from themis.api.forms import accept, edited
from themis.api.pages import Id, Page, PageQuery, paginate
from themis.http import SignedInRequest

router = Router(tags=["Organizations"])

Kind = Literal["own", "customer", "vendor", "partner"]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Website = Annotated[str, Field(max_length=200)]


class OrganizationOut(Schema):
    id: int
    name: str
    kind: Kind
    website: str
    created_at: dt.datetime
    updated_at: dt.datetime


class OrganizationIn(Schema):
    name: Name
    kind: Kind = "vendor"
    website: Website = ""


class OrganizationChanges(Schema):
    name: Name | None = None
    kind: Kind | None = None
    website: Website | None = None


class OrganizationQuery(PageQuery):
    kind: Kind | None = None
    q: Annotated[str, Field(max_length=100, description="Part of the name.")] = ""


@router.get("/organizations", response=Page[OrganizationOut], summary="Organizations by name")
def list_organizations(request: SignedInRequest, query: Query[OrganizationQuery]) -> dict[str, Any]:
    rows = Organization.objects.visible_to(request.user)
    if query.kind:
        rows = rows.filter(kind=query.kind)
    return paginate(rows.filter(name__icontains=query.q), query)


@router.post("/organizations", response={201: OrganizationOut}, summary="Add an organization")
def create_organization(request: SignedInRequest, data: OrganizationIn) -> Status[OrganizationOut]:
    require_editor(request)
    return Status(201, OrganizationOut.from_orm(_save(Organization(), data.model_dump())))


@router.get("/organizations/{organization_id}", response=OrganizationOut, summary="One organization")
def get_organization(request: SignedInRequest, organization_id: Id) -> Organization:
    return get_object_or_404(Organization.objects.visible_to(request.user), pk=organization_id)


@router.patch("/organizations/{organization_id}", response=OrganizationOut, summary="Change an organization")
def update_organization(
    request: SignedInRequest, organization_id: Id, data: OrganizationChanges
) -> Organization:
    require_editor(request)
    found = get_object_or_404(Organization.objects.visible_to(request.user), pk=organization_id)
    return _save(found, data.model_dump(exclude_none=True))


def _save(organization: Organization, changes: dict[str, Any]) -> Organization:
    form = OrganizationForm(instance=organization)
    form = OrganizationForm(edited(form, changes), instance=organization)
    accept(form)
    save_organization(form.instance)
    return form.instance
