"""The page about the API in a browser: accessible, as wide as its window, content with its security policy."""

import pytest

from core.models import User
from core.tests.factories import alice
from themis.tests.accessibility import assert_accessible
from themis.tests.browser import Surfer, overflow
from themis.tests.conftest import surfer

__all__ = ["alice", "surfer"]


@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_page_reads_well_opened_and_closed(size: str, colours: str, alice: User, surfer: Surfer) -> None:
    page = surfer.open("/api/v1/docs", user=alice, size=size, colours=colours)
    assert_accessible(page)
    assert overflow(page) == 0
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert_accessible(page)
    assert overflow(page) == 0
