"""A team's people hear that they are on it, get other roles without losing work, and an RFP finds another owner."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent, User
from rfp_manager.exceptions import GoneMeanwhile, RFPError
from rfp_manager.models import RFP, RFPMembership
from rfp_manager.services.team import change_role, hand_over, take_on
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory
from themis.models import Notification

pytestmark = pytest.mark.django_db


def post(client: Client, route: str, member: RFPMembership, **data: str) -> str:
    url = reverse(f"rfp_manager:{route}", args=[member.rfp_id, member.pk])
    return client.post(url, data, follow=True).content.decode()


@pytest.fixture
def member(rfp: RFP, bob: User) -> RFPMembership:
    return rfp.memberships.get(user=bob)


@pytest.fixture
def manager(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_who_comes_on_a_team_is_told(manager: Client, rfp: RFP, charlie: User) -> None:
    manager.post(reverse("rfp_manager:team", args=[rfp.pk]), {"user": charlie.pk, "role": "reviewer"})
    told = Notification.objects.get(user=charlie)
    assert (told.text, told.link) == ("You are on the team of “Records service”.", rfp.get_absolute_url())


def test_another_role_is_given_and_ones_questions_stay(
    manager: Client, member: RFPMembership, bob: User
) -> None:
    question = QuestionFactory(document=QuestionDocumentFactory(rfp=member.rfp), assignee=bob)
    page = post(manager, "member_role", member, role="reviewer")
    assert "is on the team as Reviewer." in page
    member.refresh_from_db()
    question.refresh_from_db()
    assert (member.role, question.assignee) == ("reviewer", bob)
    assert AuditEvent.objects.get(action="team.changed").detail["role"] == "reviewer"
    assert "Choose one of the roles" in post(manager, "member_role", member, role="emperor")
    member.refresh_from_db()
    assert member.role == "reviewer"


def test_an_rfp_is_handed_over_and_its_owner_stays_as_a_manager(
    manager: Client, member: RFPMembership, alice: User, bob: User
) -> None:
    post(manager, "member_owner", member)
    rfp = RFP.objects.get()
    assert rfp.owner == bob
    assert {(row.user, row.role) for row in rfp.memberships.all()} == {(alice, "manager")}
    assert Notification.objects.get(user=bob).text == "“Records service” is your RFP now."
    event = AuditEvent.objects.get(action="rfp.handed_over")
    assert (event.actor, event.detail) == (alice, {"from": alice.pk, "to": bob.pk})


def test_nobody_who_is_deactivated_becomes_the_owner(
    manager: Client, member: RFPMembership, alice: User, bob: User
) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert "is deactivated" in post(manager, "member_owner", member)
    assert RFP.objects.get().owner == alice


def test_who_does_not_manage_it_changes_nobody(client: Client, member: RFPMembership, bob: User) -> None:
    client.force_login(bob)
    page = client.get(reverse("rfp_manager:team", args=[member.rfp_id])).content.decode()
    assert "Make owner" not in page
    for route in ("member_role", "member_owner"):
        url = reverse(f"rfp_manager:{route}", args=[member.rfp_id, member.pk])
        assert client.post(url, {"role": "manager"}).status_code == 403


def test_the_api_changes_a_role_and_hands_over(manager: Client, member: RFPMembership, bob: User) -> None:
    url = f"/api/v1/rfps/{member.rfp_id}/team/{member.pk}"
    answer = manager.patch(url, {"role": "viewer"}, content_type="application/json")
    assert (answer.status_code, answer.json()["role"]) == (200, "viewer")
    assert manager.post(f"{url}/hand-over").status_code == 204
    assert RFP.objects.get().owner == bob


def test_of_two_who_take_somebody_on_the_second_is_told(rfp: RFP, charlie: User) -> None:
    first, second = (RFPMembership(rfp=rfp, user=charlie, role=role) for role in ("viewer", "manager"))
    take_on(first)
    with pytest.raises(RFPError, match="is on the team already"):
        take_on(second)
    assert rfp.memberships.get(user=charlie).role == "viewer"


def test_who_left_the_team_meanwhile_gets_neither_a_role_nor_the_rfp(
    rfp: RFP, member: RFPMembership, alice: User
) -> None:
    RFPMembership.objects.filter(pk=member.pk).delete()
    with pytest.raises(GoneMeanwhile, match="no longer on the team"):
        change_role(member, "manager")
    with pytest.raises(GoneMeanwhile, match="no longer on the team"):
        hand_over(member, user=alice)
    assert (RFP.objects.get().owner, rfp.memberships.count()) == (alice, 0)
