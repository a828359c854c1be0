"""The list of contradicting answers in a browser: readable on a phone and in the dark, dismissed and taken back."""

from typing import Any

import pytest
from django.urls import reverse

from core.models import User
from rfp_manager.models import RFP, Question
from rfp_manager.services import answering
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, RFPFactory, answered
from rfp_manager.tests.test_browser_overview import look_at
from solution_library.tests.factories import LibraryAnswerFactory, SolutionFactory
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at_odds(rfp: RFP, bob: User) -> RFP:
    """An RFP that contradicts itself, the library and what was approved for another customer."""
    solution = SolutionFactory(name="Records Cloud")
    rfp.solutions.add(solution)
    document = QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")
    said(document, "How long are backups retained?", "Backups are retained for 30 days in two places.")
    said(document, "How long do you retain backups?", "We retain them for 90 days. Older ones are shredded.")
    said(document, "Is data encrypted at rest?", "Data is encrypted at rest.", choice="Yes")
    LibraryAnswerFactory(
        solution=solution,
        question="Is data encrypted at rest?",
        answer="Data is not encrypted at rest.",
        choice="No",
    )
    earlier = RFPFactory(owner=bob, title="Framework for the county's archives")
    earlier.solutions.add(solution)
    other = said(
        QuestionDocumentFactory(rfp=earlier),
        "Is data encrypted at rest?",
        "It was until 3 May 2026.",
        choice="Yes",
    )
    said(document, "When was the last penetration test?", "On 3 May 2026.")
    second = said(other.document, "When was the last penetration test?", "The last one was on 12 March 2025.")
    answering.approve([other.pk, second.pk], rfp=earlier, user=bob)
    return rfp


def said(document: Any, question: str, text: str, *, choice: str = "") -> Question:
    row = QuestionFactory(document=document, text=question)
    answered(row, text=text, choice=choice)
    return row


def test_the_list_fits_and_is_accessible(surfer: Surfer, at_odds: RFP, bob: User) -> None:
    page = look_at(surfer, reverse("rfp_manager:consistency", args=[at_odds.pk]), bob)
    assert page.locator("mark").filter(has_text="30 days").is_visible()


def test_a_pair_is_dismissed_and_taken_back(surfer: Surfer, at_odds: RFP, bob: User) -> None:
    page = surfer.open(at_odds.get_absolute_url(), user=bob)
    page.get_by_role("link", name="3 pairs of answers that contradict each other").click()
    page.get_by_role("button", name="This is fine").first.click()
    page.get_by_role("heading", name="2 pairs").wait_for()
    page.get_by_text("1 pair that somebody found to be fine").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", name="3 pairs").wait_for()
