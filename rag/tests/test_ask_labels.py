"""The ask page says whose words an answer is in, and shows no empty one."""

import pytest
from django.test import Client

from rag.services.asking import LibraryReply
from rag.services.drafts import Draft
from rag.tests.llm_stub import LLMStub, reply, reword
from rag.tests.test_ask_page import ASK, QUESTION, guide, reader
from solution_library.models import Document

__all__ = ["guide", "reader"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]

QUOTED = "Quoted from the library"
WRITTEN = "Written by the language model"
CLOSELY = "Look at this one closely"
# A part that nothing answers, so that the quotation of the other one needs a look.
HALF = "How long are backups kept, and who is the insurer of the backups?"


def labels(client: Client, question: str = QUESTION) -> set[str]:
    page = client.get(ASK, {"q": question, "answer": "1"}).content.decode()
    return {label for label in (QUOTED, WRITTEN, CLOSELY) if label in page}


def test_a_quotation_is_called_one_also_where_it_needs_a_look(reader: Client, guide: Document) -> None:
    assert labels(reader) == {QUOTED}
    assert labels(reader, HALF) == {QUOTED, CLOSELY}


def test_what_a_language_model_worded_is_no_quotation(reader: Client, guide: Document, llm: LLMStub) -> None:
    llm.answer = reword
    assert labels(reader) == {WRITTEN}


@pytest.mark.parametrize("said", ["no idea", reply()], ids=["garbage", "nothing"])
def test_an_answer_without_a_sentence_is_none(
    reader: Client, guide: Document, llm: LLMStub, said: str
) -> None:
    llm.script = [said]
    response = reader.get(ASK, {"q": QUESTION, "answer": "1"})
    page, shown = response.content.decode(), response.context["reply"]
    assert not shown.answered
    assert CLOSELY not in page
    assert "sure</span>" not in page
    assert shown.passages


def test_a_model_that_is_not_understood_is_a_problem_and_may_be_asked_again(
    reader: Client, guide: Document, llm: LLMStub
) -> None:
    llm.script = ["no idea"]
    page = reader.get(ASK, {"q": QUESTION, "answer": "1"}).content.decode()
    assert "No answer was written" in page
    assert "could not be read, and neither could its second try" in page
    assert "Try again" in page
    assert "The library does not answer this" not in page


def test_a_draft_counts_as_an_answer_by_its_sentences() -> None:
    empty = Draft("", "", "needs_review", 0.0, "llm", "It was refused.", ())
    assert not LibraryReply(empty, [], []).answered


def test_all_of_a_passage_can_be_read_without_a_mouse(reader: Client, guide: Document) -> None:
    page = reader.get(ASK, {"q": QUESTION}).content.decode()
    assert "overflow-y-auto" not in page.split('id="reply"')[1]


def test_a_score_can_be_worked_out_from_what_is_shown(reader: Client, guide: Document) -> None:
    response = reader.get(ASK, {"q": QUESTION})
    page, (found, *_) = response.content.decode(), response.context["reply"].passages
    meaning, words, share, document, trust = (value for _name, value in found.reasons)
    worked_out = (meaning + trust * (0.6 * words + 0.2 * share + 0.2 * document)) / 2
    assert worked_out == pytest.approx(found.passage.score, abs=2e-3)
    assert "trust in the question" in page
    assert "score = (meaning + trust × (0.6 × words in common + 0.2 × share + 0.2 × document)) / 2" in page
