"""Approved answers into the library: one, in words that may be edited first, or many as they are."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.exceptions import SpelunkerError
from core.models import Job
from core.whole_numbers import whole_number, whole_numbers
from rfp_manager.job_access import with_steering
from rfp_manager.models import Answer, Question
from rfp_manager.permissions import Action
from rfp_manager.services.library_offers import (
    OFFER_JOB,
    answer_words,
    list_offers,
    offer_answer,
    request_offers,
)
from rfp_manager.views.access import find_rfp
from solution_library.answer_checks import AnswerCandidate
from solution_library.answer_forms import LibraryAnswerForm
from solution_library.models import LibraryAnswer
from solution_library.views.answers import unseen_warnings
from themis.http import SignedInRequest


@require_GET
def offer_list(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    """The RFP's approved answers, which of them the library has, and what the last run left out."""
    rfp = find_rfp(request, rfp_id, Action.OFFER)
    offers = list_offers(rfp)
    last = Job.objects.for_target(rfp).filter(kind=OFFER_JOB)[:1]
    job = next(iter(with_steering(last, actions=rfp.actions)), None)  # type: ignore[attr-defined]
    left_out = {row["question"]: row for row in job.result.get("left_out", [])} if job else {}
    for offer in offers:
        offer.question.left_out = left_out.get(offer.question.pk)  # type: ignore[attr-defined]
    context = {
        "rfp": rfp,
        "offers": offers,
        "waiting": sum(offer.state != "kept" for offer in offers),
        "solutions": rfp.solutions.select_related("vendor"),
        "job": job,
    }
    return render(request, "rfp_manager/library_offers.html", context)


@require_POST
def offer_many(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.OFFER)
    number = whole_number(request.POST.get("solution", ""))
    solution = None if number is None else rfp.solutions.filter(pk=number).first()
    ticked = whole_numbers(request.POST.getlist("question"))
    if solution is None:
        messages.error(request, _("Choose the solution that these answers are about."))
    else:
        try:
            request_offers(rfp, solution=solution, questions=ticked, user=request.user)
        except SpelunkerError as error:
            messages.warning(request, str(error))
    return redirect("rfp_manager:library_offers", rfp.pk)


@require_http_methods(["GET", "POST"])
def offer_one(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    """What is kept may be edited first: a customer's name has no place in it."""
    rfp = find_rfp(request, rfp_id, Action.OFFER)
    questions = rfp.questions.filter(status=Question.Status.APPROVED).select_related("answer__approved_by")
    question: Question = get_object_or_404(questions, pk=question_id)
    entry = LibraryAnswer.objects.without_index().filter(origin_answer_id=question.answer.pk).first()
    form = LibraryAnswerForm(
        request.POST or None,
        user=request.user,
        initial=_initial(question, entry) | {"owner": request.user},
    )
    form.fields["solution"].offer(rfp.solutions.all())  # type: ignore[attr-defined]
    context: dict[str, Any] = {"rfp": rfp, "question": question, "entry": entry, "form": form}
    if form.is_bound and form.is_valid():
        content = form.content
        candidate = AnswerCandidate(
            content["solution"], content["question"], content["answer"], content["choice"], entry
        )
        context["warnings"] = unseen_warnings(form, candidate)
        if not context["warnings"]:
            try:
                saved = offer_answer(question.answer, text=content.pop("answer"), **content)
            except SpelunkerError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("The answer is in the library. The next draft may use it."))
                return redirect(saved)
    return render(request, "rfp_manager/library_offer.html", context, status=422 if form.is_bound else 200)


def _initial(question: Question, entry: LibraryAnswer | None) -> dict[str, Any]:
    """The words of the entry's question, if there is one, with what the answer says now."""
    answer: Answer = question.answer
    solutions = list(question.rfp.solutions.values_list("pk", flat=True)[:2])
    initial: dict[str, Any] = {
        "solution": entry.solution_id if entry else solutions[0] if len(solutions) == 1 else None,
        "question": entry.question if entry else question.text,
        "answer": answer_words(answer),
        "choice": answer.choice[:200],
    }
    return initial | ({"tags": entry.tags, "review_by": entry.review_by} if entry else {})
