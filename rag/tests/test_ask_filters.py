"""The ask page narrows its search, and does not make the reader wait for a language model to see the passages."""

from typing import Any

import pytest
from django.test import Client

from rag.providers.llm import forget_llm_provider
from rag.services import evidence
from rag.services.embeddings import embed_library_answer
from rag.tests.llm_stub import LLMStub
from rag.tests.test_ask_page import ASK, HTMX, QUESTION, guide, reader
from solution_library.models import Document
from solution_library.tests.factories import LibraryAnswerFactory

__all__ = ["guide", "reader"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]


def test_a_kind_and_an_age_narrow_what_is_found(reader: Client, guide: Document) -> None:
    entry = LibraryAnswerFactory(solution=guide.solution, question="How are keys kept?", answer="In a vault.")
    embed_library_answer(entry.pk)

    def kinds(**narrowed: str) -> set[bool]:
        reply = reader.get(ASK, {"q": QUESTION, **narrowed}).context["reply"]
        return {found.passage.library_answer_id is not None for found in reply.passages}

    assert kinds() == {True, False}
    assert kinds(kind="answer") == {True}
    assert kinds(kind="text", fresh="current") == {False}
    assert kinds(kind="pdf") == set()
    assert kinds(kind="text", fresh="90") == {False}


def test_a_filter_that_does_not_exist_is_named(reader: Client, guide: Document) -> None:
    page = reader.get(ASK, {"q": QUESTION, "kind": "smell"}).content.decode()
    assert "Select a valid choice" in page


def test_passages_come_first_and_the_answer_when_it_is_written(
    reader: Client, guide: Document, llm: LLMStub
) -> None:
    first = reader.get(ASK, {"q": QUESTION})
    page = first.content.decode()
    assert llm.asked == []
    assert first.context["reply"].passages
    assert 'id="writing"' in page
    assert "The library does not answer this" not in page
    address = first.context["answer_url"]
    second = reader.get(address)
    assert len(llm.asked) == 1
    assert second.context["reply"].draft.origin == "llm"
    assert 'id="writing"' not in second.content.decode()
    assert 'id="found-link-1"' in reader.get(address, headers=HTMX).content.decode()


def test_a_language_model_that_fails_leaves_the_passages(
    reader: Client, guide: Document, llm: LLMStub, settings: Any
) -> None:
    settings.LLM_API_URL = "http://127.0.0.1:9/v1"
    forget_llm_provider()
    page = reader.get(ASK, {"q": QUESTION, "answer": "1"}).content.decode()
    assert "No answer was written" in page
    assert "Try again" in page
    assert "Backups are kept for thirty days" in page


def test_without_a_language_model_the_answer_is_there_at_once(reader: Client, guide: Document) -> None:
    assert reader.get(ASK, {"q": QUESTION}).context["reply"].answered


def test_one_question_is_searched_for_once(
    reader: Client, guide: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []
    search = evidence.find_passages

    def counting(query: str, **options: Any) -> Any:
        searched.append(query)
        return search(query, **options)

    monkeypatch.setattr(evidence, "find_passages", counting)
    reader.get(ASK, {"q": QUESTION})
    assert searched == [QUESTION]
