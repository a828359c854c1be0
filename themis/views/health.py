"""Endpoints for machines (live, ready) and the status page for administrators."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.permissions import is_administrator
from themis.health import recent, run_checks
from themis.http import SignedInRequest


@login_not_required
@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """This process answers. Asks nothing else, so that a lost database restarts no web server."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether requests can be served: 200 or 503. Public, so it names parts and no details, and keeps its answer."""
    report = recent.report()
    checks = {entry.check.key: "ok" if entry.result.ok else "failed" for entry in report.checks}
    status = "ok" if report.well else "degraded" if report.ready else "unavailable"
    return JsonResponse({"status": status, "checks": checks}, status=200 if report.ready else 503)


@never_cache
@require_safe
def status(request: SignedInRequest) -> HttpResponse:
    if not is_administrator(request.user):
        raise PermissionDenied
    return render(request, "themis/status.html", {"report": run_checks()})
