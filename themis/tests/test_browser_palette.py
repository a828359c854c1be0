"""The palette in a browser: keys, screen-reader wiring, and the page that stands in for it without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from core.models import User
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer

pytestmark = [pytest.mark.urls("themis.tests.urls")]


def palette(page: Page) -> Page:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search and commands")).to_be_visible()
    expect(page.get_by_role("option").first).to_be_visible()
    return page


def test_keys_open_choose_and_go(alice: User, surfer: Surfer) -> None:
    page = palette(surfer.open("/", user=alice))
    words = page.get_by_role("combobox")
    expect(words).to_be_focused()
    page.keyboard.type("jobs")
    expect(page.get_by_role("option")).to_have_count(2)  # the page, and asking the library
    expect(page.locator("#palette-status")).to_have_text("2 results")
    first = page.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    assert words.get_attribute("aria-activedescendant") == first.get_attribute("id")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")  # round to the first again
    page.keyboard.press("Enter")
    page.wait_for_url("**/jobs/")


def test_escape_closes_and_gives_the_focus_back(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/", user=alice)
    page.get_by_role("link", name="Search").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("link", name="Search")).to_be_focused()


def test_fast_typing_asks_once(alice: User, surfer: Surfer) -> None:
    page = palette(surfer.open("/", user=alice))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    # In one breath, however busy the machine is.
    page.get_by_role("combobox").evaluate(
        """box => { for (const letter of "notif") {
            box.value += letter;
            box.dispatchEvent(new InputEvent("input", { bubbles: true }));
        } }"""
    )
    expect(page.locator("#palette-status")).to_contain_text("result")
    page.wait_for_timeout(400)
    assert len(asked) == 1, asked


def test_what_is_not_found_is_said(alice: User, surfer: Surfer) -> None:
    page = palette(surfer.open("/", user=alice))
    page.route("**/search/**", lambda route: route.abort())
    page.keyboard.type("zz")
    expect(page.locator("#palette-status")).to_have_text("The search did not answer. Try again.")
    surfer.problems.clear()


def test_the_open_palette_and_the_page_are_accessible(administrator: User, surfer: Surfer) -> None:
    page = palette(surfer.open("/", user=administrator))
    assert_good_in_every_look(page)
    page.goto(reverse("themis:search") + "?q=st")
    assert_good_in_every_look(page)


def test_the_search_page_needs_no_script(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/", user=alice, scripts=False)
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill("jobs")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("main").get_by_role("link", name="Jobs", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")
