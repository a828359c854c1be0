"""That somebody is a customer tells of a bid: who is on no team and begins none hears of no customer."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from core.models import Organization, User
from core.tests.factories import OrganizationFactory, UserFactory
from rfp_manager.models import RFP
from rfp_manager.tests.factories import add_member
from solution_library.tests.files import png_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> User:
    return UserFactory(groups=["viewer"])


def seen(client: Client, rfp: RFP) -> tuple[int, int, bool]:
    """What the customer's page and logo answer, and whether the API's list names it."""
    page = client.get(rfp.customer.get_absolute_url()).status_code
    image = client.get(reverse("solution_library:logo", args=[rfp.customer_id]))
    b"".join(getattr(image, "streaming_content", []))
    listed = [row["id"] for row in client.get("/api/v1/organizations").json()["items"]]
    return page, image.status_code, rfp.customer_id in listed


def test_a_customer_is_seen_by_its_teams_and_by_who_begins_rfps(
    client: Client, rfp: RFP, bob: User, viewer: User
) -> None:
    key = default_storage.save("orgs/logos/a.png", png_upload("a.png"))
    Organization.objects.filter(pk=rfp.customer_id).update(logo=key, file_type="png")
    client.force_login(viewer)
    assert seen(client, rfp) == (404, 404, False)
    add_member(rfp, viewer, role="viewer")
    assert seen(client, rfp) == (200, 200, True)
    client.force_login(bob)
    assert seen(client, rfp) == (200, 200, True)


def test_vendors_are_seen_by_everybody(client: Client, viewer: User) -> None:
    vendor = OrganizationFactory()
    client.force_login(viewer)
    assert client.get(vendor.get_absolute_url()).status_code == 200
    assert [row["id"] for row in client.get("/api/v1/organizations").json()["items"]] == [vendor.pk]
