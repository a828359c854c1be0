"""What a model may ask about an RFP over MCP: brief, questions with their parts, a draft that nobody has saved."""

from typing import Annotated, Literal

from django.shortcuts import get_object_or_404
from ninja import Schema
from pydantic import Field

from rag.api import DraftOut, draft_out
from rfp_manager.api.briefs import BriefOut, get_brief
from rfp_manager.api.questions import (
    QuestionDetailOut,
    QuestionOut,
    QuestionQuery,
    QuestionStatus,
    get_question,
    list_questions,
)
from rfp_manager.models import Question
from rfp_manager.permissions import Action
from rfp_manager.services.question_drafts import draft_question
from rfp_manager.views.access import find_rfp
from themis.api.mcp import Tool
from themis.api.pages import Id, Page
from themis.http import SignedInRequest
from themis.models import APIKey


class RFPArguments(Schema):
    rfp_id: Id


class QuestionsArguments(Schema):
    rfp_id: Id
    status: QuestionStatus | Literal["gap", "partly"] | None = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class QuestionArguments(Schema):
    rfp_id: Id
    question_id: Id


def _list_questions(request: SignedInRequest, arguments: QuestionsArguments) -> Page[QuestionOut]:
    query = QuestionQuery.model_construct(page=arguments.page, status=arguments.status)
    found = list_questions(request, arguments.rfp_id, query)
    rows: list[Question] = found.pop("items")
    items: list[QuestionOut] = [QuestionOut.from_orm(row) for row in rows]
    return Page[QuestionOut](items=items, **found)


def _get_question(request: SignedInRequest, arguments: QuestionArguments) -> QuestionDetailOut:
    return QuestionDetailOut.from_orm(get_question(request, arguments.rfp_id, arguments.question_id))


def _get_brief(request: SignedInRequest, arguments: RFPArguments) -> BriefOut:
    return get_brief(request, arguments.rfp_id)


def _propose_draft(request: SignedInRequest, arguments: QuestionArguments) -> DraftOut:
    rfp = find_rfp(request, arguments.rfp_id, Action.EDIT)
    question: Question = get_object_or_404(rfp.questions, pk=arguments.question_id)
    solutions = list(rfp.solutions.values_list("pk", flat=True))
    return draft_out(draft_question(question, solutions=solutions))


TOOLS = (
    Tool(
        "list_questions",
        "The questions of an RFP with their answers, 50 a page; of a question of several parts, which are covered.",
        QuestionsArguments,
        _list_questions,
    ),
    Tool(
        "get_question",
        "One question with its answer, what its parts are and whether each is covered, and the cells it goes into.",
        QuestionArguments,
        _get_question,
    ),
    Tool(
        "get_brief",
        "What the customer's documents ask for: scope, deadlines, criteria, requirements, red flags, with the places.",
        RFPArguments,
        _get_brief,
    ),
    Tool(
        "propose_draft",
        "Draft an answer to one question from the RFP's own solutions, with its proof. Nothing is saved. Where a "
        "language model writes, it costs: the key needs the scope that writes.",
        QuestionArguments,
        _propose_draft,
        APIKey.Scope.WRITE,
    ),
)
