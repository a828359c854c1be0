"""Background jobs: everything that takes longer than a request answers 202 with one of these."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from core import jobs
from core.models import Job
from themis.api.pages import Page, PageQuery, paginate
from themis.api.problems import APIError
from themis.http import SignedInRequest

router = Router(tags=["Jobs"])

State = Literal["queued", "running", "done", "failed", "cancelled"]


class JobOut(Schema):
    """`result` holds what came of it, as the id of an export; `error` says in words why it failed."""

    id: uuid.UUID
    kind: str
    title: str
    state: State
    done: int
    total: int | None
    percent: int | None
    message: str
    error: str
    attempts: int
    result: dict[str, Any]
    created_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None


class JobQuery(PageQuery):
    state: State | None = None
    kind: Annotated[str, Field(max_length=60)] | None = None


@router.get("/jobs", response=Page[JobOut], summary="My jobs, newest first")
def list_jobs(request: SignedInRequest, query: Query[JobQuery]) -> dict[str, Any]:
    rows = Job.objects.visible_to(request.user)
    if query.state:
        rows = rows.filter(state=query.state)
    if query.kind:
        rows = rows.filter(kind=query.kind)
    return paginate(rows, query)


@router.get("/jobs/{job_id}", response=JobOut, summary="How far a job is")
def get_job(request: SignedInRequest, job_id: uuid.UUID) -> Job:
    return _find_job(request, job_id)


@router.post("/jobs/{job_id}/cancel", response={202: JobOut}, summary="Ask a job to stop")
def cancel_job(request: SignedInRequest, job_id: uuid.UUID) -> Status[JobOut]:
    job = _find_steered(request, job_id)
    jobs.request_cancel(job)
    return Status(202, JobOut.from_orm(job))


@router.post("/jobs/{job_id}/retry", response={202: JobOut}, summary="Try a failed job again")
def retry_job(request: SignedInRequest, job_id: uuid.UUID) -> Status[JobOut]:
    job = _find_steered(request, job_id)
    try:
        retried = jobs.retry(job)
    except jobs.JobError as error:
        raise APIError(409, str(error), code="wrong-state") from error
    if not retried:
        raise APIError(409, "Only a failed or cancelled job can be tried again.", code="wrong-state")
    return Status(202, JobOut.from_orm(job))


def _find_job(request: SignedInRequest, job_id: uuid.UUID) -> Job:
    job = get_object_or_404(Job, pk=job_id)
    if not jobs.may_see(job, request.user):
        raise Http404
    return job


def _find_steered(request: SignedInRequest, job_id: uuid.UUID) -> Job:
    job = _find_job(request, job_id)
    if not jobs.may_steer(job, request.user):
        raise PermissionDenied(_("Only who may start such work can cancel it or try it again."))
    return job
