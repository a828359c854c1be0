"""Scores from a reranking server: one on loopback, well-behaved and not."""

import json
import time
from typing import Any

import pytest

from rag.providers.reranking import RerankingError, endpoint
from rag.providers.reranking.endpoint import RerankEndpoint
from rag.tests.rerank_stub import RerankStub, rerank_server

__all__ = ["rerank_server"]

PASSAGES = ["four", "a", "seventeen letters"]
REFUSED = [
    b"",
    b"<html>502</html>",
    b'{"results": [',
    b"\xff\x00\xfe",
    b"null",
    b"7",
    b"[]",
    b'{"error": "model not loaded"}',
    b'{"results": null}',
    b'{"results": []}',
    b'{"results": [1, 2, 3]}',
    b"[" * 100_000,
]


def make(server: RerankStub, **options: Any) -> RerankEndpoint:
    return RerankEndpoint(**({"url": server.url, "api_key": "key", "model": "small"} | options))


def rows(*scores: Any, key: str = "relevance_score") -> list[dict[str, Any]]:
    return [{"index": index, key: score} for index, score in enumerate(scores)]


def said(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"results": list(entries)}).encode()


def test_scores_come_in_the_order_of_the_passages(rerank_server: RerankStub) -> None:
    provider = make(rerank_server)
    assert provider.scores("How long?", PASSAGES) == [4, 1, 17]
    ((path, body, headers),) = rerank_server.requests
    assert path == "/rerank"
    assert body == {"model": "small", "query": "How long?", "documents": PASSAGES, "top_n": 3}
    assert headers["Authorization"] == "Bearer key"
    assert headers["Content-Type"] == "application/json"
    assert provider.name == "endpoint:small"
    assert provider.max_passages >= 40


def test_the_dialect_of_text_embeddings_inference_is_spoken_too(rerank_server: RerankStub) -> None:
    provider = make(rerank_server, dialect="tei", url=rerank_server.url + "/")
    assert provider.scores("How long?", PASSAGES) == [4, 1, 17]
    ((path, body, _headers),) = rerank_server.requests
    assert (path, body) == ("/rerank", {"query": "How long?", "texts": PASSAGES, "truncate": True})
    assert (provider.name, provider.max_passages) == ("tei:small", 32)


@pytest.mark.parametrize(
    "content",
    [
        said(*rows(0.5, -3, 2)),
        said(*rows(0.5, -3, 2)[::-1]),
        json.dumps(rows(0.5, -3, 2, key="score")).encode(),
        json.dumps({"results": rows(0.5, -3, 2, key="score"), "usage": {"total_tokens": 9}}).encode(),
        json.dumps({"results": [row | {"document": {"text": "x"}} for row in rows(0.5, -3, 2)]}).encode(),
    ],
)
def test_an_answer_is_understood_in_either_dialect(rerank_server: RerankStub, content: bytes) -> None:
    rerank_server.replies = [(200, content, {})]
    assert make(rerank_server).scores("q", PASSAGES) == [0.5, -3, 2]


@pytest.mark.parametrize(
    "content",
    [
        *REFUSED,
        said(*rows(1, 2)),
        said(*rows(1, 2, 3, 4)),
        said(*rows(1, 2), {"index": 1, "relevance_score": 3}),
        said(*rows(1, 2), {"index": -1, "relevance_score": 3}),
        said(*rows(1, 2), {"index": "2", "relevance_score": 3}),
        said(*rows(1, 2), {"index": 2.0, "relevance_score": 3}),
        said(*rows(1, 2), {"index": True, "relevance_score": 3}),
        said(*rows(1, 2), {"index": 2}),
        said(*rows(1, 2), {"relevance_score": 3}),
        said(*rows(1, 2, "3")),
        said(*rows(1, 2, None)),
        said(*rows(1, 2, True)),
        said(*rows(1, 2, float("nan"))),
        said(*rows(1, 2, float("inf"))),
        said(*rows(1, 2, 10**400)),
        said(*rows(1, 2)).replace(b"2}", b"1e999}, {}"),
    ],
    ids=lambda content: repr(content[:60]),
)
def test_what_is_no_score_for_every_passage_is_refused(rerank_server: RerankStub, content: bytes) -> None:
    rerank_server.replies = [(200, content, {})]
    with pytest.raises(RerankingError, match="The reranking endpoint answered with"):
        make(rerank_server).scores("q", PASSAGES)


