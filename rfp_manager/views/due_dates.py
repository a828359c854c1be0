from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from rfp_manager.models import RFP
from rfp_manager.permissions import Action
from rfp_manager.services.due_dates import set_due_date
from rfp_manager.view_forms import DueDateForm
from rfp_manager.views.access import find_rfp
from rfp_manager.views.workspace import (
    after_change,
    answer_response,
    chosen_questions,
    find_question,
    list_url,
)
from themis.formatting import format_date
from themis.http import SignedInRequest


@require_POST
def bulk_due(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    """One date for the chosen questions, or for all that the filter shows; an empty one takes theirs away."""
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    form = DueDateForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["due_on"])))
        return redirect(list_url(request, rfp))
    due_on = form.cleaned_data["due_on"]
    result = set_due_date(chosen_questions(request, rfp, all_of_none=True), rfp=rfp, due_on=due_on)
    if due_on:
        messages.success(
            request,
            ngettext("%(count)d due on %(date)s.", "%(count)d due on %(date)s.", result.changed)
            % {"count": result.changed, "date": format_date(due_on)},
        )
    else:
        messages.success(
            request,
            ngettext(
                "%(count)d without a date of their own.",
                "%(count)d without a date of their own.",
                result.changed,
            )
            % {"count": result.changed},
        )
    _warn_when_late(request, rfp, form)
    return redirect(list_url(request, rfp))


@require_POST
def question_due(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    question = find_question(rfp, question_id)
    form = DueDateForm(request.POST, auto_id="due_%s")
    if not form.is_valid():
        return answer_response(request, rfp, question, due_form=form, status=422)
    set_due_date([question.pk], rfp=rfp, due_on=form.cleaned_data["due_on"])
    _warn_when_late(request, rfp, form)
    return after_change(request, rfp, question)


def _warn_when_late(request: SignedInRequest, rfp: RFP, form: DueDateForm) -> None:
    due_on = form.cleaned_data["due_on"]
    if due_on and rfp.due_at and due_on > timezone.localdate(rfp.due_at):
        messages.warning(request, _("That is after the RFP itself is due."))
