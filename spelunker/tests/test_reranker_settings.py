"""Settings of the reranker that make no sense are refused when Spelunker starts, in words."""

from functools import partial

import pytest

from spelunker.tests import reading_settings

GOOD = {
    "RERANKER_PROVIDER": "endpoint",
    "RERANKER_API_URL": "http://localhost:1/v1/",
    "RERANKER_MODEL_NAME": "small",
}


read_settings = partial(
    reading_settings.read_settings, prefix="RERANKER_", shown=("RERANKER_PROVIDER", "RERANKER_API_URL")
)


def test_none_is_the_default_and_an_endpoint_is_taken_as_it_is_given() -> None:
    assert read_settings({"RERANKER_PROVIDER": ""}).stdout.split() == ["none"]
    assert read_settings(GOOD).stdout.split() == ["endpoint", "http://localhost:1/v1"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"RERANKER_PROVIDER": "magic"}, "RERANKER_PROVIDER must be"),
        ({"RERANKER_PROVIDER": "tei", "RERANKER_MODEL_NAME": ""}, "needs RERANKER_MODEL_NAME"),
        ({"RERANKER_API_URL": ""}, "must begin with http"),
        ({"RERANKER_API_URL": "http://me:secret-of-mine@host"}, "name no user"),
        ({"RERANKER_PROVIDER": "local", "RERANKER_MODEL_PATH": "m.onnx"}, "RERANKER_TOKENIZER_PATH"),
    ],
)
def test_nonsense_is_refused(changes: dict[str, str], says: str) -> None:
    result = read_settings(GOOD | changes)
    assert result.returncode != 0
    assert says in result.stderr
    assert "secret-of-mine" not in result.stderr
