from pathlib import PurePosixPath

from django.db.models import F
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.models import Job
from core.responses import stored_file_response
from rfp_manager.forms import AnswerDocumentForm, ExportForm
from rfp_manager.job_access import with_steering
from rfp_manager.models import RFP, Question, RFPQuestionDocument
from rfp_manager.permissions import Action
from rfp_manager.services.export_reports import export_account, report_context
from rfp_manager.services.lists_left import with_lists_left
from rfp_manager.services.requests import request_answer_document, request_export
from rfp_manager.views.access import find_rfp
from themis.http import SignedInRequest

EXPORT_JOBS = ["export_workbook", "export_answers"]
CONFIRMED = RFPQuestionDocument.LayoutStatus.CONFIRMED


@require_GET
def export_list(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id)
    questions = rfp.questions
    jobs = Job.objects.filter(
        kind__in=EXPORT_JOBS, params__rfp=rfp.pk, state__in=[*Job.ACTIVE_STATES, Job.State.FAILED]
    )[:5]
    context = {
        "rfp": rfp,
        "exports": rfp.exports.select_related("document", "created_by")
        .defer("report")
        .annotate(has_drafts=F("report__drafts")),
        "workbooks": rfp.question_documents.filter(layout_status=CONFIRMED).defer("layout"),
        "form": ExportForm(),
        "answer_form": AnswerDocumentForm(),
        "jobs": with_steering(jobs, actions=rfp.actions),  # type: ignore[attr-defined]
        "question_count": questions.count(),
        "lists_left": len(with_lists_left(questions)),
        "approved_count": questions.filter(status=Question.Status.APPROVED).count(),
    }
    template = "rfp_manager/exports.html#exports" if request.htmx else "rfp_manager/exports.html"
    return render(request, template, context)


@require_POST
def export_create(request: SignedInRequest, rfp_id: int, document_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EXPORT)
    document = get_object_or_404(rfp.question_documents.filter(layout_status=CONFIRMED), pk=document_id)
    form = ExportForm(request.POST)
    drafts = form.is_valid() and form.cleaned_data["content"] == "drafts"
    request_export(document, user=request.user, drafts=drafts)
    return _to_what_was_made(rfp)


@require_POST
def answer_document_create(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EXPORT)
    form = AnswerDocumentForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(_("Choose the kind of file and what goes into it."))
    kind, drafts = form.cleaned_data["kind"], form.cleaned_data["content"] == "drafts"
    request_answer_document(rfp, user=request.user, kind=kind, drafts=drafts)
    return _to_what_was_made(rfp)


def _to_what_was_made(rfp: RFP) -> HttpResponse:
    """The progress and the files stand below the forms: without the anchor nothing seems to have happened."""
    return redirect(f"{reverse('rfp_manager:exports', args=[rfp.pk])}#exports")


@require_GET
def export_detail(request: SignedInRequest, rfp_id: int, export_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id)
    export = get_object_or_404(rfp.exports.select_related("document", "created_by"), pk=export_id)
    return render(
        request, "rfp_manager/export.html", {"rfp": rfp, "export": export, **report_context(export)}
    )


@require_GET
def export_report(request: SignedInRequest, rfp_id: int, export_id: int) -> HttpResponse:
    """The report with the proof, as a file of its own that can be sent along."""
    rfp = find_rfp(request, rfp_id)
    export = get_object_or_404(rfp.exports, pk=export_id)
    response = JsonResponse(export_account(export), json_dumps_params={"indent": 1, "ensure_ascii": False})
    name = f"{PurePosixPath(export.filename).stem} - report.json"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_GET
def export_download(request: SignedInRequest, rfp_id: int, export_id: int) -> HttpResponseBase:
    rfp = find_rfp(request, rfp_id, Action.EXPORT)
    export = get_object_or_404(rfp.exports, pk=export_id)
    return stored_file_response(export.export_file.name or "", filename=export.filename)
