import datetime as dt
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from solution_library.answer_checks import AnswerCandidate, review_answer
from solution_library.models import LibraryAnswer, Solution
from solution_library.models.answer import MOST_TAGS, TAG_CHARACTERS
from solution_library.services.answers import save_library_answer
from solution_library.services.deletions import trash_answers
from solution_library.services.restoring import restorable_answers, restore_answers
from solution_library.views.access import require_editor
from themis.api.pages import Id, Page, PageQuery, paginate
from themis.http import SignedInRequest

router = Router(tags=["Library answers"])

Tag = Annotated[str, Field(min_length=1, max_length=TAG_CHARACTERS)]
ORDERS = {
    "-updated_at": ("-updated_at", "-pk"),
    "updated_at": ("updated_at", "pk"),
    "-times_used": ("-times_used", "-pk"),
    "review_by": ("review_by", "pk"),
}


class LibraryAnswerOut(Schema):
    id: int
    solution_id: int
    question: str
    answer: str
    choice: str
    tags: list[str]
    owner_id: int | None
    review_by: dt.date | None
    times_used: int
    last_used_at: dt.datetime | None
    origin: str
    origin_note: str
    embedding_status: Literal["pending", "processing", "embedded", "failed"]
    created_at: dt.datetime
    updated_at: dt.datetime


class AnswerWarningOut(Schema):
    kind: Literal["duplicate", "contradiction"]
    answer_id: Annotated[int, Field(description="The other answer of the library.")]
    reason: str


class KeptLibraryAnswerOut(LibraryAnswerOut):
    warnings: Annotated[
        list[AnswerWarningOut],
        Field(
            description="Other answers of the solution to the same question. None keeps this one from being kept."
        ),
    ]
    compared: Annotated[
        bool, Field(description="False where that could not be told: the embedding model did not answer.")
    ]


class LibraryAnswerIn(Schema):
    solution: Id
    question: Annotated[str, Field(min_length=1, max_length=20_000)]
    answer: Annotated[str, Field(min_length=1, max_length=200_000)]
    choice: Annotated[str, Field(max_length=200)] = ""
    tags: Annotated[list[Tag], Field(max_length=MOST_TAGS)] = []
    review_by: dt.date | None = None


class LibraryAnswerQuery(PageQuery):
    solution: Id | None = None
    tag: Tag | None = None
    q: Annotated[str, Field(max_length=100, description="Words of the question or the answer.")] = ""
    order_by: Literal["-updated_at", "updated_at", "-times_used", "review_by"] = "-updated_at"


@router.get("/library-answers", response=Page[LibraryAnswerOut], summary="Approved answers kept for reuse")
def list_library_answers(request: SignedInRequest, query: Query[LibraryAnswerQuery]) -> dict[str, Any]:
    rows = LibraryAnswer.objects.visible_to(request.user).defer("embedding", "search_vector")
    if query.solution:
        rows = rows.filter(solution=query.solution)
    if query.tag:
        rows = rows.filter(tags__contains=[query.tag])
    if query.q:
        rows = rows.filter(Q(question__icontains=query.q) | Q(answer__icontains=query.q))
    return paginate(rows.order_by(*ORDERS[query.order_by]), query)


@router.post("/library-answers", response={201: KeptLibraryAnswerOut}, summary="Keep an answer for reuse")
def create_library_answer(request: SignedInRequest, data: LibraryAnswerIn) -> Status[KeptLibraryAnswerOut]:
    """It is kept whatever the library says already; `warnings` names the answers that it repeats or contradicts."""
    user = require_editor(request)
    solution = get_object_or_404(Solution.objects.visible_to(user), pk=data.solution)
    review = review_answer(AnswerCandidate(solution, data.question, data.answer, data.choice))
    saved = save_library_answer(solution=solution, owner=user, **data.model_dump(exclude={"solution"}))
    warnings = [
        AnswerWarningOut(kind=warning.kind, answer_id=warning.other.pk, reason=warning.reason)
        for warning in review.warnings
    ]
    kept = LibraryAnswerOut.from_orm(saved).model_dump()
    return Status(201, KeptLibraryAnswerOut(**kept, warnings=warnings, compared=review.complete))


@router.get("/library-answers/{answer_id}", response=LibraryAnswerOut, summary="One approved answer")
def get_library_answer(request: SignedInRequest, answer_id: Id) -> LibraryAnswer:
    return get_object_or_404(LibraryAnswer.objects.visible_to(request.user), pk=answer_id)


@router.delete(
    "/library-answers/{answer_id}",
    response={204: None},
    summary="Delete an approved answer; for a day it can be restored",
)
def delete_library_answer(request: SignedInRequest, answer_id: Id) -> Status[None]:
    """No draft uses it any more, and answers that cite it are marked for another look. After 24 hours it and its
    history are deleted for good."""
    user = require_editor(request)
    answer = get_object_or_404(LibraryAnswer.objects.visible_to(user), pk=answer_id)
    trash_answers(LibraryAnswer.objects.visible_to(user).filter(pk=answer.pk), now=timezone.now())
    return Status(204, None)


@router.post(
    "/library-answers/{answer_id}/restore",
    response={202: LibraryAnswerOut},
    summary="Bring back a deleted answer; it is embedded in the background",
)
def restore_library_answer(request: SignedInRequest, answer_id: Id) -> Status[LibraryAnswerOut]:
    """Within 24 hours of its deletion; 404 afterwards."""
    user = require_editor(request)
    answer = get_object_or_404(restorable_answers(), pk=answer_id)
    restore_answers(LibraryAnswer.with_deleted.filter(pk=answer.pk))
    return Status(202, LibraryAnswerOut.from_orm(LibraryAnswer.objects.visible_to(user).get(pk=answer.pk)))
