"""What is done with one answer: saving it, its steps of the workflow, its history."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.differences import compare_words
from rfp_manager.exceptions import AnswerConflict, DeclinedMeanwhile, RFPError
from rfp_manager.forms import AnswerForm, DeclineForm
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.permissions import Action
from rfp_manager.services import answering
from rfp_manager.services.comments import team_of
from rfp_manager.services.group_answers import copy_to_group, other_members
from rfp_manager.views.access import find_rfp
from rfp_manager.views.copied_answers import describe_copies
from rfp_manager.views.further_cells import keep_cells
from rfp_manager.views.workspace import (
    after_change,
    answer_context,
    answer_response,
    find_question,
    list_context,
    question_url,
)
from rfp_manager.workbooks.writing.values import CELL_UNITS
from rfp_manager.workspace_forms import AssignForm, VersionForm
from themis.http import SignedInRequest
from themis.markdown import render_markdown


@require_POST
def answer_save(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.APPROVE if "approve" in request.POST else Action.EDIT)
    question = find_question(rfp, question_id)
    form = _answer_form(request.POST, question)
    if not form.is_valid():
        return answer_response(request, rfp, question, form=form, status=422)
    # Sent along where scripts run: what was entered a moment ago is not overtaken by the approval that locks it.
    cells = keep_cells(request, question) if "seen" in request.POST else None
    if cells is not None and cells.is_bound:
        return answer_response(request, rfp, question, form=form, further_form=cells, status=422)
    try:
        # Together: what somebody else saves right after is not approved unseen, but finds the answer locked.
        with transaction.atomic():
            _save(request, question, form, autosaved=False)
            _after_saving(request, rfp, question, everywhere=bool(form.cleaned_data.get("everywhere")))
    except AnswerConflict as error:
        form = _answer_form(_at_the_newest_version(request.POST, question), question)
        form.add_error(None, str(error))
        return answer_response(request, rfp, question, form=form, status=409, conflict=True)
    except RFPError as error:
        form.add_error(None, str(error))
        return answer_response(request, rfp, question, form=form, status=422)
    return after_change(request, rfp, question)


@require_POST
def answer_autosave(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    """Save what is typed so far; answers with the line that says so, and the version that it made."""
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    question = find_question(rfp, question_id)
    form = _answer_form(request.POST, question)
    context = {"rfp": rfp, "question": question, "answer": getattr(question, "answer", None)}
    template = "rfp_manager/_answer.html#save_state"
    if not form.is_valid():
        return render(request, template, context | {"problem": _("Not saved: something is wrong with it.")})
    try:
        context["answer"] = _save(request, question, form, autosaved=True)
    except DeclinedMeanwhile as error:
        return render(request, template, context | {"problem": str(error)}, status=409)
    except AnswerConflict:
        return render(request, template, context | {"theirs": context["answer"]}, status=409)
    except RFPError as error:
        return render(request, template, context | {"problem": str(error)})
    return render(request, template, context | {"saved": True})


@require_POST
def answer_preview(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    """What is typed, as Markdown; saves nothing. Without scripts the page comes again with the words in its form."""
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    question = find_question(rfp, question_id)
    preview = render_markdown(request.POST.get("text", "")[:CELL_UNITS])
    if request.htmx:
        return render(request, "rfp_manager/_answer.html#answer_preview", {"preview": preview})
    form = _answer_form(request.POST, question)
    listed = list_context(request, rfp)
    context = listed | answer_context(request, rfp, question, form=form, listed=listed) | {"preview": preview}
    return render(request, "rfp_manager/questions.html", context)


def _answer_form(data: QueryDict, question: Question) -> AnswerForm:
    return AnswerForm(data, choices=question.allowed_choices, repeated=question.group_id is not None)


def _save(request: SignedInRequest, question: Question, form: AnswerForm, *, autosaved: bool) -> Answer:
    return answering.save_answer(
        question,
        text=form.cleaned_data["text"],
        choice=form.cleaned_data.get("choice", ""),
        expected_version=form.cleaned_data["version"],
        user=request.user,
        autosaved=autosaved,
        typed_on=True,
    )


def _at_the_newest_version(data: QueryDict, question: Question) -> QueryDict:
    """The person sees both texts now, so that saving again is a decision and no accident."""
    data = data.copy()
    data["version"] = str(Answer.objects.get(question=question).version)
    return data


def _after_saving(request: SignedInRequest, rfp: RFP, question: Question, *, everywhere: bool) -> None:
    done = [question.pk]
    if everywhere and other_members(question):
        copied = copy_to_group(question, user=request.user)
        done += copied.unseen
        messages.success(request, describe_copies(copied, approving="approve" in request.POST))
    if "approve" in request.POST:
        answering.approve(done, rfp=rfp, user=request.user)


@require_POST
def answer_submit(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    question = find_question(rfp, question_id)
    answering.submit_for_review([question.pk], rfp=rfp)
    return after_change(request, rfp, question)


@require_POST
def answer_reopen(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    question = find_question(rfp, question_id)
    if question.is_locked:
        find_rfp(request, rfp_id, Action.APPROVE)
    answering.reopen([question.pk], rfp=rfp, approved=Action.APPROVE in rfp.actions)  # type: ignore[attr-defined]
    return after_change(request, rfp, question)


@require_POST
def answer_decline(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    question = find_question(rfp, question_id)
    form = DeclineForm(request.POST)
    if form.is_valid() or form.has_error("reason", "required"):
        try:
            answering.decline(question, reason=form.cleaned_data.get("reason", ""))
        except RFPError as error:
            messages.error(request, str(error))
    else:
        messages.error(request, " ".join(map(str, form.errors["reason"])))
    return after_change(request, rfp, question)


@require_POST
def answer_assign(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    question = find_question(rfp, question_id)
    form = AssignForm(request.POST, people=team_of(rfp))
    if form.is_valid():
        answering.assign([question.pk], rfp=rfp, assignee=form.cleaned_data["assignee"])
    else:
        messages.error(request, _("Choose somebody of the team."))
    return after_change(request, rfp, question)


@require_GET
def history(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    """Every version with what it changed, the newest first."""
    rfp = find_rfp(request, rfp_id)
    question = find_question(rfp, question_id)
    answer: Answer | None = getattr(question, "answer", None)
    versions = list(answer.versions.select_related("edited_by")) if answer else []
    before = [*versions[1:], None]
    rows = [
        {"version": row, "pieces": compare_words(old.text if old else "", row.text), "old": old}
        for row, old in zip(versions, before, strict=True)
    ]
    template = "rfp_manager/history.html#history" if request.htmx else "rfp_manager/history.html"
    return render(request, template, {"rfp": rfp, "question": question, "answer": answer, "rows": rows})


@require_POST
def answer_restore(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    question = find_question(rfp, question_id)
    form = VersionForm(request.POST)
    if form.is_valid():
        try:
            answering.restore_version(
                question,
                version=form.cleaned_data["restore"],
                expected_version=form.cleaned_data["version"],
                user=request.user,
            )
            messages.success(
                request,
                _("Version %(version)s is the answer again.") % {"version": form.cleaned_data["restore"]},
            )
        except RFPError as error:
            messages.error(request, str(error))
    return redirect(question_url(request, question))
