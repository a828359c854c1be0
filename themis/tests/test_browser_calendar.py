"""The calendar in a browser: by keyboard, in the person's language, on a phone, and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from core.models import User
from themis.models import Profile
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import SIZES, Surfer

pytestmark = [pytest.mark.urls("themis.tests.urls")]

GERMAN = {"language": "de", "date_style": "short", "time_zone": "Europe/Berlin"}


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))


def test_a_date_is_chosen_by_keyboard_alone(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/gallery/", user=alice)
    box = page.locator("#id_day")
    box.fill("Jan 31, 2026")
    box.press("Tab")
    assert focused(page) == "Change the date, Saturday, January 31, 2026: Day"
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Choose a date")).to_be_visible()
    for key, said in [
        ("ArrowRight", "Sunday, February 1, 2026"),
        ("ArrowDown", "Sunday, February 8, 2026"),
        ("ArrowLeft", "Saturday, February 7, 2026"),
        ("ArrowUp", "Saturday, January 31, 2026"),
        ("PageDown", "Saturday, February 28, 2026"),
        ("PageUp", "Wednesday, January 28, 2026"),
        ("Shift+PageDown", "Thursday, January 28, 2027"),
        ("Shift+PageUp", "Wednesday, January 28, 2026"),
        ("End", None),
        ("Home", None),
    ]:
        page.keyboard.press(key)
        if said:
            assert focused(page) == said
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Choose a date")).to_be_hidden()
    assert box.input_value().startswith("Jan 2")
    assert focused(page).startswith("Change the date, ")
    page.keyboard.press("Enter")
    page.keyboard.press("PageDown")
    before = box.input_value()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Choose a date")).to_be_hidden()
    assert box.input_value() == before
    assert focused(page).startswith("Change the date, ")


def test_the_week_begins_and_is_called_as_the_person_reads_it(alice: User, surfer: Surfer) -> None:
    Profile.objects.create(user=alice, **GERMAN)
    page = surfer.open("/gallery/", user=alice)
    box = page.locator("#id_moment_0")
    box.fill("31.12.2026")
    box.press("Alt+ArrowDown")
    headings = page.locator(".calendar-grid th")
    assert headings.first.get_attribute("abbr") == "Montag"
    expect(page.locator("dialog.calendar h2")).to_have_text("Dezember 2026")
    expect(page.get_by_role("gridcell", name="Donnerstag, 31. Dezember 2026")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    assert box.input_value() == "01.01.2027"
    page.locator("#id_moment_1").fill("17:45")
    assert page.locator("#id_moment_times option").count() == 96


def test_the_open_calendar_is_accessible_and_fits(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/gallery/", user=alice)
    page.locator("#id_day").fill("2026-08-15")
    page.locator("#id_day").press("Alt+ArrowDown")
    dialog = page.get_by_role("dialog", name="Choose a date")
    for size in SIZES.values():
        page.set_viewport_size(size)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        box = dialog.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]
    assert_good_in_every_look(page)
    # Tab goes round inside the dialog: nothing behind it can be reached.
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )


def test_the_mouse_chooses_and_clears(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/gallery/", user=alice)
    box = page.locator("#id_day")
    box.fill("2026-08-15")
    page.get_by_role("button", name="Change the date").first.click()
    page.get_by_role("button", name="Next month").click()
    page.get_by_role("gridcell", name="September 1, 2026").click()
    assert box.input_value() == "Sep 1, 2026"


def test_without_javascript_there_is_a_text_box_and_no_dead_button(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/gallery/", user=alice, scripts=False)
    expect(page.locator("[data-date-open]").first).to_be_hidden()
    page.locator("#id_day").fill("Dec 3, 2026")
    expect(page.locator("#id_day")).to_be_editable()
