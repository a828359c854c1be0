"""Which language model holds: the environment's before the saved one, and the key no longer than its secret."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from rag.models import LanguageModelSettings
from rag.providers.llm import LLMError, TokenUsage, forget_llm_provider
from rag.services.language_model import find_language_model, get_llm_provider
from rag.services.llm_trial import language_model_facts, try_language_model
from rag.shell_entries import check_language_model
from rag.tests.language_models import KEY, save_row
from rag.tests.llm_stub import LLMStub, running_stub

pytestmark = pytest.mark.django_db


def test_nothing_set_is_no_language_model(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        model = find_language_model()
    assert not model.is_configured
    assert get_llm_provider(model) is None
    assert not LanguageModelSettings.objects.exists()


def test_what_was_saved_holds() -> None:
    save_row(concurrency=2, input_price="3", output_price="15", currency="EUR", drafting_style="Be brief.")
    model = find_language_model()
    assert (model.provider, model.url, model.model, model.api_key) == (
        "openai",
        "http://127.0.0.1:9/v1",
        "small",
        KEY,
    )
    assert (model.concurrency, model.currency, model.drafting_style) == (2, "EUR", "Be brief.")
    assert model.cost_of(TokenUsage(1000, 100)) == Decimal("0.0045")
    assert KEY not in repr(model)


@pytest.mark.parametrize("provider", ["none", "openai"])
def test_the_environment_goes_before_what_was_saved(settings: Any, provider: str) -> None:
    save_row(model="of-the-page", budget_per_rfp=9, input_price=1, drafting_style="Be brief.")
    settings.LLM_PROVIDER, settings.LLM_MODEL = provider, "of-the-environment"
    settings.LLM_API_URL, settings.LLM_API_KEY = "http://127.0.0.1:7/v1", "sk-env"
    model = find_language_model()
    assert model.from_environment
    assert (model.provider, model.model, model.api_key, model.budget) == (
        provider,
        "of-the-environment",
        "sk-env",
        0,
    )
    # The environment has no prompts, so that those of the page stay.
    assert model.drafting_style == "Be brief."


def test_the_key_lies_encrypted() -> None:
    save_row()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM rag_languagemodelsettings")
        assert KEY not in str(cursor.fetchall())


def test_a_replaced_secret_still_reads_the_key_while_it_is_among_the_fallbacks(settings: Any) -> None:
    save_row()
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another-secret-" * 5
    settings.SECRET_KEY_FALLBACKS = [before]
    assert find_language_model().api_key == KEY


def test_a_key_that_cannot_be_read_any_more_is_a_sentence(settings: Any) -> None:
    save_row()
    settings.SECRET_KEY = "another-secret-" * 5
    model = find_language_model()
    assert model.is_configured
    with pytest.raises(LLMError, match="cannot be read any more") as refused:
        get_llm_provider(model)
    assert "SECRET_KEY_FALLBACKS" in str(refused.value)
    result = try_language_model()
    assert not result.ok
    assert "type the key again" in result.detail
    assert not check_language_model().ok
    assert "cannot be read" in str(language_model_facts())


def test_the_saved_model_is_tried() -> None:
    with running_stub(lambda asked: "ready") as stub:
        save_row(url=stub.url)
        result = try_language_model()
    assert result.ok, result
    assert stub.asked[0].headers["authorization"] == f"Bearer {KEY}"


def test_a_changed_row_is_asked_without_a_restart() -> None:
    def ask() -> None:
        provider = get_llm_provider()
        assert provider is not None
        provider.complete("", [])

    with running_stub(lambda asked: "ready") as first, running_stub(lambda asked: "ready") as second:
        save_row(url=first.url)
        ask()
        save_row(url=second.url, api_key="sk-the-second")
        ask()
        forget_llm_provider()
    assert headers(first) == [f"Bearer {KEY}"]
    assert headers(second) == ["Bearer sk-the-second"]


def headers(stub: LLMStub) -> list[str]:
    return [asked.headers["authorization"] for asked in stub.asked]


@pytest.mark.parametrize(
    "values",
    [
        {"provider": "gpt"},
        {"model": ""},
        {"url": ""},
        {"concurrency": 0},
        {"max_tokens": 3},
        {"timeout_seconds": 601},
        {"input_price": -1},
        {"budget_per_rfp": 5},
        {"provider": "anthropic", "url": ""},
    ],
)
def test_nonsense_is_refused_by_the_database(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        save_row(**{"api_key": ""} | values)


def test_there_is_one_row() -> None:
    save_row()
    with pytest.raises(IntegrityError), transaction.atomic():
        LanguageModelSettings.objects.create(id=2)
