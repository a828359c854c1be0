"""What a language model costs an RFP is added up, shown, and ends at the budget."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from core.models import Job, User
from rag.providers.llm import TokenUsage
from rag.tests.llm_stub import INPUT_TOKENS, OUTPUT_TOKENS, LLMStub
from rfp_manager.models import RFP, Answer, RFPInformationDocument
from rfp_manager.services.answering import save_answer
from rfp_manager.services.llm_costs import BudgetSpentError, find_spending
from rfp_manager.services.question_drafts import draft_question
from rfp_manager.tests.test_llm_draft_runs import ask, enqueue, llm, ready, run

__all__ = ["llm", "ready"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def priced(settings: Any) -> None:
    settings.LLM_PROVIDER = "openai"
    settings.LLM_INPUT_PRICE, settings.LLM_OUTPUT_PRICE, settings.LLM_CURRENCY = 1000.0, 2000.0, "EUR"


# One draft at these prices.
ONE = (INPUT_TOKENS * 1000 + OUTPUT_TOKENS * 2000) / 1_000_000


def test_without_a_price_there_is_no_cost(rfp: RFP) -> None:
    [question] = ask(rfp, 1)
    Answer.objects.create(question=question, status="no_answer", origin="llm", input_tokens=2000)
    assert find_spending(rfp).cost is None


def test_drafts_and_summaries_are_added_up(rfp: RFP, priced: None) -> None:
    [question] = ask(rfp, 1)
    Answer.objects.create(
        question=question, status="no_answer", origin="llm", input_tokens=2000, output_tokens=100
    )
    RFPInformationDocument.objects.bulk_create(
        [
            RFPInformationDocument(
                rfp=rfp, title="Terms", s3_key="rfp_info_documents/1/terms.md", input_tokens=3000
            )
        ]
    )
    spending = find_spending(rfp)
    assert spending.usage == TokenUsage(5000, 100)
    assert spending.cost == Decimal("5.2")
    assert spending.budget is None
    assert not spending.is_spent


def test_a_run_ends_at_the_budget_and_keeps_what_was_paid_for(
    ready: RFP, alice: User, llm: LLMStub, priced: None, settings: Any
) -> None:
    settings.LLM_BUDGET_PER_RFP = 3.5 * ONE
    settings.LLM_CONCURRENCY = 1
    ask(ready, 10)
    job = run(enqueue(ready, alice))
    assert job.state == Job.State.FAILED
    assert "budget for this RFP, EUR 0.63, is spent" in job.error
    assert "An administrator can raise it" in job.error
    assert len(llm.asked) == 4
    assert Answer.objects.filter(origin="llm").exclude(text="").count() == 4
    assert find_spending(ready).is_spent
    again = run(enqueue(ready, alice))
    assert again.state == Job.State.FAILED
    assert len(llm.asked) == 4


def test_the_overview_says_what_was_spent(
    client: Client, ready: RFP, alice: User, llm: LLMStub, priced: None, settings: Any
) -> None:
    settings.LLM_BUDGET_PER_RFP = 10.0
    ask(ready, 2)
    run(enqueue(ready, alice))
    client.force_login(alice)
    page = client.get(ready.get_absolute_url()).content.decode()
    assert "240 tokens read, 60 written" in page
    assert "EUR 0.36" in page
    assert "of 10.00" in page


def test_a_draft_that_is_shown_and_not_saved_counts(
    ready: RFP, llm: LLMStub, priced: None, settings: Any
) -> None:
    [question] = ask(ready, 1)
    settings.LLM_BUDGET_PER_RFP = 0.5 * ONE
    draft_question(question, solutions=ready.solutions.values_list("pk", flat=True))
    spending = find_spending(ready)
    assert spending.usage == TokenUsage(INPUT_TOKENS, OUTPUT_TOKENS)
    assert float(spending.cost or 0) == pytest.approx(ONE)
    with pytest.raises(BudgetSpentError):
        draft_question(question, solutions=ready.solutions.values_list("pk", flat=True))
    assert len(llm.asked) == 1


def test_a_draft_that_comes_after_a_persons_words_counts(
    ready: RFP, alice: User, llm: LLMStub, priced: None
) -> None:
    [question] = ask(ready, 1)
    job = enqueue(ready, alice)
    save_answer(question, text="My words.", choice="", expected_version=0, user=alice)
    run(job)
    assert Answer.objects.get().text == "My words."
    assert find_spending(ready).usage == TokenUsage(INPUT_TOKENS, OUTPUT_TOKENS)
