"""Pickers in a browser: by keyboard, with a search on the server, tags, and without JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.models import User
from themis import pickers
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer

pytestmark = [pytest.mark.urls("themis.tests.urls")]


def value_of(page: Page, name: str) -> Any:
    return page.locator(f'[name="{name}"]').evaluate(
        "control => control.multiple ? [...control.selectedOptions].map(option => option.value) : control.value"
    )


def test_one_is_chosen_by_typing_and_arrows(administrator: User, surfer: Surfer) -> None:
    page = surfer.open("/gallery/", user=administrator)
    box = page.get_by_role("combobox", name="Place", exact=True)
    box.focus()
    page.keyboard.type("zur")
    expect(page.locator(".picker-list").get_by_role("option")).to_have_text(["Zürich"])
    assert box.get_attribute("aria-activedescendant")
    page.keyboard.press("Enter")
    assert value_of(page, "place") == "zürich"
    expect(box).to_have_value("Zürich")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".picker-list").get_by_role("option")).to_have_count(4)
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert value_of(page, "place") in {"bogotá", "berlin"}
    # What is typed and not chosen is no choice; what is emptied is none.
    box.fill("nowhere")
    expect(page.locator(".picker-list").get_by_role("option")).to_have_text(["Nothing fits."])
    page.keyboard.press("Tab")
    assert box.input_value() in {"Bogotá", "Berlin"}
    box.fill("")
    page.keyboard.press("Tab")
    assert value_of(page, "place") == ""


def test_several_are_chosen_and_taken_away(administrator: User, surfer: Surfer) -> None:
    page = surfer.open("/gallery/", user=administrator)
    box = page.get_by_role("combobox", name="Places")
    for word in ("berl", "kath"):
        box.fill(word)
        expect(page.locator(".picker-list").get_by_role("option")).to_have_count(1)
        box.press("Enter")
    assert value_of(page, "places") == ["berlin", "kathmandu"]
    page.get_by_role("button", name="Remove Berlin").click()
    assert value_of(page, "places") == ["kathmandu"]
    expect(box).to_be_focused()
    box.press("Backspace")
    assert value_of(page, "places") == []


def test_a_long_list_is_searched_on_the_server(
    administrator: User, alice: User, bob: User, surfer: Surfer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pickers, "MOST_CHOICES", 1)
    page = surfer.open("/gallery/", user=administrator)
    box = page.get_by_role("combobox", name="Person")
    with page.expect_response("**/pick/people/?q=bob"):
        box.fill("bob")
    page.locator(".picker-list").get_by_role("option", name=str(bob)).click()
    assert value_of(page, "person") == str(bob.pk)
    page.route("**/pick/people/**", lambda route: route.abort())
    box.fill("alice")
    expect(page.locator(".picker-list").get_by_role("option")).to_have_text(["The server does not answer."])
    surfer.problems.clear()


def test_new_tags_are_typed_and_old_ones_suggested(administrator: User, surfer: Surfer) -> None:
    page = surfer.open("/gallery/", user=administrator)
    box = page.get_by_role("combobox", name="Tags")
    box.focus()
    page.keyboard.type("security,")
    page.keyboard.type("back up")
    page.keyboard.press("Tab")
    assert value_of(page, "tags") == "security, back up"
    expect(page.get_by_role("button", name="Remove back up")).to_be_visible()


def test_open_lists_are_accessible_and_fit(administrator: User, surfer: Surfer) -> None:
    page = surfer.open("/gallery/", user=administrator)
    page.get_by_role("combobox", name="Places").click()
    expect(page.locator(".picker-list").get_by_role("option")).to_have_count(4)
    page.keyboard.press("ArrowDown")
    assert_good_in_every_look(page)
    page.keyboard.press("Enter")
    assert_good_in_every_look(page)


def test_without_javascript_it_is_a_list_and_a_text_box(administrator: User, surfer: Surfer) -> None:
    page = surfer.open("/gallery/", user=administrator, scripts=False)
    page.locator("#id_place").select_option(label="Bogotá")
    page.locator("#id_tags").fill("one, two")
    assert page.locator("#id_place").input_value() == "bogotá"
