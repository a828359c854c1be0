"""Each part of a question is covered by a sentence that code finds to answer it, or it is called missing."""

from typing import Any

import pytest

from rag.services.drafting import Draft, draft_answer
from rag.services.embeddings import embed_library_answer
from rag.tests.llm_stub import Asked, LLMStub, reply
from solution_library.models import Solution
from solution_library.tests.factories import LibraryAnswerFactory

pytestmark = pytest.mark.django_db

BOTH = "For how long are backups kept, and how often are restores tested?"
HALF = "For how long are backups kept, and who is the insurer of the backups?"
KEPT = "Encrypted backups of all databases are made every night and are kept for 35 days."
TESTED = "Restores of backups are tested twice a year."


def draft(question: str, solution: Solution) -> Draft:
    return draft_answer(question, solutions=[solution.pk])


def covered(given: Draft) -> list[bool | None]:
    return [part.covered for part in given.parts]


def says(*texts: str) -> Any:
    """A model that says these sentences, cites every passage for each, and claims that it covers all parts."""

    def answer(asked: Asked) -> str:
        return reply(*((text, list(asked.passages)) for text in texts))

    return answer


def test_a_quoted_draft_says_which_sentence_covers_which_part(vault: Solution) -> None:
    given = draft(BOTH, vault)
    assert covered(given) == [True, True]
    kept, tested = given.parts
    assert any("35 days" in given.sentences[number].text for number in kept.sentences)
    assert any("twice a year" in given.sentences[number].text for number in tested.sentences)
    assert given.status == "supported"


def test_a_part_that_no_sentence_answers_is_missing_and_the_draft_is_not_whole(vault: Solution) -> None:
    given = draft(HALF, vault)
    assert covered(given) == [True, False]
    assert given.open_parts == 1
    assert given.status == "needs_review"
    assert "who is the insurer" in given.missing


def test_a_gap_has_all_its_parts_open(vault: Solution) -> None:
    given = draft("Who is the insurer, and which broker placed the policy?", vault)
    assert given.status == "no_answer"
    assert covered(given) == [False, False]


def test_a_question_of_one_part_has_none_to_show(vault: Solution) -> None:
    assert draft("For how long are backups kept?", vault).parts == ()


def test_parts_beyond_what_is_searched_for_are_missing_and_not_forgotten(vault: Solution) -> None:
    listed = "State:\n" + "\n".join(f"{number}) how long backups are kept" for number in range(1, 16))
    given = draft(listed, vault)
    assert len(given.parts) == 15
    assert given.parts[14].covered is False
    assert given.status != "supported"


def test_what_a_model_writes_covers_the_part_it_is_about(vault: Solution, llm: LLMStub) -> None:
    llm.answer = says("All databases have encrypted backups, kept for 35 days.", TESTED)
    given = draft(BOTH, vault)
    assert [part.sentences for part in given.parts] == [(0,), (1,)]
    assert given.status == "supported"


def test_a_models_true_sentences_beside_a_part_do_not_cover_it(vault: Solution, llm: LLMStub) -> None:
    llm.answer = says(KEPT, "Backups are not kept on tape.")
    given = draft(HALF, vault)
    assert covered(given) == [True, False]
    assert given.status == "needs_review"
    assert "who is the insurer" in given.missing


def test_a_model_that_leaves_out_what_was_asked_covers_nothing(vault: Solution, llm: LLMStub) -> None:
    llm.answer = says("Encrypted backups of all databases are made every night.", TESTED)
    assert covered(draft(BOTH, vault)) == [False, True]


def test_a_lie_covers_nothing(vault: Solution, llm: LLMStub) -> None:
    llm.answer = says("Backups are kept for 42 days.", TESTED)
    given = draft(BOTH, vault)
    assert covered(given) == [False, True]
    assert len(given.unsupported) == 1


def test_an_approved_answer_is_whole_or_unchecked_for_a_person_approved_it(vault: Solution) -> None:
    entry = LibraryAnswerFactory(
        solution=vault, question=HALF, answer="Backups are kept for 35 days. Ask sales."
    )
    embed_library_answer(entry.pk)
    given = draft(HALF, vault)
    assert given.origin == "library"
    assert covered(given) == [True, None]
    assert (given.open_parts, given.status) == (0, "supported")
