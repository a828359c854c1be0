"""Question documents: uploaded, their layout detected and then confirmed, which makes the questions."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from ninja.responses import Status
from pydantic import Field

from core.responses import stored_file_response
from rfp_manager.models import RFP, RFPQuestionDocument
from rfp_manager.permissions import Action
from rfp_manager.services.excel_processor import IMPORTED, import_questions
from rfp_manager.services.rfps import delete_file
from rfp_manager.services.uploads import add_question_workbook
from rfp_manager.views.access import find_rfp
from themis.api.assembly import FILE_RESPONSE
from themis.api.pages import Id, Page, PageQuery, paginate
from themis.http import SignedInRequest

router = Router(tags=["Question documents"])


class WorkbookOut(Schema):
    """`layout_status` goes from "pending" over "detected" to "confirmed"; then there are questions.

    "replaced" is what a newer version of the workbook took the place of.
    """

    id: int
    rfp_id: int
    title: str
    file_type: str
    file_size: int | None
    layout_status: Literal["pending", "detected", "confirmed", "replaced", "failed"]
    layout_error: str
    warnings: list[str]
    question_count: int
    confirmed_at: dt.datetime | None
    created_at: dt.datetime


class LayoutOut(Schema):
    """As `manage.py detect_questions` prints it: every sheet, and the questions of those that ask."""

    sheets: list[dict[str, Any]]


class ConfirmIn(Schema):
    """The sheets to import, by title; left out: all that ask something."""

    sheets: Annotated[list[Annotated[str, Field(max_length=255)]], Field(max_length=1000)] | None = None


@router.get(
    "/rfps/{rfp_id}/question-documents", response=Page[WorkbookOut], summary="The RFP's question workbooks"
)
def list_workbooks(request: SignedInRequest, rfp_id: Id, query: Query[PageQuery]) -> dict[str, Any]:
    return paginate(_workbooks(find_rfp(request, rfp_id)), query)


@router.post(
    "/rfps/{rfp_id}/question-documents",
    response={201: WorkbookOut},
    summary="Upload one; its layout is detected in the background",
)
def create_workbook(request: SignedInRequest, rfp_id: Id, file: File[UploadedFile]) -> Status[WorkbookOut]:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    document, _job = add_question_workbook(rfp, upload=file, user=request.user)
    return Status(201, WorkbookOut.from_orm(_workbooks(rfp).get(pk=document.pk)))


@router.get(
    "/rfps/{rfp_id}/question-documents/{document_id}", response=WorkbookOut, summary="One, and how far it is"
)
def get_workbook(request: SignedInRequest, rfp_id: Id, document_id: Id) -> RFPQuestionDocument:
    return get_object_or_404(_workbooks(find_rfp(request, rfp_id)), pk=document_id)


@router.get(
    "/rfps/{rfp_id}/question-documents/{document_id}/layout",
    response=LayoutOut,
    summary="The detected or confirmed layout",
)
def get_layout(request: SignedInRequest, rfp_id: Id, document_id: Id) -> LayoutOut:
    document = get_object_or_404(find_rfp(request, rfp_id).question_documents, pk=document_id)
    return LayoutOut(sheets=document.layout.get("sheets", []))


@router.post(
    "/rfps/{rfp_id}/question-documents/{document_id}/confirm",
    response={200: WorkbookOut},
    summary="Confirm the layout and import the questions",
)
def confirm_layout(
    request: SignedInRequest, rfp_id: Id, document_id: Id, data: ConfirmIn
) -> Status[WorkbookOut]:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    document = get_object_or_404(rfp.question_documents, pk=document_id)
    asking = [sheet["sheet"] for sheet in document.layout.get("sheets", []) if sheet["is_question_sheet"]]
    import_questions(document, sheets=asking if data.sheets is None else data.sheets, user=request.user)
    return Status(200, WorkbookOut.from_orm(_workbooks(rfp).get(pk=document.pk)))


@router.get("/rfps/{rfp_id}/question-documents/{document_id}/file", summary="Download one", **FILE_RESPONSE)
def download_workbook(request: SignedInRequest, rfp_id: Id, document_id: Id) -> HttpResponseBase:
    document = get_object_or_404(find_rfp(request, rfp_id).question_documents, pk=document_id)
    return stored_file_response(document.s3_key, filename=document.title)


@router.delete(
    "/rfps/{rfp_id}/question-documents/{document_id}",
    response={204: None},
    summary="Delete one with its questions and answers (once imported: its managers)",
)
def delete_workbook(request: SignedInRequest, rfp_id: Id, document_id: Id) -> Status[None]:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    document = get_object_or_404(rfp.question_documents, pk=document_id)
    if document.layout_status in IMPORTED:
        find_rfp(request, rfp_id, Action.MANAGE)
    delete_file(document)
    return Status(204, None)


def _workbooks(rfp: RFP) -> QuerySet[RFPQuestionDocument]:
    return rfp.question_documents.annotate(
        question_count=Count("questions", filter=Q(questions__removed_at=None))
    ).defer("layout")
