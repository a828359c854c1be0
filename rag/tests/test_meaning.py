"""A sentence whose words and numbers are all there counts only if it means what its passages say."""

from typing import Any

import pytest

from rag.providers.embedding import EmbeddingError, get_embedding_provider
from rag.services import features, meaning
from rag.services.drafting import Draft, draft_answer
from rag.services.llm_drafting import objections
from rag.services.meaning import far_from_sources
from rag.services.passages import Passage
from rag.tests.handbook import add_document
from rag.tests.llm_stub import LLMStub, reply
from solution_library.models import Solution
from solution_library.tests.factories import SolutionFactory

TEXT = """Encrypted backups of all databases are made every night and are kept for 35 days.
Restores of backups are tested twice a year.
Guest links to documents expire after 14 days unless the owner of the document sets another period.
The help desk in Leeds answers calls on working days.
Staff with access to production are screened by the police before they start.
"""
TRUE = [
    "All databases are backed up every night, encrypted, and backups are kept for 35 days.",
    "Every database has encrypted backups, which are made nightly and kept for 35 days.",
    "Unless the owner of the document sets another period, guest links expire after 14 days.",
    "Backups are kept for 35 days, and restores of backups are tested twice a year.",
]
# Each word and number stands in the text, and the rules let it pass.
FALSE = [
    "Guest links of staff are screened by the police before they expire.",
    "The help desk is tested twice a year by staff in Leeds.",
    "Staff with access to documents are screened by the owner before they start.",
]


def passage(text: str = TEXT) -> Passage:
    return Passage(
        chunk_id=1,
        library_answer_id=None,
        document_id=1,
        solution_id=1,
        title="Operations handbook",
        heading_path=("Operations",),
        page=None,
        page_end=None,
        text=text,
        score=1.0,
    )


@pytest.mark.parametrize("text", TRUE)
def test_a_true_paraphrase_passes(text: str) -> None:
    assert objections(text, [passage()]) == []
    assert far_from_sources([(text, [passage()])]) == [""]


@pytest.mark.parametrize("text", FALSE)
def test_another_subject_with_the_same_words_and_numbers_does_not(text: str) -> None:
    assert objections(text, [passage()]) == []
    (reason,) = far_from_sources([(text, [passage()])])
    assert reason.startswith("It means something else than what it cites")


def test_what_stands_there_as_it_is_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "vectors_of", refuse)
    claims = [("Restores of backups are tested twice a year.", [passage()])]
    claims.append(("The help desk in Leeds answers calls.", [passage()]))
    assert far_from_sources(claims) == ["", ""]


def test_a_model_with_another_scale_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "LEAST_NEARNESS", {})
    monkeypatch.setattr(meaning, "vectors_of", refuse)
    assert far_from_sources([(FALSE[0], [passage()])]) == [""]


def test_many_sentences_are_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []
    monkeypatch.setattr(features, "_vectors", features.TextCache())
    embed = get_embedding_provider().embed_passages

    def counted(texts: Any) -> Any:
        batches.append(len(texts))
        return embed(texts)

    monkeypatch.setattr(type(get_embedding_provider()), "embed_passages", lambda self, texts: counted(texts))
    assert far_from_sources([(text, [passage()]) for text in TRUE[:3]]) == ["", "", ""]
    assert len(batches) == 1
    far_from_sources([(text, [passage()]) for text in FALSE])
    assert len(batches) <= 3  # those that are near no sentence alone are compared with two, all at once


def test_no_passage_and_no_sentence_are_far_from_everything() -> None:
    assert all(far_from_sources([("Backups are kept.", []), ("Backups are kept.", [passage("")])]))
    assert far_from_sources([]) == []


@pytest.fixture
def handbook(db: None) -> Solution:
    solution = SolutionFactory(name="Vault")
    add_document(solution, f"# Operations\n\n{TEXT}".encode(), "Operations handbook")
    return solution


def written(handbook: Solution, llm: LLMStub, *texts: str) -> Draft:
    llm.answer = lambda asked: reply(*((text, list(asked.passages)) for text in texts))
    return draft_answer("How long are backups kept?", solutions=[handbook.pk])


def test_a_draft_keeps_apart_what_means_something_else(handbook: Solution, llm: LLMStub) -> None:
    given = written(handbook, llm, TRUE[0], FALSE[1])
    assert given.text == TRUE[0]
    assert given.status == "needs_review"
    (left_out,) = given.unsupported
    assert left_out.text == FALSE[1]
    assert "It means something else" in left_out.reasons[0]


def test_a_draft_that_cannot_be_compared_is_not_taken_for_true(
    handbook: Solution, llm: LLMStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meaning, "vectors_of", refuse)
    with pytest.raises(EmbeddingError):
        written(handbook, llm, TRUE[0])


def refuse(*_: object) -> Any:
    raise EmbeddingError("The embedding service does not answer.")
