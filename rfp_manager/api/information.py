import datetime as dt
from typing import Any, Literal

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from ninja.responses import Status

from core.responses import stored_file_response
from rfp_manager.models import RFPInformationDocument
from rfp_manager.permissions import Action
from rfp_manager.services.rfps import delete_file
from rfp_manager.services.uploads import add_information_document
from rfp_manager.views.access import find_rfp
from themis.api.assembly import FILE_RESPONSE
from themis.api.pages import Id, Page, PageQuery, paginate
from themis.http import SignedInRequest

router = Router(tags=["Information documents"])


class SummaryPointOut(Schema):
    topic: str
    text: str
    page: int | None = None
    quote: str = ""


class InformationOut(Schema):
    id: int
    rfp_id: int
    title: str
    file_type: str
    file_size: int | None
    page_count: int | None
    summary_status: Literal["pending", "processing", "ready", "failed"]
    summary_error: str
    summary: str
    summary_origin: Literal["extractive", "llm"]
    summary_note: str
    created_at: dt.datetime


class InformationDetailOut(InformationOut):
    summary_points: list[SummaryPointOut]


@router.get(
    "/rfps/{rfp_id}/information-documents",
    response=Page[InformationOut],
    summary="What the customer sent to read",
)
def list_information(request: SignedInRequest, rfp_id: Id, query: Query[PageQuery]) -> dict[str, Any]:
    rfp = find_rfp(request, rfp_id)
    return paginate(
        rfp.information_documents.defer("summary_points", "summary_dates", "summary_parts"), query
    )


@router.post(
    "/rfps/{rfp_id}/information-documents",
    response={201: InformationDetailOut},
    summary="Upload one; it is summarised in the background",
)
def create_information(
    request: SignedInRequest, rfp_id: Id, file: File[UploadedFile]
) -> Status[InformationDetailOut]:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    document, _job = add_information_document(rfp, upload=file, user=request.user)
    return Status(201, InformationDetailOut.from_orm(document))


@router.get(
    "/rfps/{rfp_id}/information-documents/{document_id}",
    response=InformationDetailOut,
    summary="One, with its summary",
)
def get_information(request: SignedInRequest, rfp_id: Id, document_id: Id) -> RFPInformationDocument:
    return _find(request, rfp_id, document_id)


@router.get(
    "/rfps/{rfp_id}/information-documents/{document_id}/file", summary="Download one", **FILE_RESPONSE
)
def download_information(request: SignedInRequest, rfp_id: Id, document_id: Id) -> HttpResponseBase:
    document = _find(request, rfp_id, document_id)
    return stored_file_response(document.s3_key, filename=document.title)


@router.delete(
    "/rfps/{rfp_id}/information-documents/{document_id}", response={204: None}, summary="Delete one"
)
def delete_information(request: SignedInRequest, rfp_id: Id, document_id: Id) -> Status[None]:
    delete_file(_find(request, rfp_id, document_id, Action.EDIT))
    return Status(204, None)


def _find(
    request: SignedInRequest, rfp_id: int, document_id: int, action: Action = Action.VIEW
) -> RFPInformationDocument:
    rfp = find_rfp(request, rfp_id, action)
    return get_object_or_404(rfp.information_documents, pk=document_id)
