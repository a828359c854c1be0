"""A reranking server on loopback, well-behaved or not, and the settings that name it."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from rag.providers.reranking import forget_reranker
from rag.services.reranking import forget_failures

# Scores a passage for a question.
Judge = Callable[[str, str], float]


class RerankStub:
    """Scores by `judge`; with a `reply` (status, content, headers) it says that instead, and None is silence."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.judge: Judge = lambda query, passage: float(len(passage))
        self.replies: list[tuple[int, bytes, dict[str, str]] | None] = []
        self.released = threading.Event()
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                stub.requests.append((self.path, body, dict(self.headers)))
                reply = stub.replies[0] if stub.replies else (200, stub.answer(body), {})
                if reply is None:
                    stub.released.wait(10)
                    return
                status, content, headers = reply
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(content))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self) -> None:
                stub.requests.append((self.path, {}, dict(self.headers)))
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def answer(self, body: dict[str, Any]) -> bytes:
        """Best first, as servers answer, in the dialect in which they are asked."""
        texts = body["texts"] if "texts" in body else body["documents"]
        key = "score" if "texts" in body else "relevance_score"
        rows = [{"index": n, key: self.judge(body["query"], text)} for n, text in enumerate(texts)]
        rows.sort(key=lambda row: -row[key])
        return json.dumps(rows if "texts" in body else {"results": rows}).encode()

    def settings(self) -> dict[str, str]:
        return {
            "RERANKER_PROVIDER": "endpoint",
            "RERANKER_API_URL": self.url,
            "RERANKER_API_KEY": "key",
            "RERANKER_MODEL_NAME": "small",
        }


@pytest.fixture
def rerank_server() -> Iterator[RerankStub]:
    """The server alone."""
    stub = RerankStub()
    thread = threading.Thread(target=stub.http.serve_forever, args=(0.01,))
    thread.start()
    yield stub
    stub.released.set()
    stub.http.shutdown()
    stub.http.server_close()
    thread.join()


@pytest.fixture
def reranker(rerank_server: RerankStub, settings: Any) -> Iterator[RerankStub]:
    """The server, and the settings name it."""
    for name, value in rerank_server.settings().items():
        setattr(settings, name, value)
    forget_reranker()
    forget_failures()
    yield rerank_server
    forget_reranker()
    forget_failures()
