"""What pickers of the RFP's forms find: customers."""

from core.models import Organization, User
from core.permissions import can_create_rfp
from themis.registry import PickerSource, register_picker_source
from themis.services.palette import all_words


def find_customers(user: User, query: str, limit: int) -> list[tuple[object, str]]:
    customers = Organization.objects.visible_to(user).filter(kind=Organization.Kind.CUSTOMER)
    return [(row.pk, row.name) for row in customers.filter(all_words(query, "name"))[:limit]]


def register() -> None:
    """Called once by the app's shell entries."""
    register_picker_source(PickerSource("customers", find_customers, visible=can_create_rfp))
