"""The answers of an RFP that contradict each other, or what was approved before."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rfp_manager.exceptions import RFPError
from rfp_manager.permissions import Action
from rfp_manager.services.contradictions import (
    dismiss_contradiction,
    list_contradictions,
    restore_contradiction,
)
from rfp_manager.views.access import find_rfp
from themis.http import SignedInRequest

PAIRS_PER_PAGE = 20


@require_GET
def contradictions(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id)
    found = list_contradictions(rfp, user=request.user)
    if request.htmx and request.htmx.target == "contradiction-count":
        template = "rfp_manager/consistency.html#contradiction_count"
        return render(request, template, {"count": len(found.open)})
    page = Paginator(found.open, PAIRS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"rfp": rfp, "page": page, "count": len(found.open), "dismissed": found.dismissed}
    return render(request, "rfp_manager/consistency.html", context)


@require_POST
def dismiss(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    """Two answers agree after all, says a person."""
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    try:
        dismiss_contradiction(rfp, key=request.POST.get("key", ""), user=request.user)
    except RFPError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Noted. The pair is shown again when one of the two answers changes."))
    return redirect(_list_url(request, rfp.pk))


@require_POST
def restore(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    if restore_contradiction(rfp, key=request.POST.get("key", "")):
        messages.success(request, _("The pair is listed again."))
    return redirect(_list_url(request, rfp.pk))


def _list_url(request: SignedInRequest, rfp_id: int) -> str:
    page = request.GET.get("page", "")
    url = reverse("rfp_manager:consistency", args=[rfp_id])
    return f"{url}?page={page}" if page.isdecimal() else url
