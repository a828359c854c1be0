"""What an RFP says about itself: title, customer, reference, dates, summary and the solutions in scope."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.models import Organization
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFP
from rfp_manager.services.holding import hold_rfp
from solution_library.models import Solution
from themis.formatting import format_datetime

# A date that is not named stays; None takes it away.
KEEP: Any = object()


def details_of(rfp: RFP) -> dict[str, Any]:
    """What somebody who edits an RFP sees, as JSON can hold it: to tell later what has changed since."""
    return {
        "title": rfp.title,
        "customer": rfp.customer_id,
        "reference": rfp.reference,
        "due_at": rfp.due_at.isoformat() if rfp.due_at else None,
        "questions_until": rfp.questions_until.isoformat() if rfp.questions_until else None,
        "summary": rfp.summary,
        "solutions": sorted(rfp.solutions.values_list("pk", flat=True)),
    }


def describe_detail(rfp: RFP, name: str) -> str:
    """One of `details_of` in words."""
    if name == "solutions":
        return ", ".join(map(str, rfp.solutions.order_by("name"))) or "–"
    value = getattr(rfp, name)
    return (format_datetime(value) if isinstance(value, dt.datetime) else str(value or "")) or "–"


def save_rfp(
    rfp: RFP,
    *,
    title: str | None = None,
    customer: int | None = None,
    customer_name: str | None = None,
    reference: str | None = None,
    summary: str | None = None,
    due_at: dt.datetime | None = KEEP,
    questions_until: dt.datetime | None = KEEP,
    solutions: Collection[int] | None = None,
) -> RFP:
    """Create or change an RFP; what is not named stays as it is, and so does what is None but for the dates.

    The customer is named by id, or by a name that is made one if there is none of it. Raises RFPError
    when something is missing or unknown; nothing is changed then.
    """
    with transaction.atomic():
        if rfp.pk:  # as it is by now, not as it was read
            rfp = hold_rfp(rfp.pk)
        rfp.title = title if title is not None else rfp.title
        rfp.reference = reference if reference is not None else rfp.reference
        rfp.summary = summary if summary is not None else rfp.summary
        rfp.due_at = rfp.due_at if due_at is KEEP else due_at
        rfp.questions_until = rfp.questions_until if questions_until is KEEP else questions_until
        if customer is not None or customer_name:
            rfp.customer = _find_customer(customer, (customer_name or "").strip())
        if not rfp.customer_id:
            raise RFPError(_("Say who the customer is: by id, or by the name of a new one."))
        try:
            rfp.full_clean()
        except ValidationError as error:
            raise RFPError(" ".join(error.messages)) from error
        rfp.save()
        if solutions is not None:
            found = list(Solution.objects.filter(pk__in=solutions))
            if len(found) != len(set(solutions)):
                raise RFPError(_("One of these solutions is not in the library."))
            rfp.solutions.set(found)
    return rfp


def _find_customer(pk: int | None, name: str) -> Organization:
    customers = Organization.objects.filter(kind=Organization.Kind.CUSTOMER)
    if pk is not None:
        known = customers.filter(pk=pk).first()
        if known is None:
            raise RFPError(_("There is no customer with this id."))
        return known
    return customer_named(name)


def customer_named(name: str) -> Organization:
    """The customer of this name, made when there is none. Raises RFPError for what cannot be a name."""
    customers = Organization.objects.filter(kind=Organization.Kind.CUSTOMER)
    known = customers.filter(name__iexact=name).first()
    if known is not None:
        return known
    new = Organization(kind=Organization.Kind.CUSTOMER, name=name)
    try:
        new.clean_fields()
    except ValidationError as error:
        raise RFPError(" ".join(error.messages)) from error
    # Whoever names the same new customer at the same moment gets the same one.
    return customers.get_or_create(name__iexact=name, kind=new.kind, defaults={"name": new.name})[0]
