"""One information document: its summary, its text at the place that a summary names, and summarising it again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from core.storage import StorageError
from core.whole_numbers import whole_number
from rfp_manager.exceptions import RFPError
from rfp_manager.models.information import BLOCKS_PER_PART
from rfp_manager.permissions import Action
from rfp_manager.services.briefs import summary_sections
from rfp_manager.services.information_texts import stored_information
from rfp_manager.services.summaries import may_improve, request_summary
from rfp_manager.tenders.reading import shown_blocks
from rfp_manager.views.access import find_rfp
from themis.http import SignedInRequest


@require_GET
def information(request: SignedInRequest, rfp_id: int, document_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id)
    document = get_object_or_404(rfp.information_documents, pk=document_id)
    context = {
        "rfp": rfp,
        "document": document,
        "sections": summary_sections([document]),
        "may_improve": may_improve(document),
    }
    return render(request, "rfp_manager/information.html", context)


@require_GET
def information_text(request: SignedInRequest, rfp_id: int, document_id: int) -> HttpResponse:
    """The document's text, so that every page number in a summary is a link that any format can follow."""
    rfp = find_rfp(request, rfp_id)
    document = get_object_or_404(rfp.information_documents, pk=document_id)
    context: dict[str, Any] = {"rfp": rfp, "document": document}
    if document.text_key:
        try:
            parsed = stored_information(document)
        except StorageError as error:
            context["problem"] = str(error)
        else:
            blocks = parsed.blocks
            parts = max(1, -(-len(blocks) // BLOCKS_PER_PART))
            part = min(max(whole_number(request.GET.get("part", "")) or 1, 1), parts)
            start = (part - 1) * BLOCKS_PER_PART
            context |= {"parts": parts, "part": part, "remarks": parsed.warnings}
            context["blocks"] = shown_blocks(blocks, start=start, count=BLOCKS_PER_PART)
    return render(request, "rfp_manager/information_text.html", context)


@require_POST
def summarise(request: SignedInRequest, rfp_id: int, document_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    document = get_object_or_404(rfp.information_documents, pk=document_id)
    try:
        request_summary(document, user=request.user)
    except RFPError as error:
        messages.warning(request, str(error))
    return redirect("rfp_manager:information", rfp.pk, document.pk)
