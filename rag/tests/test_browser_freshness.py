"""The library's pages about its own freshness in a browser: accessible, and no wider than a phone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core.models import User
from rag.services.reembedding import Reembedding
from solution_library.models import Document, DocumentTwin, RetrievalEvaluation
from solution_library.tests.factories import DocumentFactory, LibraryAnswerFactory, SolutionFactory
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("folder_storage")]


@pytest.fixture
def pages(alice: User, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A library with something to say on each of the pages, by the page's name."""
    state = Reembedding("openai:text-embedding-3-small", 120, 400, 0)
    monkeypatch.setattr("rag.shell_entries.reembedding_progress", lambda: state)
    yesterday = timezone.localdate() - timedelta(days=1)
    solution = SolutionFactory(name="Harbour", vendor__name="Acme")
    first: Document = DocumentFactory(
        solution=solution, title="Security manual", embedded=True, owner=alice, review_by=yesterday
    )
    second = DocumentFactory(solution=solution, title="Security manual, second edition", embedded=True)
    DocumentTwin.objects.create(first=first, second=second, similarity=0.93)
    question = "How do administrators sign in, and which second factors do you support for them?"
    entry = LibraryAnswerFactory(solution=solution, question=question, owner=alice, review_by=yesterday)
    for number, value in enumerate((0.61, 0.64, 0.72, 0.7), start=1):
        RetrievalEvaluation.objects.create(
            embedding_model="all-MiniLM-L6-v2-int8@1.0.0",
            fingerprint="e23b0856a7a8",
            settings={"fusion.FEEDBACK": 0.6 if number < 4 else 0.7},
            question_count=84,
            ndcg=value,
            recall=value + 0.1,
            mrr=value - 0.05,
            results={f"library:{entry.pk}": {"rank": number, "ndcg": 1 / number, "recall": 1, "mrr": 1}},
        )
    return {
        "home": reverse("solution_library:home"),
        "solution": solution.get_absolute_url(),
        "document": first.get_absolute_url(),
        "reviews": reverse("solution_library:reviews"),
        "quality": reverse("rag:evaluations"),
    }


def test_the_pages_are_accessible_and_fit(surfer: Surfer, alice: User, pages: dict[str, str]) -> None:
    for name, path in pages.items():
        page = surfer.open(path, user=alice)
        expect(page.locator("h1")).to_be_visible()
        assert_good_in_every_look(page, name)
        page.context.close()


def test_on_a_phone_no_measurement_has_to_be_scrolled(
    surfer: Surfer, alice: User, pages: dict[str, str]
) -> None:
    page = surfer.open(pages["quality"], user=alice)
    page.set_viewport_size({"width": 360, "height": 740})
    measurements = page.get_by_role("table", name="Measurements")
    assert measurements.get_by_role("row").count() == 5
    assert measurements.get_by_role("columnheader").count() == 10
    box = page.get_by_role("region", name="Measurements").filter(has=page.locator(".table-stacked"))
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
