"""Every target on these pages can be hit with a finger, wide and on a phone."""

import pytest
from django.urls import reverse

from core.models import User
from core.tests.factories import alice
from rfp_manager.tests.factories import QuestionFactory, RFPFactory, add_member, answered
from themis.services.api_keys import create_api_key
from themis.services.notifications import notify
from themis.tests.browser import SIZES, Surfer
from themis.tests.conftest import administrator, surfer
from themis.tests.factories import make_job
from themis.tests.target_sizes import small_targets

__all__ = ["administrator", "alice", "surfer"]

SHELL = [
    "/",
    "/profile/",
    "/profile/api-keys/",
    "/profile/notifications/",
    "/notifications/",
    "/jobs/",
    "/people/",
]
MORE = [
    "/people/invite/",
    "/webhooks/add/",
    "/library/",
    "/library/answers/",
    "/ask/",
    "/search/",
    "/api/v1/docs",
]


@pytest.mark.parametrize("size", sorted(SIZES))
def test_every_target_is_large_enough(size: str, administrator: User, surfer: Surfer) -> None:
    create_api_key(administrator, name="Nightly", scopes=["read"])
    make_job(administrator)
    notify(administrator, text="Look.", link="/jobs/")
    rfp = RFPFactory(owner=administrator)
    add_member(rfp, administrator)
    question = QuestionFactory(document__rfp=rfp)
    answered(question)
    pages = [
        reverse(f"rfp_manager:{name}", args=[rfp.pk]) for name in ("detail", "questions", "team", "exports")
    ]
    page = surfer.open("/", user=administrator, size=size)
    found = {}
    for path in (*SHELL, *MORE, "/rfps/", *pages):
        page.goto(path)
        if small := small_targets(page):
            found[path] = small
    assert not found, "\n".join(f"{path}: {line}" for path, lines in found.items() for line in lines)


def test_a_target_that_is_too_small_is_found(administrator: User, surfer: Surfer) -> None:
    page = surfer.open("/profile/api-keys/", user=administrator)
    page.locator("input[name=scopes]").first.evaluate("box => box.style.setProperty('--size', '1.25rem')")
    page.locator(".breadcrumbs a").evaluate("link => (link.style.padding = 0)")
    assert len(small_targets(page)) == 2
