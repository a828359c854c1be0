"""The pages of library answers in a browser: accessible, and as wide as the window."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core.models import User
from solution_library.models import LibraryAnswer
from solution_library.services.answers import change_library_answer, save_library_answer, state_of
from solution_library.tests.factories import LibraryAnswerFactory, SolutionFactory
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = pytest.mark.django_db(transaction=True)

LIST = reverse("solution_library:answers")


@pytest.fixture
def kept(alice: User) -> LibraryAnswer:
    """An answer with a history, and some others beside it."""
    solution = SolutionFactory(name="Harbour", vendor__name="Acme")
    pair = {"solution": solution, "question": "How long are backups kept?", "owner": alice}
    entry = save_library_answer(**pair, answer="For thirty days.", tags=["backup", "operations"])
    change_library_answer(
        entry,
        **pair,
        answer="For thirty-five days, in a second data centre.",
        choice="Yes",
        tags=["backup", "operations"],
        review_by=timezone.localdate() - timedelta(days=3),
        expected=state_of(entry),
        user=alice,
    )
    LibraryAnswerFactory.create_batch(3, solution=solution, times_used=4, tags=["security"])
    return entry


def test_an_answer_is_written_warned_about_and_kept_all_the_same(
    surfer: Surfer, alice: User, kept: LibraryAnswer
) -> None:
    page = surfer.open(LIST, user=alice)
    page.set_default_timeout(20_000)
    page.get_by_role("link", name="New answer").click()
    page.get_by_label("Solution").select_option(label="Acme · Harbour")
    page.locator("#id_question").fill(kept.question)
    page.locator("#id_answer").fill("For ninety days.")
    page.get_by_role("button", name="Keep answer").click()
    expect(page.get_by_role("alert").first).to_contain_text("The library has something on this already")
    page.get_by_role("button", name="Save anyway").click()
    expect(page.get_by_text("The answer is kept.")).to_be_visible()
    surfer.problems[:] = [problem for problem in surfer.problems if "422" not in problem]


def test_every_page_is_accessible_and_fits(surfer: Surfer, alice: User, kept: LibraryAnswer) -> None:
    page = surfer.open(LIST, user=alice)
    page.set_default_timeout(20_000)
    paths = {
        "list": LIST,
        "nothing": f"{LIST}?q=zebra",
        "one": kept.get_absolute_url(),
        "form": reverse("solution_library:answer_edit", args=[kept.pk]),
    }
    for name, path in paths.items():
        page.goto(path)
        assert_good_in_every_look(page, name)