@pytest.mark.parametrize(
    ("status", "says"),
    [(401, "refused the key"), (403, "refused the key"), (404, "no such address"), (429, "status 429"),
     (500, "status 500"), (204, "status 204")],
)  # fmt: skip
def test_a_refusal_is_said_in_words_after_one_attempt(
    rerank_server: RerankStub, status: int, says: str
) -> None:
    rerank_server.replies = [(status, b"", {})]
    with pytest.raises(RerankingError, match=says) as refused:
        make(rerank_server, api_key="hidden").scores("q", PASSAGES)
    assert "hidden" not in str(refused.value)
    assert len(rerank_server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_goes_where_a_redirect_leads(rerank_server: RerankStub, status: int) -> None:
    rerank_server.replies = [(status, b"", {"Location": f"{rerank_server.url}/elsewhere"})]
    with pytest.raises(RerankingError, match=f"status {status}"):
        make(rerank_server).scores("q", PASSAGES)
    assert [path for path, *_ in rerank_server.requests] == ["/rerank"]


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "http://metadata.google.internal", "http://[fd00:ec2::254]/"]
)
def test_metadata_services_are_never_asked(url: str) -> None:
    with pytest.raises(RerankingError, match="metadata"):
        RerankEndpoint(url=url, api_key="key", model="small").scores("q", PASSAGES)


def test_a_name_that_stands_for_a_metadata_service_is_not_asked(rerank_server: RerankStub) -> None:
    provider = make(
        rerank_server, url="http://reranker.example.com", resolver=lambda host, port: ["169.254.169.254"]
    )
    with pytest.raises(RerankingError, match="metadata"):
        provider.scores("q", PASSAGES)
    assert rerank_server.requests == []


def test_a_server_that_hangs_is_given_up_in_time(rerank_server: RerankStub) -> None:
    rerank_server.replies = [None]
    started = time.monotonic()
    with pytest.raises(RerankingError, match="took too long"):
        make(rerank_server, seconds=0.3).scores("q", PASSAGES)
    assert time.monotonic() - started < 3
    assert len(rerank_server.requests) == 1


def test_a_server_that_is_not_there_is_given_up() -> None:
    with pytest.raises(RerankingError, match="was not reached"):
        RerankEndpoint(url="http://127.0.0.1:9", api_key="", model="small").scores("q", PASSAGES)


def test_a_flood_is_not_read_to_its_end(rerank_server: RerankStub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_MAX_ANSWER_BYTES", 1_000)
    rerank_server.replies = [(200, b" " * 2_000_000, {})]
    with pytest.raises(RerankingError, match="far too much"):
        make(rerank_server).scores("q", PASSAGES)


def test_an_answer_that_is_compressed_unasked_is_refused(rerank_server: RerankStub) -> None:
    rerank_server.replies = [(200, b"\x1f\x8b\x08\x00", {"Content-Encoding": "gzip"})]
    with pytest.raises(RerankingError, match="something other than JSON"):
        make(rerank_server).scores("q", PASSAGES)
    ((_path, _body, headers),) = rerank_server.requests
    assert headers["Accept-Encoding"] == "identity"


def test_no_key_is_no_header_and_nothing_is_sent_without_passages(rerank_server: RerankStub) -> None:
    provider = make(rerank_server, api_key="")
    assert provider.scores("q", []) == []
    assert rerank_server.requests == []
    provider.scores("", [""])
    ((_path, body, headers),) = rerank_server.requests
    assert "Authorization" not in headers
    assert (body["query"], body["documents"]) == (" ", [" "])


@pytest.mark.parametrize("key", ["two\nlines", "schlüssel", "ta\tb"])
def test_a_key_that_no_request_can_carry_is_refused(key: str) -> None:
    with pytest.raises(RerankingError, match="RERANKER_API_KEY"):
        RerankEndpoint(url="http://127.0.0.1:9", api_key=key, model="small")


def test_proxy_variables_are_ignored(rerank_server: RerankStub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert make(rerank_server).scores("q", ["a"]) == [1]
