"""Long lists on the pages of an RFP: whoever may fill in the form may look up, and nobody else."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from core.models import Organization, User
from core.tests.factories import OrganizationFactory, UserFactory
from rfp_manager.models import RFP, RFPMembership
from rfp_manager.tests.factories import add_member
from themis import pickers

pytestmark = pytest.mark.django_db

PAGES = {"team": "teammates", "edit": "customers"}


@pytest.fixture(autouse=True)
def long_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickers, "MOST_CHOICES", 1)
    UserFactory.create_batch(3)
    for number in range(3):
        OrganizationFactory(name=f"Buyer {number}", kind=Organization.Kind.CUSTOMER)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.mark.parametrize(("page", "source"), PAGES.items())
def test_a_manager_of_the_team_who_is_no_contributor_looks_up_what_the_owner_does(
    rfp: RFP, alice: User, charlie: User, client_of: Callable[[User], Client], page: str, source: str
) -> None:
    add_member(rfp, charlie, RFPMembership.Role.MANAGER)
    for person in (alice, charlie):
        client = client_of(person)
        shown = client.get(reverse(f"rfp_manager:{page}", args=[rfp.pk])).content.decode()
        asked = re.search(r'data-picker-source="([^"]+)"', shown)
        assert asked
        assert asked[1] == f"/pick/{source}/"
        assert "Choose the " in shown, "the empty box says what belongs into it"
        assert client.get(asked[1]).json()["results"]


def test_who_has_no_such_form_may_not_look_up(
    rfp: RFP, bob: User, charlie: User, client_of: Callable[[User], Client]
) -> None:
    # Bob contributes to the team and manages none; he could begin an RFP, which asks for the customer.
    team = client_of(bob).get(reverse("rfp_manager:team", args=[rfp.pk])).content.decode()
    assert "data-picker-source" not in team
    assert client_of(bob).get("/pick/teammates/").status_code == 403
    assert client_of(bob).get("/pick/customers/").status_code == 200
    assert client_of(charlie).get(reverse("rfp_manager:team", args=[rfp.pk])).status_code == 404
    add_member(rfp, charlie, RFPMembership.Role.VIEWER)
    for source in PAGES.values():
        assert client_of(charlie).get(f"/pick/{source}/").status_code == 403


def test_a_manager_who_left_the_team_looks_up_no_more(
    rfp: RFP, charlie: User, client_of: Callable[[User], Client]
) -> None:
    member = add_member(rfp, charlie, RFPMembership.Role.MANAGER)
    client = client_of(charlie)
    assert client.get("/pick/teammates/").status_code == 200
    member.delete()
    assert client.get("/pick/teammates/").status_code == 403
