"""A language model behind an endpoint on loopback: what is asked, what comes back, and what goes wrong."""

import gc
import socket
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core.tests.hostile_addresses import refuse_to_connect
from rag.providers.llm import (
    LLMChoice,
    LLMError,
    PromptRefusedError,
    TokenUsage,
    TransientLLMError,
    Turn,
    UnreadableReplyError,
    bounded_http,
    forget_llm_provider,
    shared_llm_provider,
)
from rag.providers.llm.pydantic_ai_provider import PydanticAIProvider
from rag.tests.llm_stub import INPUT_TOKENS, OUTPUT_TOKENS, LLMStub, Raw, running_stub

KEY = "sk-a-secret-of-the-tests"
HELLO = [Turn("us", "Hello")]


@pytest.fixture
def stub() -> Iterator[LLMStub]:
    with running_stub(lambda asked: "Hello back") as stub:
        yield stub


def make(stub: LLMStub, vendor: str = "openai", **options: Any) -> PydanticAIProvider:
    url = stub.url if vendor == "openai" else stub.url.removesuffix("/v1")
    values = {"url": url, "api_key": KEY, "model": "small", "timeout": 10.0, "max_tokens": 300} | options
    return PydanticAIProvider(LLMChoice(vendor, **values))


@pytest.fixture
def provider(stub: LLMStub) -> Iterator[PydanticAIProvider]:
    provider = make(stub)
    yield provider
    provider.close()


def test_it_asks_an_openai_compatible_endpoint(stub: LLMStub, provider: PydanticAIProvider) -> None:
    said = provider.complete("Be kind.", [*HELLO, Turn("model", "Well?"), Turn("us", "Again")])
    assert (said.text, said.usage) == ("Hello back", TokenUsage(INPUT_TOKENS, OUTPUT_TOKENS))
    (asked,) = stub.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.body["model"] == "small"
    assert 300 in (asked.body.get("max_completion_tokens"), asked.body.get("max_tokens"))
    roles = [(message["role"], message["content"]) for message in asked.body["messages"]]
    assert [role for role, _ in roles] == ["system", "user", "assistant", "user"]
    assert not asked.body.get("tools")


def test_it_asks_anthropic(stub: LLMStub) -> None:
    provider = make(stub, "anthropic")
    said = provider.complete("Be kind.", HELLO)
    provider.close()
    assert (said.text, said.usage) == ("Hello back", TokenUsage(INPUT_TOKENS, OUTPUT_TOKENS))
    (asked,) = stub.asked
    assert asked.path.split("?")[0] == "/v1/messages"
    assert KEY in asked.headers.get("x-api-key", asked.headers.get("authorization", ""))
    assert asked.body["max_tokens"] == 300
    assert not asked.body.get("tools")


def test_a_local_server_without_a_key_is_asked(stub: LLMStub) -> None:
    provider = make(stub, api_key="")
    assert provider.complete("", HELLO).text == "Hello back"
    provider.close()


def test_many_threads_ask_at_once(stub: LLMStub, provider: PydanticAIProvider) -> None:
    stub.delay = 0.2
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: provider.complete("", HELLO).text, range(16)))
    assert said == ["Hello back"] * 16
    assert stub.most_at_once == 8


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [(401, LLMError, "refused the key"), (403, LLMError, "refused the key"), (404, LLMError, "no such address"),
     (400, LLMError, "status 400"), (422, LLMError, "status 422"), (301, LLMError, "endpoint")],
)  # fmt: skip
def test_a_refusal_is_final_and_said_in_words(
    stub: LLMStub, provider: PydanticAIProvider, status: int, kind: type[LLMError], says: str
) -> None:
    body = f'{{"error": {{"message": "Incorrect API key provided: {KEY}"}}}}'.encode()
    stub.script = [Raw(body, status, headers={"Location": "http://127.0.0.1:9/"})]
    with pytest.raises(kind, match=says) as refused:
        provider.complete("", HELLO)
    assert not isinstance(refused.value, TransientLLMError)
    assert KEY not in str(refused.value)
    assert len(stub.asked) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
def test_a_passing_trouble_is_tried_again(stub: LLMStub, provider: PydanticAIProvider, status: int) -> None:
    stub.script = [Raw(b'{"error": {}}', status, headers={"Retry-After": "0.05"}), "Hello at last"]
    assert provider.complete("", HELLO).text == "Hello at last"
    assert len(stub.asked) == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_lasting_trouble_is_transient_for_the_job(
    stub: LLMStub, provider: PydanticAIProvider, status: int
) -> None:
    stub.script = [Raw(b"{}", status, headers={"Retry-After": "0.05"})]
    with pytest.raises(TransientLLMError, match="Try again later"):
        provider.complete("", HELLO)
    assert len(stub.asked) == 3


def test_a_slow_model_is_given_up_in_time(stub: LLMStub) -> None:
    provider = make(stub, timeout=0.3)
    stub.delay = 3.0
    with pytest.raises(TransientLLMError, match="too slowly"):
        provider.complete("", HELLO)
    provider.close()


def test_an_endpoint_that_is_not_there_is_transient(stub: LLMStub) -> None:
    provider = make(stub, url="http://127.0.0.1:9/v1")
    with pytest.raises(TransientLLMError):
        provider.complete("", HELLO)
    provider.close()


