"""Typed words in a browser: a failed, slow or overtaken save loses none of them, and says so."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from core.models import User
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services import answering
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = ["Is data encrypted at rest?", "Where is data stored?"]
AUTOSAVE = "**/autosave/"


@pytest.fixture
def questions(rfp: RFP) -> list[Question]:
    document = QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")
    found = [QuestionFactory(document=document, text=text) for text in TEXTS]
    answered(found[0], text="Yes.")
    return found


class Held:
    """Requests of one address that wait until they are let go."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.routes = page, list[Route]()
        page.route(address, lambda route: self.routes.append(route))

    def let_go(self) -> None:
        for _ in range(400):
            if self.routes:
                return self.routes.pop(0).continue_()
            self.page.wait_for_timeout(50)
        raise AssertionError("no such request")


@pytest.fixture
def page(surfer: Surfer, rfp: RFP, alice: User, questions: list[Question]) -> Iterator[Page]:
    page = surfer.open(reverse("rfp_manager:question", args=[rfp.pk, questions[0].pk]), user=alice)
    page.set_default_timeout(20_000)
    expect(page.locator("#id_text")).to_have_value("Yes.", timeout=20_000)
    page.locator("#id_text").press("End")
    yield page
    surfer.problems[:] = [row for row in surfer.problems if "409" not in row and "500" not in row]


def write(page: Page, words: str) -> None:
    page.locator("#id_text").press_sequentially(words)


def heading(page: Page, text: str) -> None:
    expect(page.locator("#question-text")).to_have_text(text, timeout=20_000)


def test_going_on_after_a_failed_save_or_a_conflict_asks_first(
    page: Page, questions: list[Question], bob: User
) -> None:
    notice = page.get_by_text("Your last words are not saved yet")
    page.route(AUTOSAVE, lambda route: route.fulfill(status=500))
    write(page, " Always.")
    page.get_by_role("link", name="Next question").click()
    expect(notice).to_be_visible()
    heading(page, TEXTS[0])
    page.unroute(AUTOSAVE)
    write(page, " AES.")
    expect(notice).to_be_hidden(timeout=20_000)
    answer = Answer.objects.get(question=questions[0])
    assert answer.text == "Yes. Always. AES."

    version = answer.version
    answering.save_answer(questions[0], text="No.", choice="Yes", expected_version=version, user=bob)
    write(page, " 256.")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(notice).to_be_visible()
    expect(page.locator("#save-state")).to_contain_text("No.")
    expect(page.locator("#id_text")).to_have_value("Yes. Always. AES. 256.")
    page.locator("#id_text").press("Control+Enter")
    expect(page.get_by_text("Somebody saved this answer before you")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name=TEXTS[1]).click()
    expect(notice).to_be_visible()
    assert Answer.objects.get(question=questions[0]).text == "No."
    page.get_by_role("button", name="Leave without them").click()
    heading(page, TEXTS[1])
    assert Answer.objects.get(question=questions[0]).text == "No."


def test_words_typed_right_before_a_step_and_during_it_are_kept(
    page: Page, questions: list[Question], bob: User
) -> None:
    write(page, " Always.")
    page.get_by_role("button", name="Send to review").click()
    expect(page.locator("#answer header")).to_contain_text("In review", timeout=20_000)
    assert Answer.objects.get(question=questions[0]).text == "Yes. Always."
    expect(page.locator("#id_text")).to_have_value("Yes. Always.")

    assigning = Held(page, "**/assign/**")
    page.locator("#answer select[name=assignee]").select_option(str(bob.pk))
    page.locator("#id_text").press("End")
    write(page, " AES.")
    assigning.let_go()
    expect(page.locator("#question-list")).to_contain_text("BB", timeout=20_000)
    expect(page.locator("#id_text")).to_have_value("Yes. Always. AES.")
    expect(page.locator("#save-state [data-saved]")).to_be_visible(timeout=20_000)
    assert Answer.objects.get(question=questions[0]).text == "Yes. Always. AES."


def test_a_slow_save_takes_along_what_is_typed_meanwhile(page: Page, questions: list[Question]) -> None:
    saving = Held(page, "**/answer/**")
    page.locator("#id_text").press("Control+Enter")
    write(page, " Always.")
    saving.let_go()
    autosaves = Held(page, AUTOSAVE)
    autosaves.let_go()
    expect(page.locator("#save-state [data-saved]")).to_be_visible(timeout=20_000)
    expect(page.locator("#id_text")).to_have_value("Yes. Always.")
    write(page, " AES.")
    page.get_by_role("link", name="Next question").click()
    write(page, " 256.")
    autosaves.let_go()
    autosaves.let_go()
    heading(page, TEXTS[1])
    assert Answer.objects.get(question=questions[0]).text == "Yes. Always. AES. 256."

    write(page, "In the EU.")
    page.get_by_role("button", name="Save and approve").click()
    page.locator("#id_text").press("End")
    write(page, " Too late.")
    saving.let_go()
    expect(page.get_by_text("These words came too late")).to_be_visible(timeout=20_000)
    expect(page.locator("[data-words]")).to_have_text("In the EU. Too late.")
    assert Question.objects.get(pk=questions[1].pk).status == "approved"


def test_who_signs_in_again_in_another_tab_goes_on_where_they_were(
    page: Page, surfer: Surfer, questions: list[Question], alice: User
) -> None:
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    write(page, " Always.")
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    expect(page.locator("#save-state")).to_have_text("Not saved yet; it is tried again.")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in").click()
    tab = opened.value
    tab.locator("input[name=login]").fill(alice.email)
    tab.locator("input[name=password]").fill("correct horse")
    tab.get_by_role("button", name="Sign in", exact=True).click()
    expect(tab.get_by_role("button", name="Menu of")).to_be_visible(timeout=20_000)
    write(page, " AES.")
    expect(page.locator("#save-state [data-saved]")).to_be_visible(timeout=20_000)
    assert Answer.objects.get(question=questions[0]).text == "Yes. Always. AES."
    surfer.problems[:] = [row for row in surfer.problems if "401" not in row]
