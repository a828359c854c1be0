"""Comments on a question, and the questions that ask the same as it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rfp_manager.exceptions import RFPError
from rfp_manager.models import Comment
from rfp_manager.permissions import Action
from rfp_manager.services.comments import add_comment, delete_comment
from rfp_manager.services.grouping import join_group, leave_group, suggest_members
from rfp_manager.views.access import find_rfp
from rfp_manager.views.workspace import after_change, find_question
from rfp_manager.workspace_forms import CommentForm, JoinForm
from themis.http import SignedInRequest


@require_POST
def comment_add(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    """Everybody of the team may speak, viewers too."""
    rfp = find_rfp(request, rfp_id)
    question = find_question(rfp, question_id)
    form = CommentForm(request.POST)
    if form.is_valid() or form.has_error("text", "required"):
        try:
            add_comment(question, text=form.cleaned_data.get("text", ""), author=request.user)
        except RFPError as error:
            messages.error(request, str(error))
    else:
        messages.error(request, " ".join(map(str, form.errors["text"])))
    return after_change(request, rfp, question)


@require_POST
def comment_delete(request: SignedInRequest, rfp_id: int, question_id: int, comment_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id)
    question = find_question(rfp, question_id)
    comment = get_object_or_404(Comment, question=question, pk=comment_id)
    try:
        delete_comment(comment, user=request.user)
    except RFPError as error:
        messages.error(request, str(error))
    return after_change(request, rfp, question)


@require_GET
def similar(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    """The nearest other questions, for a person to say which of them ask the same."""
    rfp = find_rfp(request, rfp_id)
    question = find_question(rfp, question_id)
    context = {"rfp": rfp, "question": question, "suggestions": suggest_members(question)}
    template = "rfp_manager/similar.html#similar" if request.htmx else "rfp_manager/similar.html"
    return render(request, template, context)


@require_POST
def group_join(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    question = find_question(rfp, question_id)
    form = JoinForm(request.POST)
    if form.is_valid():
        other = find_question(rfp, form.cleaned_data["other"])
        try:
            join_group(other, to=question)
        except RFPError as error:
            messages.error(request, str(error))
    return after_change(request, rfp, question)


@require_POST
def group_leave(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    question = find_question(rfp, question_id)
    leave_group(question)
    messages.success(request, _("This question has an answer of its own from now on."))
    return after_change(request, rfp, question)
