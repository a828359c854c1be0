"""The workspace in a browser: by keyboard alone, while typing, and when two people meet on one answer."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from core import jobs
from core.models import Job, User
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services import answering, grouping
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from themis.tests.accessibility import assert_accessible, assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = ["Is data encrypted at rest?", "Where is data stored?", "Do you encrypt data at rest?"]


@pytest.fixture
def questions(rfp: RFP) -> list[Question]:
    document = QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")
    found = [QuestionFactory(document=document, text=text, section="Security") for text in TEXTS]
    answered(found[0])
    grouping.group_questions(rfp)
    return found


def open_list(surfer: Surfer, rfp: RFP, user: User, **options: str) -> Page:
    page = surfer.open(reverse("rfp_manager:questions", args=[rfp.pk]), user=user, **options)  # type: ignore[arg-type]
    page.set_default_timeout(20_000)
    return page


def heading(page: Page, text: str) -> None:
    expect(page.locator("#question-text")).to_have_text(text, timeout=20_000)


def test_through_the_questions_by_keyboard_alone(
    surfer: Surfer, rfp: RFP, alice: User, questions: list[Question]
) -> None:
    page = open_list(surfer, rfp, alice)
    page.keyboard.press("j")
    heading(page, TEXTS[0])
    page.keyboard.press("j")
    heading(page, TEXTS[1])
    expect(page.locator("#question-list a[aria-current]")).to_contain_text(TEXTS[1])
    page.keyboard.press("k")
    heading(page, TEXTS[0])
    page.keyboard.press("e")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.press("j")  # a letter while typing
    heading(page, TEXTS[0])
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_text("Approved by Alice Archer")).to_be_visible(timeout=20_000)
    assert Question.objects.get(pk=questions[0].pk).status == "approved"
    page.keyboard.press("/")
    expect(page.locator("#question-words")).to_be_focused()
    page.keyboard.type("stored")
    expect(page.locator("#question-list li[id^=question-]")).to_have_count(1, timeout=20_000)
    expect(page).to_have_url(re.compile(r"q=stored"))
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Without the mouse")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Without the mouse")).to_be_hidden()


def test_what_is_typed_is_saved_by_itself(
    surfer: Surfer, rfp: RFP, bob: User, questions: list[Question]
) -> None:
    page = open_list(surfer, rfp, bob)
    page.get_by_role("link", name=TEXTS[1]).click()
    page.locator("#id_text").press_sequentially("In two countries.", delay=5)
    expect(page.locator("#save-state")).to_contain_text("Saved", timeout=20_000)
    page.locator("#id_text").press_sequentially(" Both in the EU.", delay=5)
    page.get_by_role("link", name="Previous question").click()  # before the pause is over
    heading(page, TEXTS[0])
    answer = Answer.objects.get(question=questions[1])
    assert answer.text == "In two countries. Both in the EU."
    assert answer.versions.count() == 1


def test_two_people_on_one_answer_see_both_texts(
    surfer: Surfer, rfp: RFP, alice: User, bob: User, questions: list[Question]
) -> None:
    page = open_list(surfer, rfp, bob)
    page.get_by_role("link", name=TEXTS[1]).click()
    expect(page.locator("#id_text")).to_be_visible()
    answering.save_answer(questions[1], text="Alice's words.", choice="Yes", expected_version=0, user=alice)
    page.locator("#id_text").press_sequentially("Bob's words.", delay=5)
    expect(page.locator("#save-state")).to_contain_text("Alice's words.", timeout=20_000)
    assert Answer.objects.get(question=questions[1]).text == "Alice's words."
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Somebody saved this answer before you")).to_be_visible(timeout=20_000)
    expect(page.locator("#id_text")).to_have_value("Bob's words.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Somebody saved this answer before you")).to_be_hidden(timeout=20_000)
    answer = Answer.objects.get(question=questions[1])
    assert [row.text for row in answer.versions.all()] == ["Bob's words.", "Alice's words."]
    surfer.problems[:] = [problem for problem in surfer.problems if "409" not in problem]


def test_the_answer_fits_its_window_and_is_accessible(
    surfer: Surfer, rfp: RFP, alice: User, questions: list[Question]
) -> None:
    questions[0].comments.create(author=alice, text="Is this still so?")
    url = reverse("rfp_manager:question", args=[rfp.pk, questions[0].pk])
    page = surfer.open(url, user=alice)
    page.set_default_timeout(20_000)
    page.get_by_role("link", name=re.compile("^History")).click()
    expect(page.locator("section#history")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="Find others").click()
    expect(page.locator("section#similar")).to_be_visible(timeout=20_000)
    assert_good_in_every_look(page)


def test_a_draft_run_that_ends_disturbs_neither_the_choice_nor_what_is_typed(
    surfer: Surfer, rfp: RFP, alice: User, questions: list[Question]
) -> None:
    job = jobs.enqueue("draft_answers", title="Drafting", key="drafting", target=rfp, owner=alice, total=3)
    page = open_list(surfer, rfp, alice)
    expect(page.get_by_text("1 job running")).to_be_visible()
    page.get_by_label("Choose question").nth(2).check()
    page.get_by_role("link", name=TEXTS[1]).click()
    page.locator("#id_text").fill("Half a sent")
    Question.objects.filter(pk=questions[2].pk).update(status="drafted")
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, message="3 drafted.")
    expect(page.get_by_text("Last draft run")).to_be_visible(timeout=20_000)
    # Of that row alone: what is typed may be saved by itself meanwhile, and its question is drafted then, too.
    row = page.locator(f"#question-{questions[2].pk}")
    expect(row.locator(".status-badge", has_text="Drafted")).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("Half a sent")
    expect(page.locator("#id_text")).to_be_focused()
    expect(page.get_by_label("Choose question").nth(2)).to_be_checked()
    expect(page.get_by_text("1 chosen")).to_be_visible()
    expect(page.get_by_role("button", name="Draft chosen")).to_be_enabled()
    expect(page.get_by_text("1 job running")).to_be_hidden()


def test_an_open_answer_nobody_writes_in_shows_its_new_draft(
    surfer: Surfer, rfp: RFP, alice: User, questions: list[Question]
) -> None:
    job = jobs.enqueue("draft_answers", title="Drafting", key="drafting", target=rfp, owner=alice, total=3)
    page = open_list(surfer, rfp, alice)
    page.get_by_role("link", name=TEXTS[1]).click()
    heading(page, TEXTS[1])
    answered(questions[1], text="In two countries.")
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, message="3 drafted.")
    expect(page.locator("#id_text")).to_have_value("In two countries.", timeout=20_000)


def test_each_sees_which_question_the_other_has_open(
    surfer: Surfer, rfp: RFP, alice: User, bob: User, questions: list[Question]
) -> None:
    bobs = open_list(surfer, rfp, bob)
    bobs.get_by_role("link", name=TEXTS[1]).click()
    heading(bobs, TEXTS[1])
    alices = open_list(surfer, rfp, alice)
    expect(alices.locator("#here")).to_contain_text("Bob Baker", timeout=20_000)
    row = alices.locator(f"#question-{questions[1].pk} [data-here]")
    expect(row).to_contain_text("Bob Baker")
    alices.get_by_role("link", name=TEXTS[1]).click()
    expect(alices.locator("article [data-here]")).to_contain_text("Bob Baker", timeout=20_000)
    assert_accessible(alices)
    bobs.close()
    cache.clear()
    alices.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(alices.locator("#here")).not_to_contain_text("Bob Baker", timeout=20_000)
