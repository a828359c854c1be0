"""Importing answers in a browser: columns chosen, the preview follows, accessible and as wide as the window."""

import pytest
from playwright.sync_api import expect

from core import jobs
from core.models import Job, User
from rag.services.answer_imports import store_import
from rag.tests.test_answer_imports import UPLOAD, table
from solution_library.models import LibraryAnswer
from solution_library.tests.factories import SolutionFactory
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("folder_storage")]


def test_from_the_table_to_the_report(surfer: Surfer, alice: User) -> None:
    found = store_import(solution=SolutionFactory(), upload=table(), user=alice)
    page = surfer.open(UPLOAD, user=alice)
    page.set_default_timeout(20_000)

    def look(name: str) -> None:
        assert_good_in_every_look(page, name)

    look("upload")
    page.goto(found.get_absolute_url())
    look("mapping")
    page.get_by_label("Review by").select_option("")
    expect(page.locator("#preview")).to_contain_text("3 answers can be imported.")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    jobs.execute(Job.objects.get(kind="import_answers").pk)
    expect(page.get_by_role("heading", name="Rows that were left out")).to_be_visible(timeout=20_000)
    look("report")
    assert LibraryAnswer.objects.count() == 3
