"""The brief of an RFP: each thing once with every place that says it, and dates that wait to be taken over."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import jobs
from core.models import AuditEvent, User
from rfp_manager.models import RFP, RFPMembership
from rfp_manager.services.briefs import build_brief
from rfp_manager.services.date_offers import FieldOffers, offer_dates
from rfp_manager.services.uploads import add_information_document
from rfp_manager.tests.factories import InformationDocumentFactory
from rfp_manager.tests.workbooks import uploaded

pytestmark = pytest.mark.django_db

INVITATION = """The authority seeks a records management service for 2,400 staff.

Questions must be submitted by 5 February 2027 at 17:00 UTC.

Tenders must be submitted by 12:00 UTC on 26 February 2027.

The supplier must hold ISO 27001.
"""
TERMS = """The supplier must hold ISO 27001.

The closing date for tenders is 03/04/2027.

The supplier pays liquidated damages of 5 % of the monthly fee.
"""


@pytest.fixture
def read(rfp: RFP, alice: User) -> RFP:
    for name, text in (("invitation.md", INVITATION), ("terms.md", TERMS)):
        _, job = add_information_document(rfp, upload=uploaded(text.encode(), name), user=alice)
        jobs.execute(job.pk)
    return rfp


def offers(rfp: RFP) -> dict[str, FieldOffers]:
    return {row.name: row for row in offer_dates(rfp, build_brief(rfp).read)}


def test_what_two_documents_say_stands_once_with_both_places(read: RFP) -> None:
    brief = build_brief(read)
    [iso] = brief.section("Mandatory requirements")
    assert iso.text == "The supplier must hold ISO 27001."
    assert [source.document for source in iso.sources] == ["invitation.md", "terms.md"]
    assert [section.title for section in brief.sections] == [
        "What is asked for",
        "Deadlines",
        "Mandatory requirements",
        "Red flags",
    ]


def test_the_brief_links_to_the_places_it_rests_on(client: Client, read: RFP, bob: User) -> None:
    client.force_login(bob)
    page = client.get(reverse("rfp_manager:brief", args=[read.pk])).content.decode()
    for section in build_brief(read).sections:
        for source in section.items[0].sources:
            assert f'href="{source.url}"' in page
            assert client.get(source.url).status_code == 200


def test_the_brief_costs_the_same_however_many_documents_there_are(
    client: Client, rfp: RFP, alice: User, django_assert_num_queries: Any
) -> None:
    points = [{"topic": "Scope", "text": f"Point {n} of the scope.", "page": n} for n in range(1, 9)]
    for number in range(12):
        InformationDocumentFactory(
            rfp=rfp, summary_status="ready", summary_points=points, title=f"{number}.md"
        )
    with django_assert_num_queries(1):
        assert len(build_brief(rfp).section("Scope")) == 8
    client.force_login(alice)
    client.get(reverse("rfp_manager:brief", args=[rfp.pk]))
    with django_assert_num_queries(QUERIES):
        client.get(reverse("rfp_manager:brief", args=[rfp.pk]))


# Session, person, preferences and shell, the RFP and its documents.
QUERIES = 5


def test_documents_that_are_not_read_yet_or_cannot_be_are_named(
    client: Client, rfp: RFP, alice: User
) -> None:
    client.force_login(alice)
    url = reverse("rfp_manager:brief", args=[rfp.pk])
    assert "No brief yet" in client.get(url).content.decode()
    InformationDocumentFactory(rfp=rfp)
    InformationDocumentFactory(rfp=rfp, title="scan.pdf", summary_status="failed")
    page = client.get(url).content.decode()
    assert "1 document is being read." in page
    assert "scan.pdf" in page


def test_dates_are_offered_and_none_is_set(read: RFP) -> None:
    found = offers(read)
    [questions] = found["questions_until"].offers
    assert questions.moment == dt.datetime(2027, 2, 5, 17, tzinfo=dt.UTC)
    assert questions.time_said
    due = found["due_at"].offers
    assert due[0].moment == dt.datetime(2027, 2, 26, 12, tzinfo=dt.UTC)
    assert (due[0].quote, due[0].ambiguous) == (
        "Tenders must be submitted by 12:00 UTC on 26 February 2027.",
        False,
    )
    both = [offer for offer in due if offer.ambiguous]
    assert [timezone.localtime(offer.moment).date() for offer in both] == [
        dt.date(2027, 3, 4),
        dt.date(2027, 4, 3),
    ]
    assert not any(offer.time_said for offer in both)
    read.refresh_from_db()
    assert (read.due_at, read.questions_until) == (None, None)


def take(client: Client, rfp: RFP, moment: str, field: str = "due_at") -> int:
    url = reverse("rfp_manager:date_take", args=[rfp.pk])
    return client.post(url, {"field": field, "moment": moment}).status_code


@pytest.mark.parametrize("role", [*RFPMembership.Role.values, "outsider"])
def test_a_manager_takes_a_date_over_and_the_audit_log_says_from_where(
    client: Client, read: RFP, charlie: User, role: str
) -> None:
    if role != "outsider":
        RFPMembership.objects.create(rfp=read, user=charlie, role=role)
    client.force_login(charlie)
    moment = "2027-02-26T12:00:00+00:00"
    expected = {"manager": 302, "outsider": 404}.get(role, 403)
    assert take(client, read, moment) == expected
    read.refresh_from_db()
    events = AuditEvent.objects.filter(action="rfp.date_set")
    if role != "manager":
        assert read.due_at is None
        assert not events
        return
    assert read.due_at == dt.datetime(2027, 2, 26, 12, tzinfo=dt.UTC)
    event = events.get()
    assert event.actor == charlie
    assert event.detail["document"] == "invitation.md"
    assert event.detail["to"] == moment
    assert "26 February 2027" in event.detail["quote"]


@pytest.mark.parametrize(
    ("field", "moment"),
    [
        ("due_at", "2027-02-27T12:00:00+00:00"),
        ("questions_until", "2027-02-26T12:00:00+00:00"),
        ("due_at", "2027-02-26T12:00:00"),
        ("due_at", "2027-99-99T12:00:00+00:00"),
        ("due_at", "soon"),
        ("status", "2027-02-26T12:00:00+00:00"),
    ],
)
def test_only_what_is_offered_is_taken_over(
    client: Client, read: RFP, alice: User, field: str, moment: str
) -> None:
    client.force_login(alice)
    assert take(client, read, moment, field) == 302
    read.refresh_from_db()
    assert (read.due_at, read.questions_until, read.status) == (None, None, "preparing")


def test_a_viewer_sees_dates_without_a_button(client: Client, read: RFP, charlie: User) -> None:
    RFPMembership.objects.create(rfp=read, user=charlie, role="viewer")
    client.force_login(charlie)
    page = client.get(reverse("rfp_manager:brief", args=[read.pk])).content.decode()
    assert "26 February 2027" in page
    assert "Use this" not in page
