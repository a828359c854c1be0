"""Approved answers for the library in a browser: accessible, and as wide as the window."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core import jobs
from core.models import Job, User
from rfp_manager.models import RFP, Question
from rfp_manager.tests.test_library_offers import questions, solution
from solution_library.models import LibraryAnswer, Solution
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["questions", "solution", "surfer"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_approved_answers_are_added_to_the_library(
    surfer: Surfer,
    alice: User,
    rfp: RFP,
    questions: list[Question],
    solution: Solution,
) -> None:
    address = reverse("rfp_manager:question", args=[rfp.pk, questions[0].pk])
    page = surfer.open(address, user=alice)
    page.set_default_timeout(20_000)

    def look(name: str) -> None:
        assert_good_in_every_look(page, name)

    look("question")
    page.get_by_role("link", name="Add to the library").click()
    look("one")
    page.get_by_role("button", name="Add to the library").click()
    expect(page.get_by_text("The answer is in the library.")).to_be_visible()
    page.goto(reverse("rfp_manager:library_offers", args=[rfp.pk]))
    look("list")
    page.get_by_role("button", name="Add to the library").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    jobs.execute(Job.objects.get(kind="offer_answers").pk)
    expect(page.get_by_text("In the library", exact=True)).to_have_count(2, timeout=20_000)
    assert LibraryAnswer.objects.count() == 2
