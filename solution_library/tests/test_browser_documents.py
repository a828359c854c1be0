"""Many documents at once in a browser: ticked, tagged in a dialog, deleted and brought back."""

import pytest
from playwright.sync_api import expect

from core.models import User
from solution_library.models import Document, Solution
from solution_library.tests.factories import DocumentFactory, SolutionFactory
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def solution(alice: User) -> Solution:
    solution = SolutionFactory(name="Harbour", vendor__name="Acme")
    DocumentFactory(solution=solution, title="Manual", embedded=True, tags=["ops"], owner=alice)
    DocumentFactory(solution=solution, title="Policy", embedded=True, filename="policy.txt")
    SolutionFactory(name="Meadow", vendor=solution.vendor)
    return solution


def test_documents_are_tagged_deleted_and_brought_back(
    surfer: Surfer, alice: User, solution: Solution
) -> None:
    page = surfer.open(solution.get_absolute_url(), user=alice)
    page.set_default_timeout(20_000)
    expect(page.get_by_role("button", name="Tag", exact=True)).to_be_disabled()
    page.get_by_label("Choose: Policy").check()
    page.get_by_role("button", name="Tag", exact=True).click()
    page.get_by_role("combobox", name="Tags").fill("legal")
    page.keyboard.press("Enter")  # decides nothing by itself
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="Change tags").click()
    expect(page.get_by_text("1 document is changed.")).to_be_visible()
    assert Document.objects.get(title="Policy").tags == ["legal"]
    page.get_by_label("Choose all documents of this page").check()
    page.locator("#bulk").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("2 documents deleted")).to_be_visible()
    expect(page.get_by_role("link", name="Policy")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Policy")).to_be_visible()


def test_the_page_and_its_dialogs_are_accessible_and_fit(
    surfer: Surfer, alice: User, solution: Solution
) -> None:
    page = surfer.open(solution.get_absolute_url(), user=alice)
    page.set_default_timeout(20_000)
    assert_good_in_every_look(page)
    page.get_by_label("Choose: Policy").check()
    for name in ("Tag", "Review", "Move"):
        page.get_by_role("button", name=name, exact=True).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert_good_in_every_look(page, name)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("dialog")).to_be_hidden()
