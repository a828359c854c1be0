"""Library answers: the list, one with its history, writing, deleting."""

import hashlib
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.models import User
from core.permissions import can_edit_library
from solution_library.answer_checks import AnswerCandidate, AnswerWarning, warnings_about
from solution_library.answer_forms import AnswerFilter, LibraryAnswerForm
from solution_library.exceptions import AnswerChanged, LibraryError
from solution_library.models import LibraryAnswer, Solution
from solution_library.services.answer_lists import answered_solutions, used_tags
from solution_library.services.answer_sources import keep_as_it_is, with_marks
from solution_library.services.answers import (
    change_library_answer,
    save_library_answer,
    state_of,
)
from solution_library.services.deletions import trash_answers
from solution_library.services.recent_deletions import find_deleted_answers
from solution_library.usage import origin_of, with_usage
from solution_library.views.access import require_editor
from themis.http import SignedInRequest

ANSWERS_PER_PAGE = 30


@require_GET
def answer_list(request: SignedInRequest) -> HttpResponse:
    user = request.user
    filters = AnswerFilter(request.GET)
    answers = filters.apply(LibraryAnswer.objects.visible_to(user)).select_related(
        "solution__vendor", "owner"
    )
    page = Paginator(answers.defer("embedding", "search_vector"), ANSWERS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "answers": with_usage(list(page.object_list)),
        "filters": filters.values,
        "filter_form": filters,
        "filtered": any(value for name, value in filters.values.items() if name != "order"),
        "tags": used_tags(user),
        "solutions": answered_solutions(user),
        "may_edit": can_edit_library(user),
        "deletions": find_deleted_answers() if can_edit_library(user) else [],
    }
    return render(request, "solution_library/answers.html", context)


@require_GET
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """One answer with every version that it had."""
    found = find_answer(request, pk)
    context = {
        "answer": with_marks(with_usage([found]))[0],
        "versions": found.versions.select_related("edited_by"),
        "origin": origin_of(found.origin_answer_id, request.user),
        "may_edit": can_edit_library(request.user),
    }
    return render(request, "solution_library/answer.html", context)


@require_http_methods(["GET", "POST"])
def answer_create(request: SignedInRequest) -> HttpResponse:
    user = require_editor(request)
    initial = {
        "solution": request.GET.get("solution"),
        "question": request.GET.get("question"),
        "owner": user,
    }
    form = LibraryAnswerForm(request.POST or None, initial=initial, user=user)
    return _answer_form(request, form, user)


@require_http_methods(["GET", "POST"])
def answer_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    user = require_editor(request)
    found = find_answer(request, pk)
    names = ("solution", "question", "answer", "choice", "tags", "owner", "review_by")
    initial = {name: getattr(found, name) for name in names} | {"state": state_of(found)}
    form = LibraryAnswerForm(request.POST or None, initial=initial, user=user)
    return _answer_form(request, form, user, entry=found)


@require_POST
def answer_keep(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the mark that a source has changed off an answer that is still right."""
    require_editor(request)
    found = find_answer(request, pk)
    if keep_as_it_is(found):
        messages.success(request, _("The answer is kept as it is."))
    return redirect(found)


@require_POST
def answer_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """For a day it can be brought back, as the list says then."""
    user = require_editor(request)
    found = find_answer(request, pk)
    trash_answers(LibraryAnswer.objects.visible_to(user).filter(pk=found.pk), now=timezone.now())
    return redirect("solution_library:answers")


def _answer_form(
    request: SignedInRequest, form: LibraryAnswerForm, user: User, *, entry: LibraryAnswer | None = None
) -> HttpResponse:
    """Keeps what is valid, once the person has seen what the library says about it."""
    context: dict[str, Any] = {"form": form, "answer": entry}
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            content = form.content
            candidate = AnswerCandidate(
                content["solution"], content["question"], content["answer"], content["choice"], entry
            )
            warnings = unseen_warnings(form, candidate)
            if not warnings:
                saved = _save(form, user, entry, context)
                if saved is not None:
                    messages.success(request, _("The answer is kept. Drafts may use it from now on."))
                    return redirect(saved)
            context["warnings"] = warnings
        status = 409 if "theirs" in context else status
    if entry is None and not form.is_bound:
        context["lacks_solutions"] = not Solution.objects.visible_to(user).exists()
    return render(request, "solution_library/answer_form.html", context, status=status)


def _save(
    form: LibraryAnswerForm, user: User, entry: LibraryAnswer | None, context: dict[str, Any]
) -> LibraryAnswer | None:
    """The answer kept; None when it was refused, which the form then says."""
    try:
        if entry is None:
            return save_library_answer(**form.content)
        state = form.cleaned_data["state"]
        return change_library_answer(entry, **form.content, expected=state, user=user)
    except AnswerChanged as error:
        # They see both texts now, so that saving again is a decision and no accident.
        context["theirs"] = entry
        _send_back(form, "state", state_of(entry) if entry else "")
        form.add_error(None, str(error))
    except LibraryError as error:
        form.add_error(None, str(error))
    return None


def unseen_warnings(form: LibraryAnswerForm, candidate: AnswerCandidate) -> list[AnswerWarning]:
    """What is to be said before this is kept; nothing when the person was just told the very same."""
    warnings = warnings_about(candidate)
    told = "\n".join(f"{warning.kind} {warning.other.pk} {warning.reason}" for warning in warnings)
    digest = hashlib.sha256(told.encode()).hexdigest()
    if form.cleaned_data["seen"] == digest:
        return []
    _send_back(form, "seen", digest)
    return warnings


def _send_back(form: LibraryAnswerForm, name: str, value: str) -> None:
    """Let the form that is shown again carry this in one of its hidden fields."""
    data = cast(QueryDict, form.data).copy()
    data[name] = value
    form.data = data


def find_answer(request: SignedInRequest, pk: int) -> LibraryAnswer:
    answers = LibraryAnswer.objects.visible_to(request.user).without_index()
    return get_object_or_404(answers.select_related("solution__vendor", "owner"), pk=pk)
