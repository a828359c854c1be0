"""axe-core finds nothing serious on any page of the shell: wide and phone, light and dark, each theme."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse
from django.utils import timezone

from core.models import Job, User
from themis.models import Profile, WebhookEndpoint
from themis.services.api_keys import create_api_key
from themis.services.invitations import invitation_token, invite
from themis.services.notifications import notify
from themis.tests.accessibility import assert_accessible, assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.factories import make_delivery, make_endpoint, make_job

pytestmark = [pytest.mark.urls("themis.tests.urls")]

PATHS = [
    "/",
    "/jobs/",
    "/notifications/",
    "/profile/",
    "/profile/api-keys/",
    "/status/",
    "/people/",
    "/people/invite/",
    "/setup/",
    "/setup/organization/",
    "/setup/language-model/",
    "/setup/storage/",
    "/setup/people/",
    "/setup/demonstration/",
    "/webhooks/",
    "/webhooks/add/",
    "/gallery/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/sessions/",
    "/nowhere/",
]


def fill(user: User) -> Job:
    """Something of everything, so that no page is empty."""
    for level in ("info", "success", "warning", "error"):
        notify(user, level=level, text=f"A message that is {level}.", link="/jobs/")
    create_api_key(user, name="Nightly export", scopes=["read"])
    make_job(user, state=Job.State.FAILED, error="Remove the password and upload it again.")
    make_job(user, state=Job.State.DONE, result_url="/")
    make_job(user, state=Job.State.QUEUED)
    invite("dora@example.com", roles=["viewer"], invited_by=user)
    endpoint, _secret = make_endpoint(failing_since=timezone.now())
    make_delivery(endpoint, state="delivered", response_status=204, attempts=1)
    make_delivery(endpoint, attempts=2, response_status=503, error="The receiver answers with HTTP 503.")
    return make_job(user, done=4, total=12, message="Page 4")


def test_every_page_is_accessible_and_fits(administrator: User, surfer: Surfer) -> None:
    job = fill(administrator)
    SocialAccount.objects.create(user=administrator, provider="oidc-tests", uid="ada")
    page = surfer.open("/", user=administrator)
    for path in [*PATHS, reverse("themis:job", args=[job.pk])]:
        page.goto(path)
        assert_good_in_every_look(page)
    for path in (
        reverse("themis:person", args=[administrator.pk]),
        reverse("themis:webhook", args=[WebhookEndpoint.objects.get().pk]),
    ):
        page.goto(path)
        assert_good_in_every_look(page)
    # A browser reports every 404 on its console, and this one was asked for.
    surfer.problems[:] = [problem for problem in surfer.problems if "404" not in problem]


def test_the_pages_before_sign_in_are_accessible(administrator: User, surfer: Surfer) -> None:
    page = surfer.open(reverse("account_login"))
    assert_good_in_every_look(page)
    invitation = invite("dora@example.com", roles=["viewer"], invited_by=administrator)
    page.goto(reverse("themis:invitation", args=[invitation_token(invitation)]))
    assert_good_in_every_look(page)
    page.goto(reverse("account_reset_password"))
    assert_good_in_every_look(page)


@pytest.mark.parametrize("theme", [value for value in Profile.Theme.values if value != "system"])
def test_every_theme_has_enough_contrast(theme: str, administrator: User, surfer: Surfer) -> None:
    fill(administrator)
    Profile.objects.update_or_create(user=administrator, defaults={"theme": theme})
    page = surfer.open("/gallery/", user=administrator)
    assert_accessible(page)


def test_open_menus_and_dialogs_are_accessible(administrator: User, surfer: Surfer) -> None:
    page = surfer.open("/gallery/", user=administrator, size="phone", colours="dark")
    page.get_by_role("button", name="Menu of").click()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Open navigation").click()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").wait_for()
    assert_accessible(page)


def test_a_form_with_errors_is_accessible(administrator: User, surfer: Surfer) -> None:
    page = surfer.open("/gallery/", user=administrator)
    page.get_by_role("button", name="Send").click()
    page.locator(".field-errors").first.wait_for()
    assert_accessible(page)
    surfer.problems[:] = [problem for problem in surfer.problems if "422" not in problem]
