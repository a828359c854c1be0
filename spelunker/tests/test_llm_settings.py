"""Settings of the language model that make no sense are refused when Spelunker starts, in words."""

from functools import partial

import pytest

from spelunker.tests import reading_settings

GOOD = {"LLM_PROVIDER": "openai", "LLM_API_URL": "http://localhost:1/v1", "LLM_MODEL": "small"}


read_settings = partial(
    reading_settings.read_settings, prefix="LLM_", shown=("LLM_PROVIDER", "LLM_API_URL", "LLM_CONCURRENCY")
)


def test_no_language_model_is_the_default() -> None:
    assert read_settings({}).stdout.split() == ["8"]
    assert read_settings({"LLM_PROVIDER": "none"}).stdout.split() == ["none", "8"]


def test_an_endpoint_is_taken_as_it_is_given() -> None:
    assert read_settings(GOOD | {"LLM_API_URL": "http://localhost:1/v1/"}).stdout.split() == [
        "openai",
        "http://localhost:1/v1",
        "8",
    ]
    assert read_settings({"LLM_PROVIDER": "anthropic", "LLM_MODEL": "m", "LLM_API_KEY": "k"}).returncode == 0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"LLM_PROVIDER": "gpt"}, "LLM_PROVIDER must be"),
        ({"LLM_MODEL": ""}, "needs LLM_MODEL"),
        ({"LLM_API_URL": ""}, "needs LLM_API_URL"),
        ({"LLM_API_URL": "ftp://host/v1"}, "must begin with http"),
        ({"LLM_API_URL": "http://me:secret-of-mine@host/v1"}, "name no user"),
        ({"LLM_PROVIDER": "anthropic"}, "needs LLM_API_KEY"),
        ({"LLM_CONCURRENCY": "0"}, "LLM_CONCURRENCY 1 to 64"),
        ({"LLM_TIMEOUT_SECONDS": "-1"}, "LLM_TIMEOUT_SECONDS must be"),
        ({"LLM_MAX_TOKENS": "3"}, "LLM_MAX_TOKENS 100"),
    ],
)
def test_nonsense_is_refused(changes: dict[str, str], says: str) -> None:
    result = read_settings(GOOD | changes)
    assert result.returncode != 0
    assert says in result.stderr
    assert "secret-of-mine" not in result.stderr


def test_a_budget_needs_prices_to_count_by() -> None:
    refused = read_settings({"LLM_BUDGET_PER_RFP": "5"})
    assert refused.returncode != 0
    assert "needs LLM_INPUT_PRICE" in refused.stderr
    assert read_settings({"LLM_BUDGET_PER_RFP": "5", "LLM_OUTPUT_PRICE": "15"}).returncode == 0
    assert "cannot be negative" in read_settings({"LLM_INPUT_PRICE": "-1"}).stderr
