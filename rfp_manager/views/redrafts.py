"""Drafting again: one answer as a person wishes, or many after a look at what becomes of each."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from rag.services.language_model import llm_is_configured
from rfp_manager.exceptions import AnswerConflict, RFPError
from rfp_manager.permissions import Action
from rfp_manager.services.redrafts import plan_redrafts, request_redraft, request_redrafts
from rfp_manager.views.access import find_rfp
from rfp_manager.views.workspace import (
    answer_response,
    chosen_questions,
    find_question,
    list_url,
    question_url,
)
from rfp_manager.workspace_forms import RedraftForm, RedraftManyForm
from themis.http import SignedInRequest


@require_POST
def answer_redraft(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    question = find_question(rfp, question_id)
    form = RedraftForm(request.POST)
    if not form.is_valid():
        return answer_response(request, rfp, question, redraft_form=form, status=422)
    try:
        request_redraft(
            question,
            instruction=form.cleaned_data["instruction"],
            version=form.cleaned_data["version"],
            replace_words=form.cleaned_data["replace_words"],
            user=request.user,
        )
    except AnswerConflict as error:
        form = RedraftForm.asking_first(form, question)
        return answer_response(
            request, rfp, question, redraft_form=form, redraft_warning=str(error), status=409
        )
    except RFPError as error:
        messages.error(request, str(error))
    return redirect(question_url(request, question))


@require_POST
def bulk_redraft(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    """What would become of the chosen questions, asked before anything is drafted."""
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    plan = plan_redrafts(chosen_questions(request, rfp), rfp=rfp)
    if not plan.free and not plan.written:
        messages.info(
            request, _("There is nothing to draft again: choose answers that are not in review or approved.")
        )
        return redirect(list_url(request, rfp))
    form = RedraftManyForm(with_instruction=llm_is_configured(), written=len(plan.written))
    return render(request, "rfp_manager/redraft.html", {"rfp": rfp, "plan": plan, "form": form})


@require_POST
def bulk_redraft_start(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    seen = request.POST.getlist("written")
    form = RedraftManyForm(request.POST, with_instruction=llm_is_configured(), written=len(seen))
    if not form.is_valid():
        messages.error(request, _("What you wish for is too long: 500 characters at most."))
        return redirect(list_url(request, rfp))
    chosen, replacing = chosen_questions(request, rfp), form.replacing(seen)
    try:
        job = request_redrafts(
            chosen,
            rfp=rfp,
            replacing=replacing,
            instruction=form.cleaned_data.get("instruction", ""),
            user=request.user,
        )
    except RFPError as error:
        messages.error(request, str(error))
        return redirect(list_url(request, rfp))
    _say_what_stays(request, len({*chosen, *replacing}.difference(job.params["questions"])))
    return redirect(list_url(request, rfp))


def _say_what_stays(request: SignedInRequest, count: int) -> None:
    """Of the answers that were asked for, those that somebody changed after the person looked."""
    if count:
        said = ngettext(
            "%(count)d answer stays as it is: somebody changed it after you looked.",
            "%(count)d answers stay as they are: somebody changed them after you looked.",
            count,
        )
        messages.info(request, said % {"count": count})
