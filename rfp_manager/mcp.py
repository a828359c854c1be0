"""What a model may ask about an RFP over MCP: its questions, and a draft that nobody has saved."""

from typing import Annotated

from django.shortcuts import get_object_or_404
from ninja import Schema
from pydantic import Field

from rag.api import DraftOut, draft_out
from rfp_manager.api.questions import QuestionOut, QuestionQuery, QuestionStatus, list_questions
from rfp_manager.models import Question
from rfp_manager.permissions import Action
from rfp_manager.services.question_drafts import draft_question
from rfp_manager.views.access import find_rfp
from themis.api.mcp import Tool
from themis.api.pages import Id, Page
from themis.http import SignedInRequest


class QuestionsArguments(Schema):
    rfp_id: Id
    status: QuestionStatus | None = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class DraftArguments(Schema):
    rfp_id: Id
    question_id: Id


def _list_questions(request: SignedInRequest, arguments: QuestionsArguments) -> Page[QuestionOut]:
    query = QuestionQuery.model_construct(page=arguments.page, status=arguments.status)
    found = list_questions(request, arguments.rfp_id, query)
    rows: list[Question] = found.pop("items")
    items: list[QuestionOut] = [QuestionOut.from_orm(row) for row in rows]
    return Page[QuestionOut](items=items, **found)


def _propose_draft(request: SignedInRequest, arguments: DraftArguments) -> DraftOut:
    rfp = find_rfp(request, arguments.rfp_id, Action.EDIT)
    question: Question = get_object_or_404(rfp.questions, pk=arguments.question_id)
    solutions = list(rfp.solutions.values_list("pk", flat=True))
    return draft_out(draft_question(question, solutions=solutions))


TOOLS = (
    Tool(
        "list_questions",
        "The questions of an RFP with their answers, 50 a page.",
        QuestionsArguments,
        _list_questions,
    ),
    Tool(
        "propose_draft",
        "Draft an answer to one question from the RFP's own solutions, with its proof. Nothing is saved.",
        DraftArguments,
        _propose_draft,
    ),
)
