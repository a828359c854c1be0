"""The parts of a question in a browser: each with an icon and a word, and the list follows what a person types."""

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import expect

from core.models import User
from rag.services.drafts import Draft, DraftPart, DraftSentence
from rfp_manager.models import RFP
from rfp_manager.services.saved_drafts import save_draft
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = pytest.mark.django_db(transaction=True)

SAID = "All customer content is encrypted at rest with AES-256 in Galois/Counter Mode."


def test_the_parts_are_shown_and_follow_what_is_typed(surfer: Surfer, rfp: RFP, bob: User) -> None:
    document = QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")
    asked = "Do you encrypt data at rest, who holds the keys, and how often are they rotated?"
    question = QuestionFactory(document=document, text=asked, section="Security")
    parts = (
        DraftPart("Do you encrypt data at rest", True, (0,)),
        DraftPart("who holds the keys", False),
        DraftPart("how often are they rotated?", None),
    )
    missing = "The library does not answer: who holds the keys"
    sentences = (DraftSentence(SAID, ()),)
    with transaction.atomic():
        save_draft(
            question,
            Draft(SAID, "", "needs_review", 0.8, "extractive", missing, sentences, parts=parts),
        )
    page = surfer.open(reverse("rfp_manager:question", args=[rfp.pk, question.pk]), user=bob)
    page.set_default_timeout(20_000)
    shown = page.locator("#answer-parts li")
    expect(shown).to_have_count(3)
    for number, word in enumerate(("Covered", "Missing", "Not checked")):
        expect(shown.nth(number).locator(".status-badge")).to_have_text(word)
        expect(shown.nth(number).locator("svg")).to_have_count(1)
    assert_good_in_every_look(page, "parts")
    page.locator("#answer textarea[name=text]").first.fill("It is encrypted.")
    expect(shown.nth(0).locator(".status-badge")).to_have_text("Not checked since the edit")
