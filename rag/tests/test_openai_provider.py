"""Vectors from an OpenAI-compatible server: a small one on loopback, well-behaved and not."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from core.tests.pace import allowed
from rag.providers.embedding import EmbeddingError, TransientEmbeddingError, openai_compatible
from rag.providers.embedding.openai_compatible import OpenAICompatibleProvider


class Server:
    """Answers with `replies` in turn, the last one for ever; without any, as a good server does."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, Any], dict[str, str]]] = []
        self.replies: list[tuple[int, bytes, dict[str, str]] | None] = []
        self.released = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.requests.append((body, dict(self.headers)))
                if server.replies:
                    reply = server.replies.pop(0) if len(server.replies) > 1 else server.replies[0]
                else:
                    reply = (200, good(body["input"]), {})
                if reply is None:
                    server.released.wait(10)
                    return
                status, content, headers = reply
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(content))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"


def good(texts: list[str], *, size: int = 4) -> bytes:
    """Vectors that tell the texts apart by their length, in no particular order."""
    rows = [
        {"index": index, "embedding": [float(len(text)), 1.0, *[0.0] * (size - 2)]}
        for index, text in enumerate(texts)
    ]
    return json.dumps({"data": rows[::-1]}).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.released.set()
    server.http.shutdown()
    server.http.server_close()
    thread.join()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the provider would have waited between its attempts."""
    waited: list[float] = []
    monkeypatch.setattr(openai_compatible.time, "sleep", waited.append)
    return waited


def make(server: Server, **options: Any) -> OpenAICompatibleProvider:
    return OpenAICompatibleProvider(**({"url": server.url, "api_key": "key", "model": "small"} | options))


@pytest.fixture
def provider(server: Server) -> Iterator[OpenAICompatibleProvider]:
    provider = make(server)
    yield provider
    provider._pool.clear()


def test_vectors_are_unit_rows_in_the_order_of_the_texts(server: Server, provider: Any) -> None:
    vectors = provider.embed_passages(["a", "four", "seventeen letters"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert (np.diff(vectors[:, 0]) > 0).all()
    ((body, headers),) = server.requests
    assert (body["model"], body["input"]) == ("small", ["a", "four", "seventeen letters"])
    assert headers["Authorization"] == "Bearer key"
    assert np.allclose(provider.embed_query("four"), vectors[1])


def test_many_texts_go_in_batches(server: Server, provider: Any) -> None:
    assert provider.embed_passages(["text"] * 150).shape == (150, 4)
    assert [len(body["input"]) for body, _ in server.requests] == [64, 64, 22]


def test_its_size_is_asked_once(server: Server, provider: Any) -> None:
    assert (provider.dimensions, provider.dimensions) == (4, 4)
    assert len(server.requests) == 1
    assert provider.embed_passages([]).shape == (0, 4)


def test_an_empty_text_is_sent_as_a_blank_and_no_key_as_no_header(server: Server) -> None:
    local = make(server, api_key="")
    local.embed_passages([""])
    ((body, headers),) = server.requests
    assert body["input"] == [" "]
    assert "Authorization" not in headers
    local._pool.clear()


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_a_passing_trouble_is_tried_again(
    server: Server, provider: Any, pauses: list[float], status: int
) -> None:
    server.replies = [(status, b"later", {}), (status, b"later", {}), (200, good(["text"]), {})]
    assert provider.embed_passages(["text"]).shape == (1, 4)
    assert len(server.requests) == 3
    assert pauses == sorted(pauses)


def test_the_server_says_how_long_to_wait_within_reason(
    server: Server, provider: Any, pauses: list[float]
) -> None:
    server.replies = [
        (429, b"", {"Retry-After": "3"}),
        (429, b"", {"Retry-After": "86400"}),
        (200, good(["text"]), {}),
    ]
    provider.embed_passages(["text"])
    assert pauses == [3.0, 20.0]


def test_a_lasting_trouble_is_transient_for_the_job(
    server: Server, provider: Any, pauses: list[float]
) -> None:
    server.replies = [(503, b"", {})]
    with pytest.raises(TransientEmbeddingError, match="overloaded or out of order"):
        provider.embed_passages(["text"])
    assert len(server.requests) == 4


def test_a_question_is_given_up_early_since_somebody_waits_for_it(
    server: Server, provider: Any, pauses: list[float]
) -> None:
    server.replies = [(429, b"", {"Retry-After": "15"})]
    with pytest.raises(TransientEmbeddingError):
        provider.embed_query("text")
    assert len(server.requests) == 2
    assert pauses == [1.0]


def test_a_long_text_is_cut_before_the_server_refuses_it(server: Server, provider: Any) -> None:
    provider.embed_passages(["word " * 3000, "備份" * 3000])
    ((body, _),) = server.requests
    assert all(sum(provider.count_tokens([text])) <= provider.max_tokens + 2 for text in body["input"])
    assert body["input"][0].startswith("word word")
    assert set(body["input"][1]) == set("備份")


def test_a_character_of_chinese_is_counted_as_a_token_and_half_a_pair_as_none(provider: Any) -> None:
    assert provider.count_tokens(["備份保留三十天", "abcdef", "\ud83d"]) == [9, 4, 3]


@pytest.mark.parametrize(
    ("status", "says"),
    [(401, "refused the key"), (403, "refused the key"), (404, "no such address or model"), (400, "status 400"),
     (301, "status 301")],
)  # fmt: skip
def test_a_refusal_is_final_and_said_in_words(
    server: Server, provider: Any, pauses: list[float], status: int, says: str
) -> None:
    server.replies = [(status, b'{"error": "no"}', {"Location": "http://127.0.0.1:9/"})]
    with pytest.raises(EmbeddingError, match=says) as refused:
        provider.embed_query("text")
    assert not isinstance(refused.value, TransientEmbeddingError)
    assert len(server.requests) == 1
    assert pauses == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>502</html>",
        b'{"data": [',
        b"\xff\x00\xfe",
        b"[]",
        b"null",
        b'{"error": {"message": "model not loaded"}}',
        b'{"data": []}',
        b'{"data": null}',
        b'{"data": [{"index": 0}]}',
        b'{"data": [{"index": 1, "embedding": [1, 2]}]}',
        b'{"data": [{"index": 0, "embedding": "text"}]}',
        b'{"data": [{"index": 0, "embedding": [1, null]}]}',
        b'{"data": [{"index": 0, "embedding": [1, NaN]}]}',
        b'{"data": [{"index": 0, "embedding": [1, 1e999]}]}',
        b'{"data": [{"index": 0, "embedding": [1, 1e300]}]}',
        b'{"data": [{"index": 0, "embedding": [[1], [2]]}]}',
        b'{"data": [{"index": 0, "embedding": []}]}',
        b'{"data": [{"index": 0, "embedding": [0, 0]}]}',
        b'{"data": [{"index": 0, "embedding": 7}]}',
        b'{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 0, "embedding": [1, 2]}]}',
        b'{"data": [{"index": "0", "embedding": [1, 2]}]}',
        b"[" * 100_000,
    ],
)
def test_garbage_is_refused_in_words(server: Server, provider: Any, content: bytes) -> None:
    server.replies = [(200, content, {})]
    with pytest.raises(EmbeddingError, match="The embedding endpoint answered with"):
        provider.embed_query("text")


def test_vectors_of_different_sizes_are_refused(server: Server, provider: Any) -> None:
    texts = ["text"] * 100
    server.replies = [(200, good(texts[:64]), {}), (200, good(texts[64:], size=5), {})]
    with pytest.raises(EmbeddingError, match="vectors of different lengths"):
        provider.embed_passages(texts)


def test_another_size_than_before_is_refused(server: Server, provider: Any) -> None:
    assert provider.dimensions == 4
    server.replies = [(200, good(["text"], size=5), {})]
    with pytest.raises(EmbeddingError, match="vectors of different lengths"):
        provider.embed_passages(["text"])


def test_a_flood_is_not_read_to_its_end(
    server: Server, provider: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_compatible, "_MAX_ANSWER_BYTES", 1_000)
    server.replies = [(200, b" " * 2_000_000, {})]
    with pytest.raises(EmbeddingError, match="far too much"):
        provider.embed_query("text")


def test_a_server_that_does_not_answer_is_given_up(server: Server, pauses: list[float]) -> None:
    impatient = make(server, timeout=0.1)
    server.replies = [None]
    with pytest.raises(TransientEmbeddingError, match="does not answer"):
        impatient.embed_passages(["text"])
    assert len(pauses) == 3
    impatient._pool.clear()


class _Drip(BaseHTTPRequestHandler):
    """Says one byte every so often, and so is never silent for long."""

    begin = b""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        with contextlib.suppress(OSError):  # cut off, as it should be
            self.wfile.write(self.begin)
            for _ in range(200):
                self.wfile.write(b"x")
                threading.Event().wait(0.05)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    "begin",
    [b"HTTP/1.1 200 ", b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"],
    ids=["in its first line", "of a known length", "without a length"],
)
def test_a_server_that_drips_its_answer_is_cut_off(pauses: list[float], begin: bytes) -> None:
    http = ThreadingHTTPServer(("127.0.0.1", 0), type("Drip", (_Drip,), {"begin": begin}))
    thread = threading.Thread(target=http.serve_forever, args=(0.01,))
    thread.start()
    provider = OpenAICompatibleProvider(
        url=f"http://127.0.0.1:{http.server_port}/v1", api_key="", model="small", timeout=0.4
    )
    started = time.monotonic()
    try:
        with pytest.raises(TransientEmbeddingError, match="does not answer"):
            provider.embed_query("Where is data stored?")
    finally:
        provider._pool.clear()
        http.shutdown()
        http.server_close()
        thread.join()
    assert time.monotonic() - started < allowed(3.0)


def test_a_connection_is_kept_for_the_next_request(server: Server, provider: Any) -> None:
    server.http.RequestHandlerClass.protocol_version = "HTTP/1.1"  # type: ignore[attr-defined]
    for text in ("one", "two", "three"):
        provider.embed_query(text)
    (pool,) = (provider._pool.pools[key] for key in provider._pool.pools.keys())  # noqa: SIM118
    assert (pool.num_connections, pool.num_requests) == (1, 3)


def test_a_server_that_is_not_there_is_given_up(pauses: list[float]) -> None:
    nobody = OpenAICompatibleProvider(url="http://127.0.0.1:9/v1", api_key="", model="small")
    with pytest.raises(TransientEmbeddingError, match="does not answer"):
        nobody.embed_query("text")


@pytest.mark.parametrize(("url", "model"), [("", "m"), ("ftp://host/v1", "m"), ("http://host/v1", "")])
def test_settings_that_name_no_endpoint_are_refused(url: str, model: str) -> None:
    with pytest.raises(EmbeddingError, match="not configured"):
        OpenAICompatibleProvider(url=url, api_key="", model=model)


def test_the_estimate_of_tokens_is_on_the_safe_side(provider: Any) -> None:
    assert provider.count_tokens(["", "abc", "a b c d e f", "x" * 300]) == [2, 3, 8, 102]


def test_proxy_variables_are_ignored(server: Server, provider: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert provider.embed_query("text").shape == (4,)
