"""Documentation sites, and what each of their syncs found."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from solution_library.forms import SourceForm
from solution_library.models import DocumentationSource, Solution, SourceSync
from solution_library.services.deletions import trash_source
from solution_library.services.restoring import restorable_sources, restore_source
from solution_library.services.sources import request_sync, save_source
from solution_library.views.access import require_editor
from themis.api.forms import accept
from themis.api.jobs import JobOut
from themis.api.pages import Id, Page, PageQuery, StrictQuery, paginate
from themis.http import SignedInRequest

router = Router(tags=["Sources"])

Schedule = Literal["manual", "daily", "weekly", "monthly"]
Pattern = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\r\n]+$")]
Patterns = Annotated[list[Pattern], Field(max_length=50)]


class SourceOut(Schema):
    id: int
    solution_id: int
    name: str
    base_url: str
    schedule: Schedule
    include_patterns: list[str]
    exclude_patterns: list[str]
    max_pages: int
    max_depth: int
    page_count: int
    sync_status: Literal["never", "running", "synced", "failed"]
    sync_error: str
    last_synced_at: dt.datetime | None
    next_sync_at: dt.datetime | None


class SourceIn(Schema):
    """A pattern is a path with `*`, as in `/product/v2/*`."""

    solution: Id
    name: Annotated[str, Field(min_length=1, max_length=200)]
    base_url: Annotated[str, Field(min_length=1, max_length=500)]
    schedule: Schedule = "manual"
    include_patterns: Patterns = []
    exclude_patterns: Patterns = []
    max_pages: Annotated[int, Field(ge=1, le=1_000_000)] = 500
    max_depth: Annotated[int, Field(ge=1, le=1000)] = 5


class SourceQuery(PageQuery):
    solution: Id | None = None
    status: Literal["never", "running", "synced", "failed"] | None = None


class SyncQuery(StrictQuery):
    remove_many: Annotated[
        bool, Field(description="Remove what is missing even if it is more than half of the known pages.")
    ] = False


class SyncOut(Schema):
    """What a sync found against what was known, in pages.

    `withheld` pages were missing, but too many to be removed unasked: sync with `remove_many` to let them go.
    """

    id: int
    state: Literal["running", "done", "failed", "cancelled"]
    added: int
    changed: int
    removed: int
    unchanged: int
    failed: int
    withheld: int
    notes: list[str]
    error: str
    started_at: dt.datetime
    finished_at: dt.datetime | None


class SyncEntryOut(Schema):
    change: Literal["added", "changed", "removed", "failed"]
    url: str
    title: str
    note: str
    document_id: int | None


@router.get("/sources", response=Page[SourceOut], summary="Documentation sites")
def list_sources(request: SignedInRequest, query: Query[SourceQuery]) -> dict[str, Any]:
    rows = _sources(request)
    if query.solution:
        rows = rows.filter(solution=query.solution)
    if query.status:
        rows = rows.filter(sync_status=query.status)
    return paginate(rows.order_by("name", "pk"), query)


@router.post("/sources", response={201: SourceOut}, summary="Add a site; sync it by its own route")
def create_source(request: SignedInRequest, data: SourceIn) -> Status[SourceOut]:
    user = require_editor(request)
    solution = get_object_or_404(Solution.objects.visible_to(user), pk=data.solution)
    # The form's fields for patterns take them as people write them: one a line.
    lines = {name: "\n".join(getattr(data, name)) for name in ("include_patterns", "exclude_patterns")}
    form = SourceForm(data.model_dump() | lines, instance=DocumentationSource(solution=solution))
    accept(form)
    save_source(form.instance)
    return Status(201, SourceOut.from_orm(_sources(request).get(pk=form.instance.pk)))


@router.get("/sources/{source_id}", response=SourceOut, summary="One site")
def get_source(request: SignedInRequest, source_id: Id) -> DocumentationSource:
    return get_object_or_404(_sources(request), pk=source_id)


@router.delete(
    "/sources/{source_id}",
    response={204: None},
    summary="Delete a site with its pages; for a day it can be restored",
)
def delete_documentation_source(request: SignedInRequest, source_id: Id) -> Status[None]:
    """Its pages are out of search at once. After 24 hours site, pages and reports are deleted for good."""
    require_editor(request)
    trash_source(get_object_or_404(_sources(request), pk=source_id), now=timezone.now())
    return Status(204, None)


@router.post(
    "/sources/{source_id}/restore",
    response={202: SourceOut},
    summary="Bring back a deleted site; its pages are embedded in the background",
)
def restore_documentation_source(request: SignedInRequest, source_id: Id) -> Status[SourceOut]:
    """Within 24 hours of its deletion; 404 afterwards. Refused (422) when the site was set up again meanwhile."""
    require_editor(request)
    source = get_object_or_404(restorable_sources(), pk=source_id)
    restore_source(source)
    return Status(202, SourceOut.from_orm(_sources(request).get(pk=source.pk)))


@router.post("/sources/{source_id}/syncs", response={202: JobOut}, summary="Read the site again, as a job")
def create_sync(request: SignedInRequest, source_id: Id, query: Query[SyncQuery]) -> Status[JobOut]:
    """When more than half of the known pages are missing, none is removed and the report's `withheld` counts them."""
    user = require_editor(request)
    source = get_object_or_404(_sources(request), pk=source_id)
    job = request_sync(source, owner=user, remove_many=query.remove_many)
    return Status(202, JobOut.from_orm(job))


@router.get("/sources/{source_id}/syncs", response=Page[SyncOut], summary="A site's syncs, newest first")
def list_syncs(request: SignedInRequest, source_id: Id, query: Query[PageQuery]) -> dict[str, Any]:
    source = get_object_or_404(_sources(request), pk=source_id)
    return paginate(source.syncs.visible_to(request.user), query)


@router.get(
    "/sources/{source_id}/syncs/{sync_id}/entries",
    response=Page[SyncEntryOut],
    summary="The pages that a sync has something to say of",
)
def list_sync_entries(
    request: SignedInRequest, source_id: Id, sync_id: Id, query: Query[PageQuery]
) -> dict[str, Any]:
    syncs = SourceSync.objects.visible_to(request.user).filter(source=source_id)
    return paginate(get_object_or_404(syncs, pk=sync_id).entries.visible_to(request.user), query)


def _sources(request: SignedInRequest) -> QuerySet[DocumentationSource]:
    return DocumentationSource.objects.visible_to(request.user).with_page_counts()
