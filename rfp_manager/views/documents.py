from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from core.exceptions import SpelunkerError
from core.models import Job
from core.responses import stored_file_response
from core.uploads import clean_filename
from rfp_manager.exceptions import GoneMeanwhile, RFPError, StoreUnavailable
from rfp_manager.models import RFP, RFPInformationDocument, RFPQuestionDocument
from rfp_manager.permissions import Action
from rfp_manager.services.excel_processor import IMPORTED, import_questions
from rfp_manager.services.revision_comparison import likely_predecessor
from rfp_manager.services.rfps import delete_file
from rfp_manager.services.uploads import add_information_document, add_question_workbook
from rfp_manager.views.access import find_rfp
from rfp_manager.views.layouts import layout_context, seen_version
from rfp_manager.workbooks.garbage import without_collection
from themis.http import SignedInRequest
from themis.uploads import done_with, not_kept_yet, uploaded_files


@require_POST
def upload_information(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    _take(request, rfp, add_information_document)
    return _go_to(request, reverse("rfp_manager:detail", args=[rfp.pk]))


@require_POST
def upload_workbook(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    added = _take(request, rfp, add_question_workbook)
    if len(added) == 1:
        return _go_to(request, reverse("rfp_manager:workbook", args=[rfp.pk, added[0].pk]))
    return _go_to(request, reverse("rfp_manager:detail", args=[rfp.pk]))


def _take(request: SignedInRequest, rfp: RFP, add: Callable[..., tuple[Any, Job]]) -> list[Any]:
    """Add each uploaded file; one that is refused gets its sentence and does not stop the others."""
    try:
        uploads = uploaded_files(request, "files")
    except SpelunkerError as error:
        messages.error(request, str(error))
        return []
    if not uploads:
        messages.error(request, _("Choose at least one file."))
    added = []
    for upload in uploads:
        try:
            added.append(add(rfp, upload=upload, user=request.user)[0])
        except StoreUnavailable as error:
            said = not_kept_yet(upload, str(error))
            messages.error(request, f"{clean_filename(upload.name or '')}: {said}")
            continue
        except SpelunkerError as error:
            messages.error(request, f"{clean_filename(upload.name or '')}: {error}")
        done_with(upload)
    return added


def _go_to(request: SignedInRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@require_http_methods(["GET", "POST"])
@without_collection()
def workbook(request: SignedInRequest, rfp_id: int, document_id: int) -> HttpResponse:
    """The detected layout, to be looked at and confirmed."""
    action = Action.EDIT if request.method == "POST" else Action.VIEW
    rfp = find_rfp(request, rfp_id, action)
    document = get_object_or_404(rfp.question_documents, pk=document_id)
    if request.method == "POST":
        try:
            count = import_questions(
                document,
                sheets=request.POST.getlist("sheets"),
                user=request.user,
                version=seen_version(request),
            )
        except GoneMeanwhile as error:
            messages.error(request, str(error))
            return redirect("rfp_manager:detail", rfp.pk)
        except RFPError as error:
            messages.error(request, str(error))
            return redirect("rfp_manager:workbook", rfp.pk, document.pk)
        messages.success(
            request,
            ngettext(
                "%(count)d question imported. Draft them all when you are ready.",
                "%(count)d questions imported. Draft them all when you are ready.",
                count,
            )
            % {"count": count},
        )
        return redirect("rfp_manager:questions", rfp.pk)
    template = "rfp_manager/workbook.html#layout" if request.htmx else "rfp_manager/workbook.html"
    context = {"rfp": rfp, "document": document} | layout_context(document, request.GET.get("sheet", ""))
    if document.layout_status == RFPQuestionDocument.LayoutStatus.DETECTED:
        context["previous_version"] = likely_predecessor(document)
    return render(request, template, context)


@require_GET
def download_information(request: SignedInRequest, rfp_id: int, document_id: int) -> HttpResponseBase:
    rfp = find_rfp(request, rfp_id)
    document = get_object_or_404(rfp.information_documents, pk=document_id)
    return stored_file_response(document.s3_key, filename=document.title)


@require_GET
def download_workbook(request: SignedInRequest, rfp_id: int, document_id: int) -> HttpResponseBase:
    rfp = find_rfp(request, rfp_id)
    document = get_object_or_404(rfp.question_documents, pk=document_id)
    return stored_file_response(document.s3_key, filename=document.title)


@require_POST
def delete_information(request: SignedInRequest, rfp_id: int, document_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    return _delete(request, get_object_or_404(rfp.information_documents, pk=document_id))


@require_POST
def delete_workbook(request: SignedInRequest, rfp_id: int, document_id: int) -> HttpResponse:
    """Takes the answers along, so it is the manager's to do once questions were imported."""
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    document = get_object_or_404(rfp.question_documents, pk=document_id)
    if document.layout_status in IMPORTED:
        find_rfp(request, rfp_id, Action.MANAGE)
    return _delete(request, document)


def _delete(request: SignedInRequest, document: RFPInformationDocument | RFPQuestionDocument) -> HttpResponse:
    delete_file(document)
    messages.success(request, _("“%(title)s” was deleted.") % {"title": document.title})
    return redirect("rfp_manager:detail", document.rfp_id)
