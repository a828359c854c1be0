"""Brief, document text and go / no-go sheet in a browser: no wider than a phone, accessible, both colour schemes."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from core import jobs
from core.models import User
from rfp_manager.models import RFP, Answer, RFPInformationDocument
from rfp_manager.services import bids
from rfp_manager.services.uploads import add_information_document
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from rfp_manager.tests.test_browser_overview import look_at
from rfp_manager.tests.workbooks import uploaded
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = [pytest.mark.django_db(transaction=True)]

INVITATION = """# Invitation to tender

The authority seeks a hosted records management service for 2,400 staff at 14 sites.

## Scope

The scope comprises:

- migration of 3 million records from the present system
- training of 120 administrators

## Timetable

| Step | Date |
|---|---|
| Deadline for clarification questions | 03/04/2027 |
| Submission of tenders | 12:00 noon, 30 April 2027 |
| Award | 1 June 2027 |

## Award

Quality is weighted at 60 per cent and price at 40 per cent of the score.
"""
TERMS = """# Terms

The supplier must hold ISO 27001. Personal data must not leave the European Union.

The supplier pays liquidated damages of 5 % of the monthly fee for each day of delay, without limit.

Tenders must be submitted by 30 April 2027, 12:00.
"""


@pytest.fixture
def read(rfp: RFP, alice: User, bob: User) -> RFP:
    """Two documents that were read, one that a language model has summarised in part, and a decision."""
    for name, text in (("Invitation to tender.md", INVITATION), ("Terms of contract.md", TERMS)):
        _, job = add_information_document(rfp, upload=uploaded(text.encode(), name), user=alice)
        jobs.execute(job.pk)
    RFPInformationDocument.objects.filter(title__startswith="Terms").update(
        summary_origin="llm",
        summary_dropped=2,
        input_tokens=5120,
        output_tokens=640,
        summary_note="The language model's reply could not be read. The sentences that stand out are quoted.",
    )
    document = QuestionDocumentFactory(rfp=rfp)
    for number in range(8):
        status = Answer.Status.NO_ANSWER if number == 7 else Answer.Status.SUPPORTED
        answered(
            QuestionFactory(document=document), status=status, text="", choice="" if number == 7 else "Yes"
        )
    rfp.due_at = timezone.now() + dt.timedelta(days=12)
    rfp.save()
    bids.assess(rfp, criterion="risk", score=2, note="Damages without limit.", expected_version=0, user=bob)
    bids.assess(rfp, criterion="risk", score=3, note="Legal asks for a cap.", expected_version=1, user=alice)
    bids.decide(rfp, decision="undecided", reason="", user=bob)
    bids.decide(rfp, decision="no_go", reason="The damages have no limit.", user=alice)
    return rfp


def test_the_pages_fit_and_are_accessible(surfer: Surfer, read: RFP, alice: User) -> None:
    terms = read.information_documents.get(title__startswith="Terms")
    first = read.information_documents.get(title__startswith="Invitation")
    for path in (
        reverse("rfp_manager:information", args=[read.pk, terms.pk]),
        reverse("rfp_manager:information_text", args=[read.pk, first.pk]),
        reverse("rfp_manager:bid", args=[read.pk]),
        reverse("rfp_manager:brief", args=[read.pk]),
    ):
        look_at(surfer, path, alice)
    assert surfer.problems == []


def test_from_a_point_to_its_place_and_from_an_offer_to_the_field(
    surfer: Surfer, read: RFP, alice: User
) -> None:
    page = surfer.open(reverse("rfp_manager:brief", args=[read.pk]), user=alice)
    page.get_by_role("button", name="Use this Response due").first.click()
    page.get_by_text("“Response due” is set.").wait_for()
    read.refresh_from_db()
    assert read.due_at is not None
    assert timezone.localtime(read.due_at).date() == dt.date(2027, 4, 30)
    page.get_by_role("link", name="Invitation to tender.md").last.click()
    page.wait_for_url("**/text/?part=1#block-*")
    number = page.url.rsplit("#", 1)[1]
    assert page.locator(f"#{number}").is_visible()


def test_a_decision_is_recorded_on_the_page(surfer: Surfer, read: RFP, alice: User) -> None:
    page = surfer.open(reverse("rfp_manager:bid", args=[read.pk]), user=alice)
    page.get_by_role("button", name="Set to “Not answered”").click()
    page.get_by_text("Not answered").first.wait_for()
    page.get_by_role("radio", name="Go", exact=True).check()
    page.get_by_label("Reason").fill("Legal has settled the cap.")
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_role("button", name="Take it up again").click()
    page.get_by_role("button", name="Take it up again").wait_for(state="detached")
    read.refresh_from_db()
    assert read.status == RFP.Status.ANSWERING
