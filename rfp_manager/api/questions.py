import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from core.models import User
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.permissions import Action
from rfp_manager.services import answering
from rfp_manager.services.due_dates import set_due_date
from rfp_manager.services.lists_left import LEFT, with_lists_left
from rfp_manager.services.question_states import NEEDS
from rfp_manager.services.requests import request_drafts
from rfp_manager.views.access import find_rfp
from themis.api.jobs import JobOut
from themis.api.me import PersonOut
from themis.api.pages import Id, Page, PageQuery, paginate
from themis.api.problems import APIError
from themis.http import SignedInRequest

router = Router(tags=["Questions"])

QuestionStatus = Literal["unanswered", "drafted", "in_review", "approved", "declined"]
Questions = Annotated[list[Id], Field(min_length=1, max_length=5000)]


class PartOut(Schema):
    """One thing that the question asks: `covered` is null where it was not checked, `sentences` count from 0."""

    text: str
    covered: bool | None
    sentences: list[int]


class CurrentAnswerOut(Schema):
    """`parts` are those of a question of several, `open_parts` says how many are known to be missing. Tokens and cost
    are what a language model took for it over all its drafts."""

    text: str
    choice: str
    status: Literal["supported", "needs_review", "no_answer"]
    missing: str
    confidence: float | None
    origin: str
    version: int
    parts: list[PartOut]
    open_parts: int
    llm_model: str
    input_tokens: int
    output_tokens: int
    llm_cost: Decimal


class QuestionOut(Schema):
    id: int
    rfp_id: int
    document_id: int
    sheet: str
    row: int
    identifier: str
    section: str
    text: str
    status: QuestionStatus
    status_reason: str
    assignee: PersonOut | None
    due_on: dt.date | None
    answer: CurrentAnswerOut | None
    updated_at: dt.datetime

    @staticmethod
    def resolve_answer(question: Question) -> Answer | None:
        return getattr(question, "answer", None)


class QuestionDetailOut(QuestionOut):
    """With the cells that its answer goes into, and the values that the customer's list offers."""

    allowed_choices: list[str]
    answer_cells: list[dict[str, Any]]


class QuestionFilterIn(Schema):
    """Which questions: all that fit everything that is given. `beside` are answered ones whose row has a list beside
    the answer that is empty."""

    status: QuestionStatus | Literal["gap", "partly", "beside"] | None = None
    document: Id | None = None
    sheet: Annotated[str, Field(max_length=255)] | None = None
    assignee: Id | None = None
    q: Annotated[str, Field(max_length=100, description="Part of text, identifier or section.")] = ""


class QuestionQuery(PageQuery, QuestionFilterIn):
    pass


class QuestionsIn(Schema):
    questions: Questions


class AssignIn(QuestionsIn):
    """`assignee` null takes the questions from whoever has them."""

    assignee: Id | None


class DueIn(QuestionsIn):
    """`due_on` null leaves the questions to the RFP's own date."""

    due_on: dt.date | None


class DraftIn(QuestionFilterIn):
    """The questions to draft; left out: all that nobody has taken up. The filters of the list narrow either down."""

    questions: Questions | None = None


class BulkOut(Schema):
    """`skipped` are those whose state did not allow it."""

    changed: int
    skipped: int


@router.get(
    "/rfps/{rfp_id}/questions", response=Page[QuestionOut], summary="Questions in the workbook's order"
)
def list_questions(request: SignedInRequest, rfp_id: Id, query: Query[QuestionQuery]) -> dict[str, Any]:
    rows = _filtered(_questions(find_rfp(request, rfp_id)).defer("answer_cells"), query)
    return paginate(rows.order_by("document_id", "position"), query)


@router.post("/rfps/{rfp_id}/questions/assign", response={200: BulkOut}, summary="Give questions to somebody")
def assign_questions(request: SignedInRequest, rfp_id: Id, data: AssignIn) -> Status[BulkOut]:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    assignee = _team_member(rfp, data.assignee) if data.assignee else None
    return _bulk(answering.assign(data.questions, rfp=rfp, assignee=assignee))


@router.post("/rfps/{rfp_id}/questions/due", response={200: BulkOut}, summary="Set a day for questions")
def set_due_dates(request: SignedInRequest, rfp_id: Id, data: DueIn) -> Status[BulkOut]:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    return _bulk(set_due_date(data.questions, rfp=rfp, due_on=data.due_on))


@router.post("/rfps/{rfp_id}/drafts", response={202: JobOut}, summary="Draft answers, as a job")
def create_drafts(request: SignedInRequest, rfp_id: Id, data: DraftIn) -> Status[JobOut]:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    only = data.questions
    if data.model_fields_set - {"questions"}:
        shown = _filtered(rfp.questions.all(), data)
        shown = shown if only is None else shown.filter(pk__in=only)
        only = list(shown.values_list("pk", flat=True))
    return Status(202, JobOut.from_orm(request_drafts(rfp, user=request.user, only=only)))


@router.get("/rfps/{rfp_id}/questions/{question_id}", response=QuestionDetailOut, summary="One question")
def get_question(request: SignedInRequest, rfp_id: Id, question_id: Id) -> Question:
    return get_object_or_404(_questions(find_rfp(request, rfp_id)), pk=question_id)


def _filtered(rows: QuerySet[Question], query: QuestionFilterIn) -> QuerySet[Question]:
    if query.status in ("gap", "partly"):
        rows = rows.filter(NEEDS[query.status])
    elif query.status == LEFT:
        rows = rows.filter(pk__in=with_lists_left(rows))
    elif query.status:
        rows = rows.filter(status=query.status)
    if query.document:
        rows = rows.filter(document=query.document)
    if query.sheet is not None:
        rows = rows.filter(sheet=query.sheet)
    if query.assignee:
        rows = rows.filter(assignee=query.assignee)
    if query.q:
        rows = rows.filter(
            Q(text__icontains=query.q) | Q(identifier__icontains=query.q) | Q(section__icontains=query.q)
        )
    return rows


def _questions(rfp: RFP) -> QuerySet[Question]:
    return rfp.questions.select_related("answer", "assignee")


def _team_member(rfp: RFP, user_id: int) -> User:
    """Only who sees the RFP can be given a question of it; another id is told nothing about."""
    person = User.objects.filter(pk=user_id).first()
    if person is None or not RFP.objects.visible_to(person).filter(pk=rfp.pk).exists():
        raise APIError(422, _("The assignee is not on the team of this RFP."), code="not-on-the-team")
    return person


def _bulk(result: answering.BulkResult) -> Status[BulkOut]:
    return Status(200, BulkOut(changed=result.changed, skipped=result.skipped))