def test_a_text_that_is_too_long_is_refused_alone(stub: LLMStub, provider: PydanticAIProvider) -> None:
    body = b'{"error": {"message": "maximum context length", "code": "context_length_exceeded"}}'
    stub.script = [Raw(body, 400)]
    with pytest.raises(PromptRefusedError):
        provider.complete("", HELLO)


@pytest.mark.parametrize(
    "raw",
    [
        Raw(b""),
        Raw(b"<html>It works!</html>", content_type="text/html"),
        Raw(b"<html>It works!</html>"),
        Raw(b'{"choices": [{"mess'),
        Raw(b"null"),
        Raw(b"[]"),
        Raw(b"{}"),
        Raw(b'{"choices": []}'),
        Raw(b'{"choices": [{"index": 0, "message": null}]}'),
        Raw(b'{"error": "model is loading"}'),
        Raw(b"\x00" * 100),
        Raw(b"\xff\xfe"),
    ],
)
def test_garbage_is_no_reply(stub: LLMStub, provider: PydanticAIProvider, raw: Raw) -> None:
    stub.script = [raw]
    with pytest.raises(UnreadableReplyError):
        provider.complete("", HELLO)


def test_a_flood_is_not_read_to_its_end(
    stub: LLMStub, provider: PydanticAIProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "_MAX_REPLY_BYTES", 10_000)
    stub.script = ["x" * 2_000_000]
    with pytest.raises(LLMError):
        provider.complete("", HELLO)


def test_proxy_variables_are_ignored(stub: LLMStub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    provider = make(stub)
    assert provider.complete("", HELLO).text == "Hello back"
    provider.close()


def test_the_key_is_in_no_log_and_no_traceback(
    stub: LLMStub, provider: PydanticAIProvider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    stub.script = [Raw(b'{"error": {"message": "bad key"}}', 401)]
    with pytest.raises(LLMError) as refused:
        provider.complete("", HELLO)
    assert KEY not in caplog.text
    assert KEY not in "".join(traceback.format_exception(refused.value))
    assert KEY not in repr(provider)


def choose(stub: LLMStub, **changes: Any) -> LLMChoice:
    values = {"vendor": "openai", "url": stub.url, "api_key": KEY, "model": "small"} | changes
    return LLMChoice(**values, timeout=10.0, max_tokens=300)


def test_a_process_has_one_provider_until_it_forgets_it(stub: LLMStub) -> None:
    first = shared_llm_provider(choose(stub))
    assert first is shared_llm_provider(choose(stub))
    assert first.name == "openai:small"
    assert len(language_model_threads()) == 1
    forget_llm_provider()
    assert language_model_threads() == []


def language_model_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "language-model"]


def test_another_choice_makes_another_one_and_whoever_has_the_first_goes_on_with_it(stub: LLMStub) -> None:
    first = shared_llm_provider(choose(stub))
    [thread] = language_model_threads()
    second = shared_llm_provider(choose(stub, api_key="sk-another"))
    assert first.complete("", HELLO).text == second.complete("", HELLO).text == "Hello back"
    assert [asked.headers["authorization"] for asked in stub.asked] == [f"Bearer {KEY}", "Bearer sk-another"]
    del first
    gc.collect()
    thread.join(timeout=5)
    assert not thread.is_alive()
    assert len(language_model_threads()) == 1
    forget_llm_provider()
    assert language_model_threads() == []


def test_a_choice_does_not_show_its_key(stub: LLMStub) -> None:
    assert KEY not in repr(choose(stub))


@pytest.mark.parametrize(
    ("vendor", "url", "stands_for"),
    [
        ("openai", "http://169.254.169.254/v1", []),
        ("openai", "http://[fe80::1]/v1", []),
        ("openai", "http://metadata.google.internal/v1", ["127.0.0.1"]),
        ("openai", "http://models.example.com/v1", ["169.254.169.254"]),
        ("anthropic", "http://models.example.com/v1", ["127.0.0.1", "fd00:ec2::254"]),
    ],
)
def test_no_metadata_service_is_asked(
    stub: LLMStub, monkeypatch: pytest.MonkeyPatch, vendor: str, url: str, stands_for: list[str]
) -> None:
    monkeypatch.setattr(bounded_http, "system_resolver", lambda host, port: stands_for)
    monkeypatch.setattr(socket.socket, "connect", refuse_to_connect)
    provider = make(stub, vendor, url=url)
    with pytest.raises(LLMError, match="Nothing is asked of those") as refused:
        provider.complete("", HELLO)
    assert not isinstance(refused.value, TransientLLMError)


def test_a_name_is_looked_up_once_and_its_checked_addresses_are_tried_in_turn(
    stub: LLMStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [["127.0.0.2", "127.0.0.1"], ["169.254.169.254"]]
    monkeypatch.setattr(bounded_http, "system_resolver", lambda host, port: answers.pop(0))
    port = stub.url.rsplit(":", 1)[1]
    provider = make(stub, url=f"http://models.example.com:{port}")
    assert provider.complete("", HELLO).text == "Hello back"
    assert stub.asked[0].headers["host"] == f"models.example.com:{port.removesuffix('/v1')}"
    assert len(answers) == 1
    provider.close()
