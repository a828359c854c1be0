"""The pages of one information document: its summary, and its text where the summary says it stands."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from reportlab.platypus import PageBreak

from core import jobs
from core.models import Job, User
from core.storage import read_text, write_text
from rag.tests.pdf_files import drawn_pdf, heading, laid_out_pdf, paragraph
from rfp_manager.models import RFP, RFPInformationDocument, RFPMembership
from rfp_manager.services.uploads import add_information_document
from rfp_manager.tests.factories import InformationDocumentFactory
from rfp_manager.tests.workbooks import uploaded

pytestmark = pytest.mark.django_db

TENDER = b"""# Terms

Tenders must be submitted by 12:00 on 15 January 2027 through the portal & hub.

| Step | Date |
|---|---|
| Award | 1 March 2027 |
"""

TERMS = "Tenders must be submitted by 12:00 on 15 January 2027 through the portal, in English."


def summarised(
    rfp: RFP, user: User, content: bytes = TENDER, name: str = "terms.md"
) -> RFPInformationDocument:
    document, job = add_information_document(rfp, upload=uploaded(content, name), user=user)
    jobs.execute(job.pk)
    document.refresh_from_db()
    return document


def test_a_point_leads_to_its_place_in_the_text(client: Client, rfp: RFP, alice: User, bob: User) -> None:
    document = summarised(rfp, alice)
    client.force_login(bob)
    page = client.get(reverse("rfp_manager:information", args=[rfp.pk, document.pk])).content.decode()
    place = document.place_url(0)
    assert f'href="{place}"' in page
    assert "portal &amp; hub" in page
    text = client.get(place).content.decode()
    assert 'id="block-0"' in text
    assert "<td>1 March 2027</td>" in text


@pytest.mark.parametrize("stored_before", [False, True])
def test_a_partly_scanned_file_says_so_beside_its_text(
    client: Client, rfp: RFP, alice: User, stored_before: bool
) -> None:
    scans = [lambda paper: paper.rect(50, 50, 400, 600, fill=1)] * 3
    content = drawn_pdf(lambda paper: paper.drawString(72, 700, TERMS), *scans)
    document = summarised(rfp, alice, content, "terms.pdf")
    if stored_before:
        stored = json.loads(read_text(document.text_key))
        stored["warnings"] = ["3 of 4 pages hold no text; they may be scans."]
        key = write_text("rfp_info_documents/before.json", json.dumps(stored))
        RFPInformationDocument.objects.filter(pk=document.pk).update(text_key=key)
    client.force_login(alice)
    url = reverse("rfp_manager:information_text", args=[rfp.pk, document.pk])
    assert "3 of 4 pages hold no text" in client.get(url).content.decode()


def test_a_point_of_a_pdf_names_the_page_that_its_link_opens(
    client: Client, rfp: RFP, alice: User, bob: User
) -> None:
    story = [
        heading("Invitation"),
        paragraph("The authority seeks a hosted records service for 2,400 staff."),
        PageBreak(),
        heading("Terms"),
        paragraph("The supplier pays liquidated damages of 5 % of the monthly fee for each day."),
    ]
    document = summarised(rfp, alice, laid_out_pdf(story), "terms.pdf")
    damages = next(row for row in document.summary_points if row["topic"] == "Red flags")
    assert damages["page"] == 2
    client.force_login(bob)
    page = client.get(document.place_url(damages["block"])).content.decode()
    block = page.index(f'id="block-{damages["block"]}"')
    assert page.index('id="page-2"') < block < page.index("liquidated damages")


def test_a_long_text_is_shown_in_parts(client: Client, rfp: RFP, alice: User) -> None:
    document = summarised(rfp, alice, b"\n\n".join(b"Paragraph number %d." % n for n in range(450)))
    client.force_login(alice)
    assert "?part=3#block-420" in document.place_url(420)
    url = reverse("rfp_manager:information_text", args=[rfp.pk, document.pk])
    page = client.get(url, {"part": "3"}).content.decode()
    assert "Paragraph number 420." in page
    assert "Paragraph number 399." not in page
    for nonsense in ("0", "99", "x", "9" * 30):
        assert client.get(url, {"part": nonsense}).status_code == 200


def test_a_document_from_before_its_text_was_kept_says_so(client: Client, rfp: RFP, alice: User) -> None:
    document = InformationDocumentFactory(
        rfp=rfp,
        summary_status="ready",
        summary_points=[{"topic": "Deadlines", "text": "Tenders are due by 12 May 2027.", "page": 2}],
    )
    client.force_login(alice)
    page = client.get(reverse("rfp_manager:information", args=[rfp.pk, document.pk])).content.decode()
    assert "page 2" in page
    assert "Summarise again" in page
    text = client.get(reverse("rfp_manager:information_text", args=[rfp.pk, document.pk]))
    assert "No text yet" in text.content.decode()


@pytest.mark.parametrize("role", RFPMembership.Role.values)
def test_those_who_edit_may_have_it_summarised_again(
    client: Client, rfp: RFP, charlie: User, role: str
) -> None:
    RFPMembership.objects.create(rfp=rfp, user=charlie, role=role)
    document = InformationDocumentFactory(rfp=rfp, summary_status="failed", summary_error="No text.")
    client.force_login(charlie)
    response = client.post(reverse("rfp_manager:summarise_information", args=[rfp.pk, document.pk]))
    assert response.status_code == (403 if role == "viewer" else 302)
    document.refresh_from_db()
    assert document.summary_status == ("failed" if role == "viewer" else "pending")
    assert Job.objects.for_target(document).count() == (0 if role == "viewer" else 1)
    if role != "viewer":
        client.post(reverse("rfp_manager:summarise_information", args=[rfp.pk, document.pk]))
        assert Job.objects.for_target(document).count() == 1
