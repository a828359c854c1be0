"""Drafting one answer again as a person wishes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from rfp_manager.exceptions import AnswerConflict, RFPError
from rfp_manager.permissions import Action
from rfp_manager.services.redrafts import request_redraft
from rfp_manager.views.access import find_rfp, user_of
from rfp_manager.views.workspace import answer_response, find_question, question_url
from rfp_manager.workspace_forms import RedraftForm


@require_POST
def answer_redraft(request: HttpRequest, rfp_id: int, question_id: int) -> HttpResponse:
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
            user=user_of(request),
        )
    except AnswerConflict as error:
        form = RedraftForm.asking_first(form, question)
        return answer_response(
            request, rfp, question, redraft_form=form, redraft_warning=str(error), status=409
        )
    except RFPError as error:
        messages.error(request, str(error))
    return redirect(question_url(request, question))
