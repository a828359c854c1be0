"""Where an RFP stands: its managers say that it was sent, won or lost, and what they say counts everywhere."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent, User
from rfp_manager.models import RFP, BidDecision
from rfp_manager.tests.factories import RFPFactory

pytestmark = pytest.mark.django_db


def say(client: Client, rfp: RFP, status: str, *, seen: str = "preparing") -> str:
    """Choose it on the page; returns the page that comes then."""
    url = reverse("rfp_manager:status", args=[rfp.pk])
    return client.post(url, {"status": status, "seen": seen}, follow=True).content.decode()


def test_a_manager_says_on_the_overview_that_it_was_sent(client: Client, rfp: RFP, alice: User) -> None:
    RFP.objects.update(due_at=timezone.now() - dt.timedelta(days=2))
    client.force_login(alice)
    form = client.get(rfp.get_absolute_url()).context["status_form"]
    assert [value for value, _ in form.fields["status"].choices] == [
        "preparing",
        "answering",
        "reviewing",
        "submitted",
        "won",
        "lost",
    ]
    page = say(client, rfp, "submitted")
    assert "Submitted" in page
    assert RFP.objects.get().status == RFP.Status.SUBMITTED
    assert rfp not in RFP.objects.open()
    event = AuditEvent.objects.get(action="rfp.status_changed")
    assert (event.actor, event.detail) == (alice, {"from": "preparing", "to": "submitted"})


def test_a_win_is_counted(client: Client, rfp: RFP, alice: User) -> None:
    client.force_login(alice)
    say(client, rfp, "won")
    report = client.get(reverse("rfp_manager:analytics_csv", args=["outcomes"])).content.decode()
    heading, month = (line.split(",") for line in report.splitlines()[:2])
    assert month[heading.index("Won")] == "1"


def test_of_two_people_the_second_is_told_what_the_first_chose(client: Client, rfp: RFP, alice: User) -> None:
    client.force_login(alice)
    say(client, rfp, "won")
    assert "it is “Won” now" in say(client, rfp, "lost")
    assert RFP.objects.get().status == RFP.Status.WON


def test_nonsense_and_not_answered_are_not_chosen(client: Client, rfp: RFP, alice: User) -> None:
    client.force_login(alice)
    for wrong in ("dropped", "sold", ""):
        assert "Choose one of the statuses" in say(client, rfp, wrong)
    assert RFP.objects.get().status == RFP.Status.PREPARING


def test_what_was_dropped_is_taken_up_again_first(client: Client, rfp: RFP, alice: User) -> None:
    BidDecision.objects.create(rfp=rfp, decision="no_go", reason="Too far away.", decided_by=alice)
    RFP.objects.update(status=RFP.Status.DROPPED)
    client.force_login(alice)
    assert "Change the status" not in client.get(rfp.get_absolute_url()).content.decode()
    assert "Take it up again" in say(client, rfp, "won", seen="dropped")
    assert RFP.objects.get().status == RFP.Status.DROPPED


def test_who_does_not_manage_it_is_offered_nothing(client: Client, rfp: RFP, bob: User) -> None:
    client.force_login(bob)
    assert "Change the status" not in client.get(rfp.get_absolute_url()).content.decode()


def test_the_api_says_it_with_what_else_changes_or_not_at_all(client: Client, rfp: RFP, alice: User) -> None:
    client.force_login(alice)
    url = f"/api/v1/rfps/{rfp.pk}"
    answer = client.patch(url, {"status": "lost", "title": "Lost one"}, content_type="application/json")
    assert (answer.status_code, answer.json()["status"], answer.json()["title"]) == (200, "lost", "Lost one")
    assert client.patch(url, {"status": "dropped"}, content_type="application/json").status_code == 422
    RFP.objects.update(status=RFP.Status.DROPPED)
    answer = client.patch(url, {"status": "won", "title": "Won"}, content_type="application/json")
    assert answer.status_code == 409
    assert RFP.objects.get().title == "Lost one"


def test_the_list_is_narrowed_down_by_status(client: Client, rfp: RFP, alice: User) -> None:
    RFPFactory(owner=alice, title="Won one", status=RFP.Status.WON)
    client.force_login(alice)

    def listed(status: str) -> set[str]:
        page = client.get(reverse("rfp_manager:list"), {"status": status}).context["page"]
        return {row.title for row in page}

    assert listed("won") == {"Won one"}
    assert listed("open") == {"Records service"}
    assert listed("") == listed("nonsense") == {"Won one", "Records service"}
    assert "Nothing found" in client.get(reverse("rfp_manager:list"), {"status": "lost"}).content.decode()
