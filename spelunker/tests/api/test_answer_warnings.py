"""A library answer that comes in over the API is kept, and the answer says what it repeats or contradicts."""

import pytest

from rag.providers.embedding import EmbeddingError
from rag.providers.embedding.bundled import BundledProvider
from rag.services.embeddings import embed_library_answer
from solution_library.models import LibraryAnswer
from solution_library.tests.factories import LibraryAnswerFactory
from spelunker.tests.api.caller import Caller

pytestmark = pytest.mark.django_db

QUESTION = "How long are backups kept?"


@pytest.fixture
def other() -> LibraryAnswer:
    entry = LibraryAnswerFactory(question=QUESTION, answer="Backups are kept for 30 days.")
    embed_library_answer(entry.pk)
    return entry


def test_what_it_contradicts_or_repeats_is_named_and_it_is_kept(
    as_alice: Caller, other: LibraryAnswer
) -> None:
    data = {"solution": other.solution_id, "question": QUESTION, "answer": "We keep them for 90 days."}
    answer = as_alice.post("/library-answers", data)
    assert answer.status_code == 201
    (warning,) = answer.json()["warnings"]
    assert (warning["kind"], warning["answer_id"]) == ("contradiction", other.pk)
    assert "30 days" in warning["reason"]
    assert answer.json()["compared"] is True
    repeated = as_alice.post("/library-answers", data | {"answer": other.answer})
    assert {warning["kind"] for warning in repeated.json()["warnings"]} == {"duplicate", "contradiction"}
    assert LibraryAnswer.objects.count() == 3


def test_a_new_question_has_no_warnings(as_alice: Caller, other: LibraryAnswer) -> None:
    data = {"solution": other.solution_id, "question": "Who audits you?", "answer": "A firm."}
    assert as_alice.post("/library-answers", data).json()["warnings"] == []


def test_without_the_model_it_is_kept_and_said_that_nothing_was_compared(
    as_alice: Caller, other: LibraryAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise EmbeddingError("The model is away.")

    monkeypatch.setattr(BundledProvider, "embed_query", fail)
    data = {"solution": other.solution_id, "question": QUESTION, "answer": "For 90 days."}
    answer = as_alice.post("/library-answers", data)
    assert (answer.status_code, answer.json()["warnings"], answer.json()["compared"]) == (201, [], False)
