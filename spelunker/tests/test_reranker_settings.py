"""Settings of the reranker that make no sense are refused when Spelunker starts, in words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = {
    "RERANKER_PROVIDER": "endpoint",
    "RERANKER_API_URL": "http://localhost:1/v1/",
    "RERANKER_MODEL_NAME": "small",
}


def read_settings(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What reading the settings in a process of its own says."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RERANKER_")}
    code = "from spelunker import settings as s; print(s.RERANKER_PROVIDER, s.RERANKER_API_URL)"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
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
