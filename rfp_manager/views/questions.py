"""The workspace: the questions beside one answer, what is done with many, and what is missing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core.models import User
from rfp_manager.exceptions import RFPError, TransitionRefused
from rfp_manager.models import BulkStep
from rfp_manager.permissions import Action
from rfp_manager.services import answering
from rfp_manager.services.bulk_steps import find_last_step, take_step, undo_step
from rfp_manager.services.comments import team_of
from rfp_manager.services.gaps import gaps_by_topic
from rfp_manager.services.requests import request_drafts
from rfp_manager.services.saved_views import views_of
from rfp_manager.views.access import find_rfp
from rfp_manager.views.workspace import (
    answer_response,
    chosen_questions,
    find_question,
    list_context,
    list_url,
)
from rfp_manager.workspace_forms import AssignForm, QuestionFilter
from themis.http import SignedInRequest


@require_GET
def question_list(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id)
    views, default = views_of(rfp, user=request.user)
    if default is not None and not request.GET and not request.htmx:
        return redirect(default)
    template = "rfp_manager/questions.html"
    if request.htmx and request.htmx.target == "question-list":
        template += "#question_list"
    can_edit = Action.EDIT in rfp.actions  # type: ignore[attr-defined]
    last_step = find_last_step(rfp, user=request.user) if can_edit else None
    return render(request, template, list_context(request, rfp, views=views) | {"last_step": last_step})


@require_GET
def question_detail(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id)
    return answer_response(request, rfp, find_question(rfp, question_id))


@require_GET
def gaps(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    """What the library does not answer, by topic."""
    rfp = find_rfp(request, rfp_id)
    return render(request, "rfp_manager/gaps.html", {"rfp": rfp, "topics": gaps_by_topic(rfp)})


@require_POST
def bulk_approve(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.APPROVE)
    result = take_step(BulkStep.Kind.APPROVE, chosen_questions(request, rfp), rfp=rfp, user=request.user)
    done = ngettext("%(count)d approved.", "%(count)d approved.", result.changed)
    left = ngettext(
        "%(count)d had no answer to approve or were approved before.",
        "%(count)d had no answer to approve or were approved before.",
        result.skipped,
    )
    _say(request, result, done, left)
    return redirect(list_url(request, rfp))


@require_POST
def bulk_submit(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    result = take_step(BulkStep.Kind.SUBMIT, chosen_questions(request, rfp), rfp=rfp, user=request.user)
    done = ngettext("%(count)d sent to review.", "%(count)d sent to review.", result.changed)
    left = ngettext(
        "%(count)d had no draft or were in review before.",
        "%(count)d had no draft or were in review before.",
        result.skipped,
    )
    _say(request, result, done, left)
    return redirect(list_url(request, rfp))


@require_POST
def bulk_undo(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    """Take back what this person did last to many at once."""
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    user = request.user
    step = find_last_step(rfp, user=user)
    if step is not None and step.kind == BulkStep.Kind.APPROVE:
        find_rfp(request, rfp_id, Action.APPROVE)
    is_seen = step is not None and step.moment.isoformat() == request.POST.get("moment")
    count = undo_step(step, user=user) if step is not None and is_seen else 0
    if count:
        said = ngettext("%(count)d is as it was before.", "%(count)d are as they were before.", count)
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("There is nothing to take back."))
    return redirect(list_url(request, rfp))


@require_POST
def bulk_assign(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    """Assign the chosen questions, or all that the filter shows: a section, a sheet, the gaps."""
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    form = AssignForm(request.POST, people=team_of(rfp))
    if not form.is_valid():
        messages.error(request, _("Choose somebody of the team."))
        return redirect(list_url(request, rfp))
    person = form.cleaned_data["assignee"]
    result = answering.assign(chosen_questions(request, rfp, all_of_none=True), rfp=rfp, assignee=person)
    messages.success(request, _assigned(result.changed, person))
    return redirect(list_url(request, rfp))


@require_POST
def draft(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    """Draft the chosen questions; when none is chosen those that the filter shows, which without one are all."""
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    narrowed = request.POST.getlist("question") or QuestionFilter(request.GET).query
    chosen = chosen_questions(request, rfp, all_of_none=True) if narrowed else None
    try:
        request_drafts(rfp, user=request.user, only=chosen)
    except TransitionRefused as error:  # there is nothing to draft
        messages.info(request, str(error))
    except RFPError as error:
        messages.error(request, str(error))
    return redirect(list_url(request, rfp))


def _assigned(count: int, person: User | None) -> str:
    if person is None:
        said = ngettext("%(count)d assigned to nobody.", "%(count)d assigned to nobody.", count)
    else:
        said = ngettext("%(count)d assigned to %(person)s.", "%(count)d assigned to %(person)s.", count)
    return said % {"count": count, "person": person}


def _say(request: SignedInRequest, result: answering.BulkResult, done: str, why_not: str) -> None:
    text = done % {"count": result.changed}
    if result.skipped:
        text += " " + why_not % {"count": result.skipped}
    (messages.success if result.changed else messages.warning)(request, text)
