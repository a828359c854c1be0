"""Who could answer: for one question, and for all that nobody has, looked at before anything is given out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core.whole_numbers import number_pairs
from rfp_manager.permissions import Action
from rfp_manager.services.experts import MOST_AT_ONCE, assign_unassigned, suggest_experts, unassigned
from rfp_manager.views.access import find_rfp
from rfp_manager.views.workspace import filtered, find_question, list_url
from themis.http import SignedInRequest


@require_GET
def experts(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    question = find_question(rfp, question_id)
    found = suggest_experts([question], rfp=rfp, viewer=request.user).get(question.pk, [])
    template = "rfp_manager/experts.html"
    if request.htmx:
        template += "#experts"
    return render(request, template, {"rfp": rfp, "question": question, "experts": found})


@require_GET
def bulk_experts(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    """Of the questions that the filter shows, those that nobody has, each with who answered the like."""
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    open_ones = unassigned(filtered(request, rfp).values_list("pk", flat=True), rfp=rfp)
    found = suggest_experts(open_ones, rfp=rfp, viewer=request.user)
    context = {
        "rfp": rfp,
        "rows": [{"question": row, "expert": found[row.pk][0]} for row in open_ones if row.pk in found],
        "without": sum(row.pk not in found for row in open_ones),
        "most": MOST_AT_ONCE if len(open_ones) == MOST_AT_ONCE else None,
    }
    return render(request, "rfp_manager/assign_experts.html", context)


@require_POST
def bulk_experts_assign(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    wanted = number_pairs(request.POST.getlist("assign"))
    result = assign_unassigned(wanted, rfp=rfp)
    text = ngettext("%(count)d assigned.", "%(count)d assigned.", result.changed) % {"count": result.changed}
    if result.skipped:
        text += " " + ngettext(
            "%(count)d stayed as it is: somebody has it by now, it is settled, or the person left the team.",
            "%(count)d stayed as they are: somebody has them by now, they are settled, or the person left the team.",
            result.skipped,
        ) % {"count": result.skipped}
    (messages.success if result.changed else messages.warning)(request, text)
    return redirect(list_url(request, rfp))
