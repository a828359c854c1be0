"""The page about the API in a browser: accessible, as wide as its window, content with its security policy."""

from core.models import User
from core.tests.factories import alice
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["alice", "surfer"]


def test_the_page_reads_well_and_leads_to_its_parts(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/api/v1/docs", user=alice)
    assert_good_in_every_look(page)
    page.locator("#list_questions a").click()
    page.wait_for_url("**/docs/questions#list_questions")
    assert_good_in_every_look(page)
