"""A webhook from the first click to the answer of its receiver, in the browser."""

import re

import pytest
from playwright.sync_api import expect

from core import jobs
from core.models import Job, User
from themis.models import WebhookEndpoint
from themis.tests.accessibility import assert_accessible
from themis.tests.browser import Surfer
from themis.tests.receivers import Receiver, receiver

__all__ = ["receiver"]


@pytest.mark.parametrize("scripts", [True, False])
def test_it_is_added_tried_and_deleted(
    scripts: bool, receiver: Receiver, administrator: User, surfer: Surfer
) -> None:
    page = surfer.open("/webhooks/", user=administrator, scripts=scripts)
    page.get_by_role("link", name="Add a webhook").click()
    page.get_by_label("Name").fill("Chat")
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_label("A background job ended").check()
    page.get_by_role("button", name="Add webhook").click()
    expect(page.locator("#new-secret")).to_have_text(re.compile("^whsec_"))
    if scripts:
        assert_accessible(page)
    page.reload()
    assert WebhookEndpoint.objects.count() == 1
    page.get_by_role("button", name="Send a test").click()
    expect(page.locator("#new-secret")).to_have_count(0)
    expect(page.get_by_role("cell", name="Waiting")).to_be_visible()
    jobs.execute(Job.objects.get().pk)
    if not scripts:
        page.reload()
    expect(page.get_by_role("cell", name="HTTP 200")).to_be_visible()
    assert len(receiver.received) == 1
    if scripts:
        page.get_by_role("button", name="Delete").click()
        assert_accessible(page)
        page.get_by_role("button", name="Delete webhook").click()
        expect(page.get_by_text("No webhooks yet")).to_be_visible()
