"""Sharing the work in a browser: filters kept as a view, questions given out with a date, and drafted again."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core.models import Job, User
from rfp_manager.models import RFP, Question, SavedView
from rfp_manager.services import answering
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_view_a_date_a_person_and_a_new_draft(surfer: Surfer, rfp: RFP, alice: User, bob: User) -> None:
    document = QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")
    rows = [QuestionFactory(document=document, section=section) for section in ("Access", "Data")]
    answering.save_answer(rows[0], text="Words.", choice="Yes", expected_version=0, user=bob)  # type: ignore[arg-type]
    url = reverse("rfp_manager:questions", args=[rfp.pk])
    page = surfer.open(url, user=alice)
    page.set_default_timeout(20_000)
    page.get_by_label("Section").select_option("Data")
    page.get_by_role("button", name="Keep these filters").click()
    page.get_by_label("Name").fill("The data part")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator("#question-list summary")).to_contain_text("The data part")
    assert SavedView.objects.get().query == "section=Data"
    page.get_by_role("button", name="Assign", exact=True).click()
    page.locator("dialog[open] [data-date-open]").click()
    page.locator("dialog.calendar").get_by_role("button", name="Close").click()
    expect(page.locator("dialog#assign[open]")).to_be_visible()
    page.locator("dialog[open] input[name=due_on]").fill("2020-01-31")
    page.locator("dialog[open] input[name=due_on]").press("Enter")
    expect(page.locator("#question-list li .status-badge", has_text="Overdue")).to_be_visible()
    assert str(Question.objects.get(section="Data").due_on) == "2020-01-31"
    page.locator("#question-list li[id^=question] a").first.click()
    page.locator("#answer [data-date-open]").click()
    page.locator("dialog.calendar td[data-day]").filter(has_text=re.compile("^15$")).click()
    expect(page.locator("#answer input[name=due_on]")).to_have_value("Jan 15, 2020")
    page.get_by_role("link", name="Who knows this?").click()
    page.get_by_role("button", name="Assign to Bob Baker").click()
    expect(page.locator("#answer select[name=assignee]")).to_have_value(str(bob.pk))
    assert_good_in_every_look(page)
    page.goto(f"{url}?view=all")
    page.get_by_label("Choose all questions of this page").check()
    page.get_by_role("button", name="Replace drafts…").click()
    expect(page.get_by_text("1 answer was written by a person")).to_be_visible()
    assert_good_in_every_look(page)
    page.locator("form[data-once] button").click()
    page.wait_for_url(f"**{url}?view=all")
    assert len(Job.objects.get(kind="draft_answers").params["questions"]) == 1
