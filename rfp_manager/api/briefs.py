"""What the customer's documents say: the brief, one document's summary, and the dates that they offer."""

import datetime as dt
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import AwareDatetime

from rfp_manager.models import RFPInformationDocument
from rfp_manager.permissions import Action
from rfp_manager.services.briefs import Brief, BriefItem, BriefSection, build_brief, summary_sections
from rfp_manager.services.date_offers import FieldOffers, offer_dates, take_date
from rfp_manager.views.access import find_rfp
from themis.api.pages import Id
from themis.http import SignedInRequest

router = Router(tags=["Brief"])

DateField = Literal["due_at", "questions_until"]


class PlaceOut(Schema):
    """Where a document says it; `url` opens the document there."""

    document: str
    page: int | None
    url: str


class BriefItemOut(Schema):
    """`quote` is empty where the text is the document's own words."""

    text: str
    quote: str
    sources: list[PlaceOut]

    @staticmethod
    def resolve_sources(item: BriefItem) -> list:
        return list(item.sources)


class BriefSectionOut(Schema):
    title: str
    items: list[BriefItemOut]

    @staticmethod
    def resolve_items(section: BriefSection) -> list[BriefItem]:
        return list(section.items)


class BriefOut(Schema):
    """`read` are the ids of the documents that it is made of; `waiting` and `failed` are not in it."""

    sections: list[BriefSectionOut]
    read: list[int]
    waiting: list[int]
    failed: list[int]


class SummaryOut(Schema):
    document_id: int
    summary_status: Literal["pending", "processing", "ready", "failed"]
    sections: list[BriefSectionOut]


class DateOfferOut(Schema):
    """A moment that the documents name for a field. `taken`: the field holds it. `ambiguous`: day and month could be
    the other way round. Without `time_said` it is the end of the day."""

    moment: dt.datetime
    quote: str
    ambiguous: bool
    time_said: bool
    zone: str
    taken: bool
    past: bool
    sources: list[PlaceOut]


class FieldOffersOut(Schema):
    field: DateField
    value: dt.datetime | None
    offers: list[DateOfferOut]

    @staticmethod
    def resolve_field(row: "FieldOffers | FieldOffersOut") -> str:
        return row.name if isinstance(row, FieldOffers) else row.field


class DateOffersOut(Schema):
    fields: list[FieldOffersOut]


class DateIn(Schema):
    """`moment` is one of those that are offered for the field, with its offset from UTC."""

    field: DateField
    moment: AwareDatetime


@router.get("/rfps/{rfp_id}/brief", response=BriefOut, summary="What all documents say, each thing once")
def get_brief(request: SignedInRequest, rfp_id: Id) -> BriefOut:
    return brief_out(build_brief(find_rfp(request, rfp_id)))


@router.get(
    "/rfps/{rfp_id}/information-documents/{document_id}/summary",
    response=SummaryOut,
    summary="One document's summary, section by section",
)
def get_summary(request: SignedInRequest, rfp_id: Id, document_id: Id) -> dict[str, Any]:
    rfp = find_rfp(request, rfp_id)
    document: RFPInformationDocument = get_object_or_404(rfp.information_documents, pk=document_id)
    return {
        "document_id": document.pk,
        "summary_status": document.summary_status,
        "sections": list(summary_sections([document])),
    }


@router.get(
    "/rfps/{rfp_id}/dates", response=DateOffersOut, summary="Dates that the documents name for the RFP"
)
def list_date_offers(request: SignedInRequest, rfp_id: Id) -> dict[str, Any]:
    rfp = find_rfp(request, rfp_id)
    return {"fields": offer_dates(rfp, build_brief(rfp).read)}


@router.post("/rfps/{rfp_id}/dates", response={200: DateOffersOut}, summary="Take one of the dates over")
def take_offered_date(request: SignedInRequest, rfp_id: Id, data: DateIn) -> Status[DateOffersOut]:
    rfp = find_rfp(request, rfp_id, Action.MANAGE)
    take_date(rfp, name=data.field, moment=data.moment, user=request.user)
    rfp.refresh_from_db(fields=["due_at", "questions_until"])
    return Status(200, DateOffersOut.from_orm({"fields": offer_dates(rfp, build_brief(rfp).read)}))


def brief_out(brief: Brief) -> BriefOut:
    return BriefOut(
        sections=[BriefSectionOut.from_orm(section) for section in brief.sections],
        read=[document.pk for document in brief.read],
        waiting=[document.pk for document in brief.waiting],
        failed=[document.pk for document in brief.failed],
    )
