"""What an RFP says about itself: title, customer, reference, due date and the solutions in scope."""

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.models import Organization
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFP
from solution_library.models import Solution


def save_rfp(
    rfp: RFP,
    *,
    title: str | None = None,
    customer: int | None = None,
    customer_name: str | None = None,
    reference: str | None = None,
    due_at: dt.datetime | None = None,
    questions_until: dt.datetime | None = None,
    solutions: Collection[int] | None = None,
) -> RFP:
    """Create or change an RFP; what is None stays as it is.

    The customer is named by id, or by a name that is made one if there is none of it. Raises RFPError
    when something is missing or unknown; nothing is changed then.
    """
    with transaction.atomic():
        rfp.title = title if title is not None else rfp.title
        rfp.reference = reference if reference is not None else rfp.reference
        rfp.due_at = due_at or rfp.due_at
        rfp.questions_until = questions_until or rfp.questions_until
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
    known = customers.filter(name__iexact=name).first()
    if known is not None:
        return known
    new = Organization(kind=Organization.Kind.CUSTOMER, name=name)
    try:
        new.full_clean()
    except ValidationError as error:
        raise RFPError(" ".join(error.messages)) from error
    new.save()
    return new
