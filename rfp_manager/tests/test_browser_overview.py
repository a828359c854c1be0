"""The pages that show where RFPs stand, in a browser: no wider than a phone, readable, both colour schemes."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from core.models import User
from rfp_manager.models import RFP, Answer
from rfp_manager.services import answering
from rfp_manager.services.comments import add_comment
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = [pytest.mark.django_db(transaction=True)]


def look_at(surfer: Surfer, path: str, user: User) -> Any:
    """Open the page and check it."""
    page = surfer.open(path, user=user)
    page.wait_for_load_state("networkidle")
    assert_good_in_every_look(page)
    return page


@pytest.fixture
def busy(rfp: RFP, alice: User, bob: User) -> RFP:
    """An RFP in the middle of its way."""
    document = QuestionDocumentFactory(
        rfp=rfp, layout_status="confirmed", confirmed_at=timezone.now(), confirmed_by=bob
    )
    rows = [
        QuestionFactory(
            document=document, section=f"Section {n % 10} of the customer", assignee=bob if n % 3 else None
        )
        for n in range(40)
    ]
    for n, question in enumerate(rows[:30]):
        answered(question, status=Answer.Status.NEEDS_REVIEW if n % 7 == 0 else Answer.Status.SUPPORTED)
    answering.approve([question.pk for question in rows[:12]], rfp=rfp, user=alice)
    add_comment(rows[20], text="Does this still hold for the new region?", author=bob)
    answered(rows[39], status=Answer.Status.NO_ANSWER, text="", choice="")
    rfp.due_at = timezone.now() + dt.timedelta(days=2)
    rfp.save()
    return rfp


def test_the_overview_fits_and_is_accessible(surfer: Surfer, busy: RFP, bob: User) -> None:
    page = look_at(surfer, busy.get_absolute_url(), bob)
    page.get_by_role("link", name="Not approved yet").click()
    page.wait_for_url("**status=unapproved")
    assert page.locator("#question-list li[id^=question-]").count() == 18
