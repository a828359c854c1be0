"""Dates that an RFP's information documents name, offered for the RFP's own fields and never set by themselves."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import record_event
from core.models import User
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFP, RFPInformationDocument
from rfp_manager.services.briefs import Source
from rfp_manager.services.holding import hold_rfp
from rfp_manager.tenders.date_roles import DateFound

# Where a document names a day and no time, the day is taken to its end, and the page says so.
END_OF_DAY = dt.time(23, 59)
# What a date may be offered for.
FIELDS = {"due_at": gettext_lazy("Response due"), "questions_until": gettext_lazy("Questions until")}


@dataclass
class DateOffer:
    """One moment for a field, with the sentence that names it and everywhere it stands.

    `ambiguous`: day and month could be the other way round, and that reading is offered as well. `zone` is a time
    zone that the document names and that says nothing certain; the moment is in the reader's own then.
    """

    moment: dt.datetime
    quote: str
    ambiguous: bool
    time_said: bool
    zone: str
    taken: bool
    past: bool
    sources: list[Source] = field(default_factory=list)


@dataclass(frozen=True)
class FieldOffers:
    name: str
    label: str
    value: dt.datetime | None
    offers: list[DateOffer]


def dates_to_json(found: Iterable[DateFound]) -> list[dict[str, Any]]:
    """What is kept of them with their document's summary."""
    return [
        {
            "role": row.role,
            "days": [day.isoformat() for day in row.mention.days],
            "time": row.mention.time.isoformat("minutes") if row.mention.time else "",
            "zone": row.mention.zone,
            "utc_offset": row.mention.utc_offset,
            "text": row.text,
            "quote": row.quote,
            "page": row.page,
            "block": row.block,
        }
        for row in found
    ]


def offer_dates(rfp: RFP, documents: Iterable[RFPInformationDocument]) -> list[FieldOffers]:
    """For each field of the RFP, the moments that its documents name for it, the earliest first.

    No query. A day without a zone is read in the active time zone.
    """
    found: dict[str, dict[dt.datetime, DateOffer]] = {name: {} for name in FIELDS}
    for document in documents:
        for row in document.summary_dates:
            if row["role"] in found:
                _add(found[row["role"]], row, document, getattr(rfp, row["role"]))
    return [
        FieldOffers(
            name, str(label), getattr(rfp, name), sorted(found[name].values(), key=lambda offer: offer.moment)
        )
        for name, label in FIELDS.items()
    ]


def _add(
    offers: dict[dt.datetime, DateOffer],
    row: Mapping[str, Any],
    document: RFPInformationDocument,
    current: dt.datetime | None,
) -> None:
    source = Source(document.title, row["page"], document.place_url(row["block"]))
    for day in row["days"]:
        moment = _moment(day, row["time"], row["utc_offset"])
        offer = offers.get(moment)
        if offer is None:
            offer = offers[moment] = DateOffer(
                moment,
                row["text"],
                ambiguous=len(row["days"]) > 1,
                time_said=bool(row["time"]),
                zone=row["zone"] if row["utc_offset"] is None else "",
                taken=moment == current,
                past=moment < timezone.now(),
            )
        # Written out elsewhere, it is certain.
        offer.ambiguous = offer.ambiguous and len(row["days"]) > 1
        if source not in offer.sources:
            offer.sources.append(source)


def _moment(day: str, time: str, utc_offset: float | None) -> dt.datetime:
    naive = dt.datetime.combine(
        dt.date.fromisoformat(day), dt.time.fromisoformat(time) if time else END_OF_DAY
    )
    if utc_offset is not None:
        return naive.replace(tzinfo=dt.timezone(dt.timedelta(hours=utc_offset)))
    return timezone.make_aware(naive)


def take_date(rfp: RFP, *, name: str, moment: dt.datetime, user: User) -> None:
    """Set the RFP's field to a moment that its documents offer for it. Raises RFPError when they do not (any more)."""
    ready = rfp.information_documents.filter(summary_status=RFPInformationDocument.SummaryStatus.READY)
    with transaction.atomic():
        locked = hold_rfp(rfp.pk)
        fields = {row.name: row for row in offer_dates(locked, ready)}
        offer = next((offer for offer in fields[name].offers if offer.moment == moment), None)
        if offer is None:
            raise RFPError(
                _("This date is no longer among those that the documents name. Look at them again.")
            )
        before = getattr(locked, name)
        setattr(locked, name, moment)
        locked.save(update_fields=[name, "updated_at"])
        record_event(
            "rfp.date_set",
            actor=user,
            target=locked,
            detail={
                "field": name,
                "from": before.isoformat() if before else None,
                "to": moment.isoformat(),
                "document": offer.sources[0].document,
                "page": offer.sources[0].page,
                "quote": offer.quote[:500],
            },
        )
