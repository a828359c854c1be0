"""The ask page shows what is nearly the same once, with the other places, and never hides another number."""

import pytest
from django.test import Client

from rag.services.embeddings import embed_document
from rag.services.search import find_passages, search_library
from rag.services.shown_passages import FoundPassage
from rag.tests.test_ask_page import ASK, reader
from rag.tests.test_repeats import TEXT
from solution_library.models import Document
from solution_library.tests.factories import DocumentFactory, SolutionFactory

__all__ = ["reader"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]

QUESTION = "For how much of each month is the service available?"


def guide(text: str, title: str) -> Document:
    """One in a solution of its own."""
    document = DocumentFactory(
        solution=SolutionFactory(), content=f"# Guide\n\n{text}\n".encode(), filename="guide.md", title=title
    )
    embed_document(document.pk)
    return Document.objects.get(pk=document.pk)


def shown(client: Client) -> tuple[str, list[FoundPassage]]:
    response = client.get(ASK, {"q": QUESTION})
    return response.content.decode(), response.context["reply"].passages


def test_two_versions_of_a_text_are_one_passage_that_names_both_places(reader: Client) -> None:
    first = guide(TEXT, "Guide")
    second = guide(TEXT.replace("12 March 2025", "30 May 2026").replace("Dublin", "Cork"), "Guide, new")
    third = guide(TEXT, "Guide, copied")
    page, passages = shown(reader)
    assert len(passages) == 1
    (found,) = passages
    assert {found.passage.document_id, *(copy.passage.document_id for copy in found.copies)} == {
        first.pk,
        second.pk,
        third.pk,
    }
    assert "2 identical or near-identical passages" in page
    for copy in found.copies:
        assert copy.url in page
        assert copy.solution.name in page
    if found.passage.document_id != second.pk:
        assert "only there: 30 May 2026 Cork" in page
    assert "99.9 %" in found.passage.text


def test_what_the_answer_cites_is_shown_with_its_mark(reader: Client) -> None:
    guide(TEXT, "Guide")
    guide(TEXT.replace("Dublin", "Cork"), "Guide, new")
    page, (found,) = shown(reader)
    assert found.cited
    assert "<mark>The service is available for 99.9 % of each month" in page


def test_another_number_is_shown_beside_it(reader: Client) -> None:
    guide(TEXT, "Guide")
    guide(TEXT.replace("99.9 %", "99.5 %"), "Guide, new")
    _page, passages = shown(reader)
    assert len(passages) == 2
    assert {"99.9" in each.passage.text for each in passages} == {True, False}
    assert not any(each.copies for each in passages)


def test_a_result_list_is_filled_behind_near_identical_passages() -> None:
    for number in range(12):
        guide(f"{TEXT} Written by {'ABCD'[number % 4]}.", f"Guide {number}")
    other = guide("People watch the machines.", "Monitoring")
    found = search_library(QUESTION, top=2)
    assert len(found) == 2
    assert found[1].document_id == other.pk
    assert len(found[0].copies) == 11


def test_what_is_drafted_from_and_measured_is_not_folded() -> None:
    guide(TEXT, "Guide")
    guide(TEXT.replace("Dublin", "Cork"), "Guide, new")
    found = find_passages(QUESTION)
    assert len(found.passages) == 2
    assert len(found.ranking) == 2
