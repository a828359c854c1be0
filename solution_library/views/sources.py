"""Documentation sites: set up, synced, and what each sync found."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.models import User
from core.permissions import can_edit_library
from core.storage import StorageError
from solution_library.forms import SourceForm
from solution_library.models import Document, DocumentationSource, SourceSync, SourceSyncEntry
from solution_library.services.deletions import trash_source
from solution_library.services.sources import latest_job, request_sync, save_source
from solution_library.services.sync_reports import compare_texts, describe_withheld
from solution_library.views.access import require_editor
from solution_library.views.solutions import find_solution
from themis.http import SignedInRequest

PAGES_PER_PAGE = 50
ENTRIES_PER_PAGE = 100


@require_GET
def source(request: SignedInRequest, pk: int) -> HttpResponse:
    """A site: its last sync, its reports and its pages, those that are gone last."""
    user = request.user
    found = _find_source(request, pk)
    pages = (
        Document.objects.visible_to(user)
        .filter(source=found)
        .order_by(F("retired_at").desc(nulls_first=True), "title", "pk")
    )
    syncs = list(found.syncs.visible_to(user))
    context = {
        "source": found,
        "job": latest_job(found),
        "syncs": syncs,
        "withheld": describe_withheld(syncs[0]) if syncs and syncs[0].withheld else "",
        "page": Paginator(pages, PAGES_PER_PAGE).get_page(request.GET.get("page")),
        "may_edit": can_edit_library(user),
    }
    return render(request, "solution_library/source.html", context)


@require_http_methods(["GET", "POST"])
def source_create(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set up a site for solution `pk`; it is read at once."""
    user = require_editor(request)
    return _source_form(request, DocumentationSource(solution=find_solution(request, pk)), sync_for=user)


@require_http_methods(["GET", "POST"])
def source_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    require_editor(request)
    return _source_form(request, _find_source(request, pk))


def _source_form(
    request: SignedInRequest, instance: DocumentationSource, *, sync_for: User | None = None
) -> HttpResponse:
    form = SourceForm(request.POST or None, instance=instance)
    if request.method == "POST" and form.is_valid():
        save_source(form.instance)
        if sync_for:
            request_sync(form.instance, owner=sync_for)
        messages.success(request, _("“%(name)s” is saved.") % {"name": form.instance.name})
        return redirect(form.instance)
    stored = DocumentationSource.objects.filter(pk=instance.pk).first()
    context = {"form": form, "source": stored, "solution": instance.solution}
    return render(request, "solution_library/source_form.html", context, status=422 if form.is_bound else 200)


@require_POST
def source_sync_now(request: SignedInRequest, pk: int) -> HttpResponse:
    """`remove_many`: the person has read that most pages are missing, and lets them go."""
    user = require_editor(request)
    found = _find_source(request, pk)
    request_sync(found, owner=user, remove_many=request.POST.get("remove_many") == "yes")
    return redirect(found)


@require_POST
def source_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """For a day it can be brought back with its pages, as the solution's page says then."""
    require_editor(request)
    found = _find_source(request, pk)
    trash_source(found, now=timezone.now())
    return redirect(found.solution)


@require_GET
def source_sync(request: SignedInRequest, pk: int) -> HttpResponse:
    """The report of one sync; `?change=changed` shows only those pages."""
    user = request.user
    syncs = SourceSync.objects.visible_to(user).select_related("source__solution__vendor")
    found = get_object_or_404(syncs, pk=pk)
    change = request.GET.get("change", "")
    entries = found.entries.visible_to(user).select_related("document")
    if change in SourceSyncEntry.Change.values:
        entries = entries.filter(change=change)
    context = {
        "sync": found,
        "source": found.source,
        "withheld": describe_withheld(found) if found.withheld else "",
        "page": Paginator(entries, ENTRIES_PER_PAGE).get_page(request.GET.get("page")),
        "change": change,
        "changes": SourceSyncEntry.Change.choices,
    }
    return render(request, "solution_library/source_sync.html", context)


@require_GET
def source_entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """One page of a report, with its text before and after."""
    entries = SourceSyncEntry.objects.visible_to(request.user)
    found = get_object_or_404(entries.select_related("sync__source__solution__vendor", "document"), pk=pk)
    try:
        lines = compare_texts(found)
    except StorageError:
        lines = None
    context = {"entry": found, "sync": found.sync, "source": found.sync.source, "lines": lines}
    return render(request, "solution_library/source_entry.html", context)


def _find_source(request: SignedInRequest, pk: int) -> DocumentationSource:
    sources = DocumentationSource.objects.visible_to(request.user).with_page_counts()
    return get_object_or_404(sources.select_related("solution__vendor"), pk=pk)
