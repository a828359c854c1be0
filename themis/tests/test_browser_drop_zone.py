"""A file above the field's limit in a browser: refused with the server's sentence, and nothing is sent."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.models import Organization, User
from themis.tests.accessibility import assert_accessible
from themis.tests.browser import Surfer

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_file_above_the_limit_of_its_field_is_never_sent(
    administrator: User, surfer: Surfer, tmp_path: Path
) -> None:
    large = tmp_path / "large.png"
    large.write_bytes(bytes(2 * 1024 * 1024 + 1))
    page = surfer.open("/setup/organization/", user=administrator)
    zone = page.locator("[data-drop-zone]")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_label("Name").fill("Acme")
    zone.locator('input[type="file"]').set_input_files(large)
    expect(zone.locator("[data-files]")).to_contain_text("A logo may have 2 MB at most. Save it smaller.")
    assert zone.locator('input[type="file"]').evaluate("input => input.files.length") == 0
    assert_accessible(page)
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_role("button", name="Remove large.png")).to_be_focused()
    expect(zone.locator("[data-status]")).to_have_text(
        "large.png: A logo may have 2 MB at most. Save it smaller."
    )
    assert "POST" not in sent
    page.keyboard.press("Enter")
    expect(zone.locator("[data-files] li")).to_have_count(0)
    page.get_by_label("Name").press("Enter")
    page.wait_for_url(lambda url: "organization" not in url)
    assert Organization.objects.get().name == "Acme"
