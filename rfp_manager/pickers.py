"""What pickers of the RFP's forms find: customers, and people for a team. Whoever has the form may look up."""

from core.models import Organization, User
from core.permissions import can_create_rfp
from core.word_search import all_words
from rfp_manager.permissions import manages_an_rfp
from themis.registry import PickerSource, register_picker_source
from themis.services.people import search_people


def find_customers(user: User, query: str, limit: int) -> list[tuple[object, str]]:
    customers = Organization.objects.filter(kind=Organization.Kind.CUSTOMER)
    return [(row.pk, row.name) for row in customers.filter(all_words(query, "name"))[:limit]]


def _fills_in_rfps(user: User) -> bool:
    """Those who begin one, and those who manage one: a manager need be no contributor of the library."""
    return can_create_rfp(user) or manages_an_rfp(user)


def register() -> None:
    """Called once by the app's shell entries."""
    register_picker_source(PickerSource("customers", find_customers, visible=_fills_in_rfps))
    register_picker_source(PickerSource("teammates", search_people, visible=manages_an_rfp))
