"""Trying the configured language model: one real call, told in words, in time and without the key."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from rag.services import llm_trial
from rag.services.llm_trial import language_model_facts, try_language_model
from rag.tests.llm_stub import LLMStub, Raw, running_stub

pytestmark = pytest.mark.django_db

KEY = "sk-a-secret-of-the-tests"


@pytest.fixture
def stub(settings: Any) -> Iterator[LLMStub]:
    with running_stub(lambda asked: "ready") as stub:
        settings.LLM_PROVIDER, settings.LLM_MODEL = "openai", "small"
        settings.LLM_API_URL, settings.LLM_API_KEY = stub.url, KEY
        yield stub


def test_a_model_that_answers_is_quoted(stub: LLMStub) -> None:
    result = try_language_model()
    assert result.ok
    assert "small answered" in result.detail
    assert "“ready”" in result.detail
    assert len(stub.asked) == 1


def test_no_language_model_is_fine_and_asks_nobody(settings: Any) -> None:
    settings.LLM_PROVIDER = "none"
    assert try_language_model().ok
    assert len(language_model_facts()) == 2


def test_a_refused_key_is_told_and_not_shown(stub: LLMStub) -> None:
    stub.script = [Raw(f'{{"error": {{"message": "bad key {KEY}"}}}}'.encode(), 401)]
    result = try_language_model()
    assert not result.ok
    assert "refused the key" in result.detail
    shown = f"{result} {language_model_facts()}"
    assert KEY not in shown


def test_an_empty_reply_is_no_success(stub: LLMStub) -> None:
    stub.script = ["  "]
    assert not try_language_model().ok


def test_a_model_that_hangs_is_given_up_in_time(stub: LLMStub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm_trial, "SECONDS", 0.5)
    try_language_model()  # loads the client's code
    stub.delay = 30.0
    started = time.monotonic()
    result = try_language_model()
    assert not result.ok
    assert time.monotonic() - started < 2
