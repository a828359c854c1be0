"""The cells of a question's row that its answer does not fill."""

from typing import Annotated

from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from rfp_manager.models import Question
from rfp_manager.permissions import Action
from rfp_manager.services.further_cells import cells_beside, save_further_cells
from rfp_manager.views.access import find_rfp
from rfp_manager.workbooks.writing.values import CELL_UNITS
from themis.api.pages import Id
from themis.http import SignedInRequest

router = Router(tags=["Answers"])

CELLS = "/rfps/{rfp_id}/questions/{question_id}/cells"


class FurtherCellOut(Schema):
    """One place beside the answer. `options` are the customer's list, empty where any words may stand."""

    column: str
    heading: str
    role: str
    options: list[str]
    value: str


class FurtherCellsOut(Schema):
    """`version` goes back with what you write: somebody else's in between gives 409."""

    version: int
    cells: list[FurtherCellOut]


class FurtherCellsIn(Schema):
    """`values` by column; an empty one takes back what was there. Columns that are not named stay as they are."""

    version: Annotated[int, Field(ge=0, le=2**63 - 1)]
    values: dict[Annotated[str, Field(max_length=3)], Annotated[str, Field(max_length=CELL_UNITS)]]


@router.get(CELLS, response=FurtherCellsOut, summary="The cells of its row beside the answer")
def get_further_cells(request: SignedInRequest, rfp_id: Id, question_id: Id) -> FurtherCellsOut:
    return _cells_of(_find(request, rfp_id, question_id))


@router.put(CELLS, response=FurtherCellsOut, summary="Fill in cells beside the answer")
def put_further_cells(
    request: SignedInRequest, rfp_id: Id, question_id: Id, data: FurtherCellsIn
) -> FurtherCellsOut:
    question = _find(request, rfp_id, question_id, Action.EDIT)
    save_further_cells(question, data.values, seen=data.version, user=request.user)
    return _cells_of(question)


def _find(request: SignedInRequest, rfp_id: int, question_id: int, action: Action = Action.VIEW) -> Question:
    rfp = find_rfp(request, rfp_id, action)
    question: Question = get_object_or_404(rfp.questions.select_related("document"), pk=question_id)
    return question


def _cells_of(question: Question) -> FurtherCellsOut:
    cells, version = cells_beside(question)
    return FurtherCellsOut(
        version=version,
        cells=[
            FurtherCellOut(
                column=cell.place.column,
                heading=cell.heading,
                role=cell.place.role,
                options=list(cell.place.options),
                value=cell.value,
            )
            for cell in cells
        ],
    )
