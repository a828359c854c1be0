"""The go / no-go sheet of an RFP."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rfp_manager.bid_forms import AssessmentForm, DecisionForm
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFP, BidCriterion
from rfp_manager.permissions import Action
from rfp_manager.services import bids
from rfp_manager.services.bid_evidence import gather_evidence
from rfp_manager.services.briefs import build_brief
from rfp_manager.views.access import find_rfp
from themis.http import SignedInRequest


@require_GET
def bid(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    return _sheet(request, find_rfp(request, rfp_id))


@require_POST
def bid_assess(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    criterion = request.POST.get("criterion", "")
    form = AssessmentForm(request.POST, auto_id=f"{criterion}_%s")
    if criterion not in BidCriterion.values or not form.is_valid():
        return _sheet(request, rfp, assessment=form, status=422)
    data = form.cleaned_data
    try:
        bids.assess(
            rfp,
            criterion=criterion,
            score=data["score"],
            note=data["note"],
            expected_version=data["version"],
            user=request.user,
        )
    except bids.AssessmentConflict as error:
        form.add_error(None, str(error))
        return _sheet(request, rfp, assessment=form, status=409)
    messages.success(request, _("Saved."))
    return redirect(f"{reverse('rfp_manager:bid', args=[rfp.pk])}#{criterion}")


@require_POST
def bid_decide(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _sheet(request, rfp, decision=form, status=422)
    made = bids.decide(rfp, **form.cleaned_data, user=request.user)
    messages.success(
        request,
        _("The decision is recorded: %(decision)s.") % {"decision": made.get_decision_display()},
    )
    return redirect("rfp_manager:bid", rfp.pk)


@require_POST
def bid_drop(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.MANAGE)
    try:
        bids.drop_rfp(rfp, user=request.user)
    except RFPError as error:
        messages.warning(request, str(error))
    return redirect("rfp_manager:bid", rfp.pk)


@require_POST
def bid_take_up(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.MANAGE)
    try:
        bids.take_up_rfp(rfp, user=request.user)
    except RFPError as error:
        messages.warning(request, str(error))
    return redirect("rfp_manager:bid", rfp.pk)


def _sheet(
    request: SignedInRequest,
    rfp: RFP,
    *,
    assessment: AssessmentForm | None = None,
    decision: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole sheet; a form that was refused is shown with what the person typed."""
    evidence = gather_evidence(rfp, brief=build_brief(rfp), user=request.user)
    decisions = list(rfp.bid_decisions.select_related("decided_by")[:50])
    latest = decisions[0] if decisions else None
    context = {
        "rfp": rfp,
        "rows": [_row(row, evidence, assessment) for row in bids.assessments_of(rfp)],
        "decision": latest,
        "decisions": decisions,
        "decision_form": decision or DecisionForm(initial={"decision": "undecided"}),
        "may_drop": bids.may_drop(rfp, latest),
        "may_take_up": bids.may_take_up(rfp, latest),
    }
    return render(request, "rfp_manager/bid.html", context, status=status)


def _row(row: bids.Assessed, evidence: dict[str, Any], refused: AssessmentForm | None) -> dict[str, Any]:
    form = AssessmentForm.of(row)
    if refused is not None and refused.data.get("criterion") == row.criterion:
        # Saved again, it replaces what is shown beside it.
        typed = {name: refused.data.get(name, "") for name in refused.fields}
        refused.data = typed | {"version": str(row.version)}
        form = refused
    return {"criterion": row.criterion, "assessed": row, "evidence": evidence[row.criterion], "form": form}
