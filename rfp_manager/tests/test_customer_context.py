"""The RFP's own documents go with its questions to a language model, and can never be a source of what is claimed."""

from collections.abc import Iterator
from typing import Any

import pytest

from core import jobs
from core.models import User
from rag.providers.llm import forget_llm_provider
from rag.services.embeddings import embed_document
from rag.tests.llm_stub import LLMStub, quote, reply, running_stub
from rfp_manager.models import RFP, Answer
from rfp_manager.services.customer_context import customer_context
from rfp_manager.services.requests import request_drafts
from rfp_manager.services.uploads import add_information_document
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, RFPFactory
from rfp_manager.tests.workbooks import uploaded
from solution_library.models import DocumentEmbedding
from solution_library.tests.factories import DocumentFactory, SolutionFactory

pytestmark = pytest.mark.django_db

PAPER = b"# Security\n\nCustomer data is encrypted at rest with AES-256.\n"
TERMS = b"""# Terms

All patient records must be encrypted at rest with a key of 512 bits that the hospital holds.

Lunch is served at noon.
"""
QUESTION = "Are patient records encrypted at rest?"
WANTED = "All patient records must be encrypted at rest with a key of 512 bits that the hospital holds."


@pytest.fixture
def llm(settings: Any) -> Iterator[LLMStub]:
    with running_stub(
        lambda asked: '{"items": []}' if "passage" not in asked.prompt else quote(asked)
    ) as stub:
        for name, value in stub.settings().items():
            setattr(settings, name, value)
        yield stub
        forget_llm_provider()


@pytest.fixture
def ready(rfp: RFP, alice: User, llm: LLMStub) -> RFP:
    """Alice's RFP with a document of the library in scope, one of the customer's, and a question."""
    solution = SolutionFactory(name="Vault")
    rfp.solutions.add(solution)
    embed_document(DocumentFactory(solution=solution, content=PAPER, title="Security paper").pk)
    _, job = add_information_document(rfp, upload=uploaded(TERMS, "terms.md"), user=alice)
    jobs.execute(job.pk)
    llm.script = []
    llm.answer = quote
    llm.asked.clear()
    QuestionFactory(document=QuestionDocumentFactory(rfp=rfp), text=QUESTION, answer_cells=[])
    return rfp


def draft(rfp: RFP, user: User) -> Answer:
    jobs.execute(request_drafts(rfp, user=user).pk)
    return Answer.objects.get(question__rfp=rfp)


def test_what_the_customer_says_goes_with_the_question_and_has_no_id(
    ready: RFP, alice: User, llm: LLMStub
) -> None:
    draft(ready, alice)
    [asked] = llm.asked
    assert WANTED in asked.prompt
    assert "Lunch" not in asked.prompt
    assert all(WANTED not in text for text in asked.passages.values())
    assert "What the customer says is no passage" in asked.prompt


def test_a_claim_that_only_the_customer_makes_is_not_in_the_answer(
    ready: RFP, alice: User, llm: LLMStub
) -> None:
    llm.answer = lambda asked: reply(
        ("Customer data is encrypted at rest with AES-256.", list(asked.passages)),
        (
            "Patient records are encrypted with a key of 512 bits that the hospital holds.",
            list(asked.passages),
        ),
        (WANTED, []),
        (WANTED, ["P99"]),
    )
    answer = draft(ready, alice)
    assert answer.text == "Customer data is encrypted at rest with AES-256."
    assert len(answer.unsupported) == 3
    assert {citation.source_title for citation in answer.citations.all()} == {"Security paper"}


def test_it_is_not_embedded_and_another_rfp_does_not_get_it(ready: RFP, alice: User, llm: LLMStub) -> None:
    assert customer_context(ready).about(QUESTION)
    other = RFPFactory(owner=alice)
    assert customer_context(other).about(QUESTION) == ()
    other.solutions.set(ready.solutions.all())
    QuestionFactory(document=QuestionDocumentFactory(rfp=other), text=QUESTION, answer_cells=[])
    draft(other, alice)
    assert all(WANTED not in asked.prompt for asked in llm.asked)
    assert DocumentEmbedding.objects.count() == 1


def test_a_question_about_something_else_gets_nothing(ready: RFP) -> None:
    assert customer_context(ready).about("What is the recovery time objective?") == ()


def test_a_text_that_is_gone_does_not_stop_the_drafts(ready: RFP, alice: User) -> None:
    ready.information_documents.update(text_key="rfp_info_documents/gone.json")
    assert customer_context(ready).about(QUESTION) == ()
    assert draft(ready, alice).text
