"""The answer's editor in a browser: a preview that follows the typing, and the limit before it is passed."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core.models import User
from rfp_manager.models import RFP
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_preview_and_limit_follow_the_typing(surfer: Surfer, rfp: RFP, bob: User) -> None:
    text = "Describe your backups (max. 50 characters)."
    question = QuestionFactory(document=QuestionDocumentFactory(rfp=rfp), text=text)
    url = reverse("rfp_manager:question", args=[rfp.pk, question.pk])
    page = surfer.open(url, user=bob)
    page.set_default_timeout(20_000)
    counter, said = page.locator("[data-length]"), page.locator("[data-length-said]")
    page.get_by_text("Preview as Markdown").click()
    page.locator("#id_text").fill("**Every** night.")
    expect(page.locator("#answer-preview strong")).to_have_text("Every", timeout=20_000)
    expect(counter).to_contain_text("16 / 50")
    expect(page.locator("[data-warning]")).to_be_hidden()
    page.locator("#id_text").fill("**Every** night. " + "x" * 30)
    expect(page.locator("[data-warning]")).to_have_text("3 characters left")
    page.locator("#id_text").fill("**Every** night. " + "x" * 40)
    expect(page.locator("[data-warning]")).to_have_text("7 characters too many")
    expect(said).to_have_text("7 characters too many", timeout=20_000)
    expect(page.locator("#save-state")).to_contain_text("Saved", timeout=20_000)
    expect(page.locator("#answer-preview strong")).to_have_text("Every")
    assert_good_in_every_look(page)
