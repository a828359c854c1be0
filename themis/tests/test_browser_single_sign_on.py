"""Single sign-on in a browser: through the pages' own policy to another host and back, and what the pages look like."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from core.models import User
from themis.services.invitations import invitation_token, invite
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.identity_provider import IdentityProvider, running_provider


@pytest.fixture
def provider(settings: Any) -> Iterator[IdentityProvider]:
    with running_provider(settings) as provider:
        yield provider


def test_there_and_back(
    provider: IdentityProvider, administrator: User, surfer: Surfer, settings: Any
) -> None:
    provider.person["email"] = "dora@elsewhere.com"
    page = surfer.open("/jobs/")
    assert_good_in_every_look(page)
    page.get_by_role("link", name="Sign in with Example ID").click()
    page.get_by_role("heading", name="You cannot sign in").wait_for()
    assert_good_in_every_look(page)
    page.goto(f"{reverse('sso_callback')}?state=wrong&code=x")
    page.get_by_role("heading", name="Signing in did not work").wait_for()
    assert_good_in_every_look(page)
    page.goto(reverse("socialaccount_login_cancelled"))
    assert_good_in_every_look(page)
    invitation = invite("dora@elsewhere.com", roles=["viewer"], invited_by=administrator)
    page.goto(reverse("themis:invitation", args=[invitation_token(invitation)]))
    assert_good_in_every_look(page)
    settings.OIDC_ONLY = True
    page.goto("/jobs/")
    assert_good_in_every_look(page)
    page.get_by_role("link", name="Sign in with Example ID").click()
    page.get_by_role("heading", name="Jobs", exact=True).wait_for()
    assert page.url.endswith("/jobs/")
    # The provider was meant to be asked, and the refusals carry their status.
    expected = (f"asked another host: {provider.issuer}", "console: Failed to load resource")
    surfer.problems[:] = [problem for problem in surfer.problems if not problem.startswith(expected)]
