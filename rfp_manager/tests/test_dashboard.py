import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from rfp_manager.models import RFP
from rfp_manager.tests.factories import RFPFactory

pytestmark = pytest.mark.django_db


def test_the_dashboard_lists_the_open_rfps_that_a_person_sees(
    client: Client, alice: User, charlie: User
) -> None:
    RFPFactory(title="Records for the waterworks", owner=alice)
    RFPFactory(title="Sent long ago", owner=alice, status=RFP.Status.SUBMITTED)
    client.force_login(alice)
    page = client.get(reverse("themis:dashboard")).content.decode()
    assert "Records for the waterworks" in page
    assert "Sent long ago" not in page
    client.force_login(charlie)
    assert "Records for the waterworks" not in client.get(reverse("themis:dashboard")).content.decode()
