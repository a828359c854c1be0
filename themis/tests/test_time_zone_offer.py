"""The device's time zone is offered, and set when the person says so."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from themis.formatting import Preferences
from themis.models import Profile
from themis.services.time_zones import zone_to_offer
from themis.tests.browser import Surfer, overflow

ClientOf = Callable[[User], Client]
UTC, BERLIN = Preferences(time_zone="UTC"), Preferences(time_zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("detected", "shown", "offered"),
    [
        ("Europe/Berlin", UTC, "Europe/Berlin"),
        ("America/New_York", BERLIN, "America/New_York"),
        ("Asia/Calcutta", UTC, "Asia/Calcutta"),
        ("Etc/UTC", UTC, ""),
        ("Europe/Paris", BERLIN, ""),
        ("Africa/Lagos", BERLIN, "Africa/Lagos"),
        ("", UTC, ""),
        ("../../etc/passwd", UTC, ""),
    ],
)
def test_a_zone_is_offered_where_clocks_differ(detected: str, shown: Preferences, offered: str) -> None:
    assert zone_to_offer(detected, shown) == offered


def test_the_dashboard_offers_it_until_one_was_chosen(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    client.cookies["time_zone"] = "Asia/Kathmandu"
    page = client.get("/").content.decode()
    assert "Use Asia/Kathmandu" in page and "Keep UTC" in page
    client.post(reverse("themis:time_zone"), {"time_zone": "UTC"})
    assert Profile.objects.get(user=alice).time_zone == "UTC"
    assert "Asia/Kathmandu" not in client.get("/").content.decode()
    assert "Use Asia/Kathmandu" in client.get(reverse("themis:profile")).content.decode()


def test_nonsense_is_neither_shown_nor_kept(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    client.cookies["time_zone"] = "Nowhere/Land"
    assert "Nowhere" not in client.get("/").content.decode()
    assert client.post(reverse("themis:time_zone"), {"time_zone": "Nowhere/Land"}).status_code == 400
    assert Profile.objects.get(user=alice).time_zone == ""


def test_the_browser_says_where_it_is_and_the_person_confirms(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/accounts/login/", size="phone")
    detected = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    assert f"time_zone={detected}" in page.evaluate("document.cookie")
    page.context.add_cookies([{"name": "time_zone", "value": "Asia/Tokyo", "url": surfer.base_url}])
    page.locator('input[name="login"]').fill("alice@example.com")
    page.locator('input[name="password"]').fill("correct horse")
    page.add_init_script(
        "Intl.DateTimeFormat = () => ({ resolvedOptions: () => ({ timeZone: 'Asia/Tokyo' }) })"
    )
    page.keyboard.press("Enter")
    offer = page.get_by_role("button", name="Use Asia/Tokyo")
    offer.wait_for()
    assert overflow(page) == 0
    offer.click()
    page.get_by_text("Times are shown in Asia/Tokyo.").wait_for()
    assert Profile.objects.get(user=alice).time_zone == "Asia/Tokyo"
