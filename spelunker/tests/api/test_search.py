"""Searching and asking over REST and MCP: what a score is made of, and where it is looked."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.tests.factories import OrganizationFactory
from rag.services import fusion
from rag.services.embeddings import embed_document, embed_library_answer
from solution_library.models import Document
from solution_library.tests.factories import DocumentFactory, LibraryAnswerFactory, SolutionFactory
from spelunker.tests.api.caller import Caller
from spelunker.tests.api.test_mcp import use

pytestmark = [pytest.mark.django_db]

QUERY = "How long are backups kept?"


def document(
    vendor: str, text: str = "Backups are kept for thirty days in a second data centre."
) -> Document:
    solution = SolutionFactory(vendor=OrganizationFactory(name=vendor, kind="vendor"))
    made = DocumentFactory(solution=solution, content=f"# Guide\n\n{text}\n".encode(), filename="guide.md")
    embed_document(made.pk)
    return Document.objects.select_related("solution").get(pk=made.pk)


def search(caller: Caller, **params: Any) -> list[dict[str, Any]]:
    response = caller.get("/search", q=QUERY, **params)
    assert response.status_code == 200, response.content
    return response.json()["items"]


def search_by_mcp(caller: Caller, **arguments: Any) -> set[int | None]:
    found = use(caller, "search_library", query=QUERY, **arguments)["structuredContent"]["items"]
    return {item["document_id"] for item in found}


def assert_adds_up(explanation: dict[str, float], score: float) -> None:
    """As the reference says it."""
    words = 0.6 * explanation["lexical"] + 0.2 * explanation["coverage"] + 0.2 * explanation["document"]
    assert (explanation["dense"] + explanation["trust"] * words) / 2 == pytest.approx(score, abs=2e-3)


def test_a_score_is_the_sum_of_its_parts(as_charlie: Caller) -> None:
    document("Harbour")
    (item,) = search(as_charlie)
    assert_adds_up(item["explanation"], item["score"])
    assert item["explanation"]["fused"] == pytest.approx(item["score"], abs=1e-3)
    assert item["explanation"]["reranker"] is None
    assert (fusion.BM25_WEIGHT, fusion.COVERAGE_WEIGHT, fusion.DOCUMENT_WEIGHT) == (0.6, 0.2, 0.2)


def test_what_an_answer_cites_says_how_well_it_fits(as_charlie: Caller) -> None:
    document("Harbour")
    reply = as_charlie.get("/ask", q=QUERY).json()
    citation = reply["sentences"][0]["citations"][0]
    assert_adds_up(citation["explanation"], citation["score"])


def test_a_passage_that_was_not_searched_for_has_no_parts(as_charlie: Caller) -> None:
    chunk = document("Harbour").embeddings.get()
    item = as_charlie.get(f"/passages/{chunk.pk}").json()
    assert (item["explanation"], item["copies"]) == (None, [])


def test_copies_are_named_under_the_passage_that_is_shown(as_charlie: Caller) -> None:
    both = {document("Harbour").pk, document("Quay").pk}
    (item,) = search(as_charlie)
    assert {item["document_id"], item["copies"][0]["document_id"]} == both


def test_the_choice_of_an_approved_answer_is_told(as_charlie: Caller) -> None:
    solution = SolutionFactory()
    entry = LibraryAnswerFactory(solution=solution, question=QUERY, answer="Thirty days.", choice="Yes")
    embed_library_answer(entry.pk)
    (item,) = search(as_charlie)
    assert (item["choice"], item["library_answer_id"]) == ("Yes", entry.pk)


def test_a_vendor_is_a_place_to_look(as_charlie: Caller) -> None:
    ours, theirs = document("Harbour"), document("Quay", "Backups of Quay are kept for 12 months on tape.")
    vendor = ours.solution.vendor_id
    assert {item["document_id"] for item in search(as_charlie)} == {ours.pk, theirs.pk}
    assert {item["document_id"] for item in search(as_charlie, vendor=vendor)} == {ours.pk}
    assert search(as_charlie, vendor=vendor, solution=theirs.solution_id) == []
    assert search(as_charlie, vendor=OrganizationFactory(kind="vendor").pk) == []
    assert "12 months" in as_charlie.get("/ask", q=QUERY, vendor=theirs.solution.vendor_id).json()["text"]


def test_a_vendor_that_is_not_there_is_said_not_to_be(as_charlie: Caller) -> None:
    customer = OrganizationFactory(kind="customer")
    for vendor in (customer.pk, 999_999):
        assert as_charlie.get("/search", q=QUERY, vendor=vendor).status_code == 404
        assert as_charlie.get("/ask", q=QUERY, vendor=vendor).status_code == 404
        assert use_fails(as_charlie, vendors=[vendor])


def use_fails(caller: Caller, **arguments: Any) -> bool:
    return use(caller, "search_library", query=QUERY, **arguments)["isError"]


def test_a_model_may_narrow_its_search_as_a_person_may(as_charlie: Caller) -> None:
    fresh, old = document("Harbour"), document("Quay", "Backups of Quay are kept for 12 months on tape.")
    long_ago = timezone.now() - timedelta(days=400)
    Document.objects.filter(pk=old.pk).update(
        embedded_at=long_ago, created_at=long_ago, review_by=long_ago.date()
    )
    assert search_by_mcp(as_charlie) == {fresh.pk, old.pk}
    assert search_by_mcp(as_charlie, vendors=[old.solution.vendor_id]) == {old.pk}
    assert search_by_mcp(as_charlie, since=str(timezone.localdate() - timedelta(days=30))) == {fresh.pk}
    assert search_by_mcp(as_charlie, current=True) == {fresh.pk}
    assert use_fails(as_charlie, since="yesterday")
