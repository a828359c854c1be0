"""Background jobs as their owner sees them."""

import json
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.jobs import JobError, may_see, may_steer, request_cancel, retry
from core.models import Job
from themis.http import SignedInRequest
from themis.services.webhook_events import DELIVERY_JOB

PER_PAGE = 25


def _visible_job(request: SignedInRequest, pk: uuid.UUID) -> Job:
    job = get_object_or_404(Job.objects.select_related("owner"), pk=pk)
    if not may_see(job, request.user):
        raise Http404
    return job


def _steered_job(request: SignedInRequest, pk: uuid.UUID) -> Job:
    job = _visible_job(request, pk)
    if not may_steer(job, request.user):
        raise PermissionDenied(_("Only who may start such work can cancel it or try it again."))
    return job


def _progress(request: SignedInRequest, job: Job, *, finished: bool, refusal: str = "") -> HttpResponse:
    response = render(request, "components/_job_body.html", {"job": job, "refusal": refusal})
    if finished:
        detail = {"jobFinished": {"id": str(job.pk), "state": job.state}}
        response["HX-Trigger-After-Settle"] = json.dumps(detail)
    return response


@require_GET
def job_list(request: SignedInRequest) -> HttpResponse:
    # What became of webhooks has pages of its own, and would fill this one.
    jobs = Job.objects.visible_to(request.user).exclude(kind=DELIVERY_JOB).select_related("owner")
    page = Paginator(jobs, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "themis/jobs.html", {"page": page})


@require_GET
def job(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The whole page; for htmx the progress alone, which asks again while the job is active."""
    found = _visible_job(request, pk)
    if request.htmx:
        return _progress(request, found, finished=not found.is_active)
    return render(request, "themis/job.html", {"job": found})


@require_POST
def job_cancel(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    found = _steered_job(request, pk)
    request_cancel(found)
    if request.htmx:
        return _progress(request, found, finished=not found.is_active)
    return redirect("themis:job", pk=pk)


@require_POST
def job_retry(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    found = _steered_job(request, pk)
    refusal = ""
    try:
        retry(found)
    except JobError as error:
        refusal = str(error)
    if request.htmx:
        return _progress(request, found, finished=False, refusal=refusal)
    if refusal:
        messages.error(request, refusal)
    return redirect("themis:job", pk=pk)
