import datetime as dt
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from solution_library.forms import SolutionForm
from solution_library.models import Solution
from solution_library.views.access import require_editor
from themis.api.forms import accept, edited
from themis.api.pages import Id, Page, PageQuery, paginate
from themis.http import SignedInRequest

router = Router(tags=["Solutions"])

Name = Annotated[str, Field(min_length=1, max_length=200)]
Description = Annotated[str, Field(max_length=20_000)]


class VendorOut(Schema):
    id: int
    name: str


class SolutionOut(Schema):
    """With how many of its documents search finds already, are waiting, or could not be read."""

    id: int
    name: str
    vendor: VendorOut
    description: str
    document_count: int
    embedded_count: int
    waiting_count: int
    failed_count: int
    created_at: dt.datetime
    updated_at: dt.datetime


class SolutionIn(Schema):
    vendor: Id
    name: Name
    description: Description = ""


class SolutionChanges(Schema):
    vendor: Id | None = None
    name: Name | None = None
    description: Description | None = None


class SolutionQuery(PageQuery):
    vendor: Id | None = None
    q: Annotated[str, Field(max_length=100, description="Part of the name.")] = ""


@router.get("/solutions", response=Page[SolutionOut], summary="Solutions by name")
def list_solutions(request: SignedInRequest, query: Query[SolutionQuery]) -> dict[str, Any]:
    rows = Solution.objects.visible_to(request.user).select_related("vendor").with_counts()
    if query.vendor:
        rows = rows.filter(vendor=query.vendor)
    return paginate(rows.filter(name__icontains=query.q), query)


@router.post("/solutions", response={201: SolutionOut}, summary="Add a solution of a vendor")
def create_solution(request: SignedInRequest, data: SolutionIn) -> Status[SolutionOut]:
    user = require_editor(request)
    saved = _save(Solution(owner=user), data.model_dump())
    return Status(201, SolutionOut.from_orm(_find_solution(request, saved.pk)))


@router.get("/solutions/{solution_id}", response=SolutionOut, summary="One solution")
def get_solution(request: SignedInRequest, solution_id: Id) -> Solution:
    return _find_solution(request, solution_id)


@router.patch("/solutions/{solution_id}", response=SolutionOut, summary="Change a solution")
def update_solution(request: SignedInRequest, solution_id: Id, data: SolutionChanges) -> Solution:
    require_editor(request)
    _save(_find_solution(request, solution_id), data.model_dump(exclude_none=True))
    return _find_solution(request, solution_id)


def _find_solution(request: SignedInRequest, solution_id: int) -> Solution:
    rows = Solution.objects.visible_to(request.user).select_related("vendor")
    return get_object_or_404(rows.with_counts(), pk=solution_id)


def _save(solution: Solution, changes: dict[str, Any]) -> Solution:
    form = SolutionForm(edited(SolutionForm(instance=solution), changes), instance=solution)
    accept(form)
    saved: Solution = form.save()
    return saved
