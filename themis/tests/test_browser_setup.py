"""The setup in a browser: from the first sign-in to its end, with scripts and without."""

import pytest
from django.urls import reverse

from core.models import User
from core.tests.factories import UserFactory
from themis.models import Invitation, Setup
from themis.tests.browser import Surfer


@pytest.mark.parametrize("scripts", [True, False])
def test_the_first_administrator_goes_through_it(scripts: bool, administrator: User, surfer: Surfer) -> None:
    page = surfer.open("/", scripts=scripts)
    page.get_by_label("Email").fill(administrator.email)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/setup/")
    page.get_by_role("link", name="Start").click()
    page.get_by_label("Name").fill("Copper Kettle")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/setup/language-model/")
    page.get_by_role("button", name="Test it").click()
    page.get_by_text("It works").wait_for()
    assert page.url.endswith("/setup/language-model/") == scripts
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/setup/storage/")
    page.get_by_role("button", name="Test it").click()
    page.get_by_text("It works").wait_for()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("E-mail addresses").fill("dora@example.com\neve@example.com")
    page.get_by_role("button", name="Invite them").click()
    page.get_by_text("eve@example.com").wait_for()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Start empty").click()
    page.get_by_text("What comes next").wait_for()
    page.get_by_role("button", name="Finish the setup").click()
    page.wait_for_url(f"{surfer.base_url}/")
    assert Invitation.objects.count() == 2
    assert Setup.objects.get().steps["storage"] == "done"


def test_the_reminder_is_put_away(administrator: User, surfer: Surfer) -> None:
    UserFactory()
    page = surfer.open("/", user=administrator)
    page.get_by_role("button", name="Do not remind me").click()
    page.get_by_text("You are not reminded any more").wait_for()
    assert page.get_by_role("heading", name="Finish setting up").count() == 0
    page.goto(reverse("themis:status"))
    page.get_by_role("link", name="Setup", exact=True).click()
    page.get_by_role("heading", name="Set up Spelunker").wait_for()
