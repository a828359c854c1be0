"""One answer: read, written against its version, and taken through its workflow."""

import datetime as dt
from typing import Annotated

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from rag.services.language_model import find_language_model
from rfp_manager.api.questions import CurrentAnswerOut, QuestionStatus
from rfp_manager.exceptions import TransitionRefused
from rfp_manager.models import Answer, Question
from rfp_manager.permissions import Action
from rfp_manager.services import answering
from rfp_manager.views.access import find_rfp
from themis.api.me import PersonOut
from themis.api.pages import Id
from themis.http import SignedInRequest

router = Router(tags=["Answers"])

ANSWER = "/rfps/{rfp_id}/questions/{question_id}/answer"


class CitationOut(Schema):
    """What supports the sentence `sentence_index` (from 0). What was deleted since is not found (404)."""

    sentence_index: int
    quote: str
    source_title: str
    heading: str
    page: int | None
    document_id: int | None
    chunk_id: int | None
    library_answer_id: int | None


class AnswerOut(CurrentAnswerOut):
    """`currency` is what the cost is in."""

    currency: str
    question_id: int
    question_status: QuestionStatus
    citations: list[CitationOut]
    edited_by: PersonOut | None
    approved_by: PersonOut | None
    approved_at: dt.datetime | None
    updated_at: dt.datetime

    @staticmethod
    def resolve_currency(answer: Answer) -> str:
        return find_language_model().currency

    @staticmethod
    def resolve_question_status(answer: Answer) -> str:
        return answer.question.status

    @staticmethod
    def resolve_citations(answer: Answer) -> list:
        return list(answer.citations.all())


class AnswerIn(Schema):
    """`version` is the one you have read (0: there was none); somebody else's in between gives 409."""

    text: Annotated[str, Field(max_length=200_000)]
    choice: Annotated[str, Field(max_length=255)] = ""
    version: Annotated[int, Field(ge=0, le=2**31 - 1)]


class DeclineIn(Schema):
    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class DeclinedOut(Schema):
    question_id: int
    question_status: QuestionStatus


@router.get(ANSWER, response=AnswerOut, summary="The answer with its citations")
def get_answer(request: SignedInRequest, rfp_id: Id, question_id: Id) -> Answer:
    return _answer_of(_find(request, rfp_id, question_id))


@router.put(ANSWER, response=AnswerOut, summary="Write the answer")
def put_answer(request: SignedInRequest, rfp_id: Id, question_id: Id, data: AnswerIn) -> Answer:
    question = _find(request, rfp_id, question_id, Action.EDIT)
    answering.save_answer(
        question, text=data.text, choice=data.choice, expected_version=data.version, user=request.user
    )
    return _answer_of(question)


@router.post(f"{ANSWER}/submit", response={200: AnswerOut}, summary="Send it to review")
def submit_answer(request: SignedInRequest, rfp_id: Id, question_id: Id) -> Status[AnswerOut]:
    question = _find(request, rfp_id, question_id, Action.EDIT)
    result = answering.submit_for_review([question.pk], rfp=question.rfp)
    return _after(question, result, _("Only a drafted answer can be sent to review."))


@router.post(f"{ANSWER}/approve", response={200: AnswerOut}, summary="Approve and lock it")
def approve_answer(request: SignedInRequest, rfp_id: Id, question_id: Id) -> Status[AnswerOut]:
    question = _find(request, rfp_id, question_id, Action.APPROVE)
    result = answering.approve([question.pk], rfp=question.rfp, user=request.user)
    return _after(question, result, _("There is no answer to approve, or it is approved already."))


@router.post(f"{ANSWER}/reopen", response={200: AnswerOut}, summary="Unlock it")
def reopen_answer(request: SignedInRequest, rfp_id: Id, question_id: Id) -> Status[AnswerOut]:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    question = get_object_or_404(rfp.questions.select_related("rfp"), pk=question_id)
    if question.is_locked:
        find_rfp(request, rfp_id, Action.APPROVE)
    result = answering.reopen([question.pk], rfp=rfp, approved=Action.APPROVE in rfp.actions)  # type: ignore[attr-defined]
    return _after(question, result, _("This answer is open."))


@router.post(
    "/rfps/{rfp_id}/questions/{question_id}/decline",
    response={200: DeclinedOut},
    summary="Say why the question is not answered",
)
def decline_question(
    request: SignedInRequest, rfp_id: Id, question_id: Id, data: DeclineIn
) -> Status[DeclinedOut]:
    question = _find(request, rfp_id, question_id, Action.EDIT)
    answering.decline(question, reason=data.reason)
    return Status(200, DeclinedOut(question_id=question.pk, question_status="declined"))


def _find(request: SignedInRequest, rfp_id: int, question_id: int, action: Action = Action.VIEW) -> Question:
    rfp = find_rfp(request, rfp_id, action)
    return get_object_or_404(rfp.questions.select_related("rfp"), pk=question_id)


def _answer_of(question: Question) -> Answer:
    """As it is now; 404 for a question that has none."""
    rows = Answer.objects.select_related("question", "edited_by", "approved_by").prefetch_related("citations")
    return get_object_or_404(rows, question=question)


def _after(question: Question, result: answering.BulkResult, refusal: str) -> Status[AnswerOut]:
    if not result.changed:
        raise TransitionRefused(refusal)
    return Status(200, AnswerOut.from_orm(_answer_of(question)))
