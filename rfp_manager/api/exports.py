"""Exports: asked for as a job, polled, downloaded. The finished job's `result.export` is the export's id."""

import datetime as dt
from typing import Any, Literal

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.responses import Status

from core.responses import stored_file_response
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFPExport, RFPQuestionDocument
from rfp_manager.permissions import Action
from rfp_manager.services.requests import request_answer_document, request_export
from rfp_manager.views.access import find_rfp
from themis.api.assembly import FILE_RESPONSE
from themis.api.jobs import JobOut
from themis.api.pages import Id, Page, PageQuery, paginate
from themis.http import SignedInRequest

router = Router(tags=["Exports"])

Format = Literal["workbook", "word", "csv"]


class ExportOut(Schema):
    id: int
    rfp_id: int
    document_id: int | None
    format: Format
    filename: str
    version: str
    file_size: int | None
    question_count: int
    answered_count: int
    created_at: dt.datetime


class ExportDetailOut(ExportOut):
    """`report` proves that nothing but the answer cells changed, and names what could not be filled."""

    report: dict[str, Any]


class ExportIn(Schema):
    """The customer's own workbook needs its `document`; the others hold all questions of the RFP."""

    document: Id | None = None
    format: Format = "workbook"
    content: Literal["approved", "drafts"] = "approved"


@router.get("/rfps/{rfp_id}/exports", response=Page[ExportOut], summary="The RFP's exports, newest first")
def list_exports(request: SignedInRequest, rfp_id: Id, query: Query[PageQuery]) -> dict[str, Any]:
    return paginate(find_rfp(request, rfp_id).exports.defer("report"), query)


@router.post("/rfps/{rfp_id}/exports", response={202: JobOut}, summary="Export answers, as a job")
def create_export(request: SignedInRequest, rfp_id: Id, data: ExportIn) -> Status[JobOut]:
    rfp = find_rfp(request, rfp_id, Action.EXPORT)
    drafts = data.content == "drafts"
    if data.format != "workbook":
        job = request_answer_document(rfp, user=request.user, kind=data.format, drafts=drafts)
        return Status(202, JobOut.from_orm(job))
    if data.document is None:
        raise RFPError(_("Say which question document is to be exported."))
    confirmed = rfp.question_documents.filter(layout_status=RFPQuestionDocument.LayoutStatus.CONFIRMED)
    document = get_object_or_404(confirmed, pk=data.document)
    job = request_export(document, user=request.user, drafts=drafts)
    return Status(202, JobOut.from_orm(job))


@router.get("/rfps/{rfp_id}/exports/{export_id}", response=ExportDetailOut, summary="One export")
def get_export(request: SignedInRequest, rfp_id: Id, export_id: Id) -> RFPExport:
    return get_object_or_404(find_rfp(request, rfp_id).exports, pk=export_id)


@router.get("/rfps/{rfp_id}/exports/{export_id}/file", summary="Download an export", **FILE_RESPONSE)
def download_export(request: SignedInRequest, rfp_id: Id, export_id: Id) -> HttpResponseBase:
    rfp = find_rfp(request, rfp_id, Action.EXPORT)
    export = get_object_or_404(rfp.exports, pk=export_id)
    return stored_file_response(export.export_file.name or "", filename=export.filename)
