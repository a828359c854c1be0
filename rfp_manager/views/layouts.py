"""The sheet's own grid, and the corrections that a person makes on it until the layout is imported."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from core import jobs
from core.exceptions import SpelunkerError
from core.models import Job
from core.whole_numbers import whole_number
from rfp_manager.exceptions import LayoutConflict
from rfp_manager.forms import CorrectionForm, LayoutVersionForm, RestartForm
from rfp_manager.models import RFP, LayoutMemory, RFPQuestionDocument
from rfp_manager.permissions import Action
from rfp_manager.services.layouts import correct_layout, restart_layout, undo_correction
from rfp_manager.services.previews import preview_pages
from rfp_manager.views.access import find_rfp
from rfp_manager.workbooks.garbage import without_collection
from rfp_manager.workbooks.layout import SheetLayout
from rfp_manager.workbooks.preview.marks import sheet_marks
from themis.http import SignedInRequest

TEMPLATE = "rfp_manager/workbook.html"
SHOWN_QUESTIONS = 300


@require_GET
@cache_control(private=True, max_age=86_400)
def sheet_frame(request: SignedInRequest, rfp_id: int, document_id: int, sheet: int) -> HttpResponse:
    """How the sheet is laid out on the screen, as JSON."""
    document = _previewed(request, rfp_id, document_id)
    try:
        return _json(preview_pages(document).frame(sheet))
    except KeyError as error:
        raise Http404 from error


@require_GET
@cache_control(private=True, max_age=86_400)
def sheet_rows(
    request: SignedInRequest, rfp_id: int, document_id: int, sheet: int, block: int
) -> HttpResponse:
    """The cells of one block of rows, as JSON."""
    document = _previewed(request, rfp_id, document_id)
    try:
        return _json(preview_pages(document).block(sheet, block))
    except KeyError as error:
        raise Http404 from error


def _previewed(request: SignedInRequest, rfp_id: int, document_id: int) -> RFPQuestionDocument:
    rfp = find_rfp(request, rfp_id)
    documents = rfp.question_documents.exclude(preview_key="").only("rfp", "preview_key", "content_hash")
    return get_object_or_404(documents, pk=document_id)


def _json(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="application/json")


@require_POST
@without_collection()
def correct(request: SignedInRequest, rfp_id: int, document_id: int, sheet: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    document = get_object_or_404(rfp.question_documents, pk=document_id)
    sheets = document.layout.get("sheets", [])
    if not sheet < len(sheets):
        raise Http404
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _answer(request, rfp, document, sheet, error=_first_error(form))
    try:
        corrected = correct_layout(
            document,
            sheet=sheets[sheet]["sheet"],
            correction=form.correction,
            version=form.cleaned_data["version"],
            user=request.user,
        )
    except SpelunkerError as error:
        return _refused(request, rfp, document, sheet, error)
    return _answer(request, rfp, document, sheet, corrected=corrected)


@require_POST
@without_collection()
def undo(request: SignedInRequest, rfp_id: int, document_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    document = get_object_or_404(rfp.question_documents, pk=document_id)
    sheet = _number(request.POST.get("sheet", ""), document)
    form = LayoutVersionForm(request.POST)
    if not form.is_valid():
        return _answer(request, rfp, document, sheet, error=_first_error(form))
    try:
        changed = undo_correction(document, version=form.cleaned_data["version"])
    except SpelunkerError as error:
        return _refused(request, rfp, document, sheet, error)
    names = [each["sheet"] for each in document.layout["sheets"]]
    if names.index(changed.sheet) != sheet:
        return _answer(
            request,
            rfp,
            document,
            sheet,
            note=_("Taken back on the sheet “%(sheet)s”.") % {"sheet": changed.sheet},
        )
    return _answer(request, rfp, document, sheet, corrected=changed)


@require_POST
@without_collection()
def restart(request: SignedInRequest, rfp_id: int, document_id: int) -> HttpResponse:
    """Begin anew with a fresh detection, or with the layout that is remembered of this form."""
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    document = get_object_or_404(rfp.question_documents, pk=document_id)
    form = RestartForm(request.POST)
    try:
        if form.is_valid():
            restart_layout(document, start=form.cleaned_data["start"], version=form.cleaned_data["version"])
    except SpelunkerError as error:
        messages.error(request, str(error))
    return redirect("rfp_manager:workbook", rfp.pk, document.pk)


@require_POST
def prepare_preview(request: SignedInRequest, rfp_id: int, document_id: int) -> HttpResponse:
    """For a workbook whose preview was never made, or could not be stored."""
    rfp = find_rfp(request, rfp_id)
    document = get_object_or_404(rfp.question_documents, pk=document_id)
    if not document.preview_key:
        jobs.enqueue(
            "prepare_preview",
            title=_("Preparing the preview of %(title)s") % {"title": document.title},
            key=f"prepare_preview:{document.pk}",
            target=document,
            owner=request.user,
        )
    return redirect("rfp_manager:workbook", rfp.pk, document.pk)


def seen_version(request: SignedInRequest) -> int | None:
    """The version of the layout that the posted page showed; None from a client that names none."""
    return whole_number(request.POST.get("version", ""))


def layout_context(
    document: RFPQuestionDocument, sheet: str = "", *, corrected: SheetLayout | None = None
) -> dict[str, Any]:
    """What the page of a workbook shows of its layout, with one sheet in the foreground.

    `corrected` is that sheet, where the caller has it at hand: of thousands of questions it takes a while to build.
    """
    sheets = document.layout.get("sheets", [])
    context: dict[str, Any] = {
        "sheets": [
            {
                "number": number,
                "title": each["sheet"],
                "asks": each["is_question_sheet"],
                "state": each["state"],
                "count": len(each["questions"]),
            }
            for number, each in enumerate(sheets)
        ],
        "question_count": sum(len(each["questions"]) for each in sheets if each["is_question_sheet"]),
        "asking_count": sum(each["is_question_sheet"] for each in sheets),
    }
    if sheets:
        number = _number(sheet, document)
        data = sheets[number]
        questions = data["questions"] if data["is_question_sheet"] else []
        context |= {
            "number": number,
            "sheet": data,
            "shown": questions[:SHOWN_QUESTIONS],
            "not_shown": max(0, len(questions) - SHOWN_QUESTIONS),
            "marks": sheet_marks(corrected or SheetLayout.from_dict(data))
            if data["is_question_sheet"]
            else {},
            "preview_version": document.preview_key.rsplit("/", 1)[-1],
        }
    if document.layout_status == RFPQuestionDocument.LayoutStatus.DETECTED:
        context["memory"] = document.layout_memory
        if document.layout_memory is None and document.fingerprint:
            context["other_memory"] = LayoutMemory.objects.filter(fingerprint=document.fingerprint).first()
    if not document.preview_key:
        context["preview_job"] = Job.objects.for_target(document).filter(kind="prepare_preview").last()
    return context


def _number(sheet: str, document: RFPQuestionDocument) -> int:
    """The sheet asked for by its number, else the first one that asks something."""
    sheets = document.layout.get("sheets", [])
    number = whole_number(sheet)
    if number is not None and number < len(sheets):
        return number
    return next((at for at, each in enumerate(sheets) if each["is_question_sheet"]), 0)


def _first_error(form: CorrectionForm | LayoutVersionForm) -> str:
    return str(next(iter(form.errors.values()))[0])


def _refused(
    request: SignedInRequest, rfp: RFP, document: RFPQuestionDocument, sheet: int, error: SpelunkerError
) -> HttpResponse:
    status = 409 if isinstance(error, LayoutConflict) else 422
    return _answer(request, rfp, document, sheet, error=str(error), status=status)


def _answer(
    request: SignedInRequest,
    rfp: RFP,
    document: RFPQuestionDocument,
    sheet: int,
    *,
    error: str = "",
    note: str = "",
    corrected: SheetLayout | None = None,
    status: int = 422,
) -> HttpResponse:
    """The parts of the page that a correction changes; the whole page again for a browser without scripts."""
    if not request.htmx:
        if error:
            messages.error(request, error)
        return redirect(f"{reverse('rfp_manager:workbook', args=[rfp.pk, document.pk])}?sheet={sheet}")
    if corrected is None:
        # Refused, perhaps because somebody else was faster: the row is read as it is now.
        document.refresh_from_db()
    context = {"rfp": rfp, "document": document, "error": error, "note": note, "fragment": True}
    context |= layout_context(document, str(sheet), corrected=corrected)
    # The page knows what this workbook may be a new version of, and offers that first: it is not compared at each step.
    context["previous_version"] = "revises" in request.POST
    return render(request, f"{TEMPLATE}#changed", context, status=status if error else 200)
