"""The cells beside an answer in a browser: saved when they are left, with the answer's own words untouched."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core.models import User
from rfp_manager.models import RFP
from rfp_manager.services.further_cells import further_values
from rfp_manager.tests.exporting import imported
from rfp_manager.tests.test_further_cells import two_lists
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_choice_is_saved_while_the_answer_is_typed(surfer: Surfer, rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, two_lists())[0]
    page = surfer.open(reverse("rfp_manager:question", args=[rfp.pk, question.pk]), user=alice)
    page.set_default_timeout(20_000)
    page.locator("#id_text").fill("It is there.")
    page.get_by_label("Customisation needed").select_option("Some")
    state = page.locator("#further-state")
    expect(state).to_contain_text("Saved", timeout=20_000)
    page.get_by_label("Customisation needed").select_option("Much")
    expect(page.locator("#id_text")).to_have_value("It is there.")
    expect(page.locator("#save-state")).to_contain_text("Saved", timeout=20_000)
    expect(state).to_contain_text("Saved")
    assert_good_in_every_look(page)
    assert further_values(question) == {"D": "Much"}
