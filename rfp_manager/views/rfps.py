from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.models import Job
from core.permissions import can_create_rfp, can_edit_library
from rfp_manager.exceptions import TransitionRefused
from rfp_manager.forms import InformationUploadForm, RFPForm, StatusForm, WorkbookUploadForm
from rfp_manager.job_access import with_steering
from rfp_manager.models import RFP, Question
from rfp_manager.permissions import Action
from rfp_manager.services.activity import latest_activity
from rfp_manager.services.holding import hold_rfp
from rfp_manager.services.llm_costs import find_spending, with_tokens
from rfp_manager.services.overview import build_overview
from rfp_manager.services.rfp_status import change_status
from rfp_manager.services.rfps import delete_rfp
from rfp_manager.services.sent_files import sent_files
from rfp_manager.views.access import find_rfp
from solution_library.models import Solution
from themis.http import SignedInRequest


@require_GET
def rfp_list(request: SignedInRequest) -> HttpResponse:
    user = request.user
    rfps = (
        RFP.objects.visible_to(user)
        .with_progress()
        .select_related("customer", "owner")
        .order_by("-created_at")
    )
    query = request.GET.get("q", "").strip()[:100]
    if query:
        rfps = rfps.filter(
            Q(title__icontains=query) | Q(reference__icontains=query) | Q(customer__name__icontains=query)
        )
    status = request.GET.get("status", "")
    if status == "open":
        rfps = rfps.filter(status__in=RFP.OPEN_STATUSES)
    elif status in RFP.Status.values:
        rfps = rfps.filter(status=status)
    context = {
        "page": Paginator(rfps, 50).get_page(request.GET.get("page")),
        "query": query,
        "status": status,
        "statuses": [("", _("Every status")), ("open", pgettext("RFPs", "Open")), *RFP.Status.choices],
        "may_create": can_create_rfp(user),
    }
    return render(request, "rfp_manager/list.html", context)


@require_http_methods(["GET", "POST"])
def rfp_create(request: SignedInRequest) -> HttpResponse:
    user = request.user
    if not can_create_rfp(user):
        raise PermissionDenied(_("Only contributors can create an RFP. Ask an administrator for the role."))
    form = RFPForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.owner = user
        with transaction.atomic():  # with its solutions, or not at all
            rfp = form.save()
        messages.success(request, _("The RFP is ready. Upload the customer's files next."))
        return redirect(rfp)
    context = {
        "form": form,
        "title": _("New RFP"),
        "lacks_solutions": request.method == "GET" and not Solution.objects.exists(),
        "may_edit_library": can_edit_library(user),
    }
    return render(request, "rfp_manager/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def rfp_edit(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.MANAGE)
    with transaction.atomic():
        # Locked while it is compared with what the person saw.
        locked = hold_rfp(rfp.pk) if request.method == "POST" else rfp
        form = RFPForm(request.POST or None, instance=locked)
        if request.method == "POST" and form.is_valid():
            form.save()
            messages.success(request, _("Saved."))
            return redirect(rfp)
    context = {"form": form, "rfp": rfp, "title": _("Edit RFP")}
    status = 409 if form.is_conflict else 422 if form.is_bound else 200
    return render(request, "rfp_manager/form.html", context, status=status)


@require_GET
def rfp_detail(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    part = request.htmx.target if request.htmx else ""
    if part in ("workbooks", "information"):
        rfp = find_rfp(request, rfp_id)
        context = {"rfp": rfp, "question_count": rfp.questions.count()} | _files(rfp)
        return render(request, f"rfp_manager/detail.html#{part}", context)
    rfp = find_rfp(request, rfp_id, among=with_tokens(RFP.objects.with_solution_names()))
    overview = build_overview(rfp)
    context = {
        "rfp": rfp,
        "overview": overview,
        "question_count": overview.total,
        "statuses": [
            (label, overview.statuses.get(value, 0), value) for value, label in Question.Status.choices
        ],
        "activity": latest_activity(rfp),
        "spending": find_spending(rfp),
        "jobs": with_steering(Job.objects.for_target(rfp).active(), actions=rfp.actions),  # type: ignore[attr-defined]
        "status_form": StatusForm.of(rfp),
        "workbook_form": WorkbookUploadForm(auto_id="workbook_%s"),
        "information_form": InformationUploadForm(auto_id="information_%s"),
    }
    return render(request, "rfp_manager/detail.html", context | _files(rfp))


def _files(rfp: RFP) -> dict[str, Any]:
    workbooks, documents = sent_files(rfp)
    return {
        "workbooks": workbooks,
        "workbooks_waiting": any(row.is_waiting for row in workbooks),
        "information_documents": documents,
        "information_waiting": any(row.is_waiting for row in documents),
    }


@require_POST
def rfp_status(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.MANAGE)
    form = StatusForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the statuses in the list."))
        return redirect(rfp)
    try:
        change_status(rfp, **form.cleaned_data, user=request.user)
    except TransitionRefused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect(rfp)


@require_POST
def rfp_delete(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.MANAGE)
    delete_rfp(rfp)
    messages.success(request, _("“%(title)s” and all its files were deleted.") % {"title": rfp.title})
    return redirect("rfp_manager:list")
