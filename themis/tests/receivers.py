"""A program on loopback that receives webhooks: it keeps what it was sent and answers as a test says."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pytest_django import Settings


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """`statuses` are answered one after another, the last one for good; `hold` keeps an answer back."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.statuses = [200]
        self.location = ""
        self.hold: threading.Event | None = None
        receiver = self

        class _Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver._answer(self)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        class _Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """Whoever asked was killed, or hung up."""

        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/hooks?from=spelunker"

    def close(self) -> None:
        if self.hold:
            self.hold.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append(Received(request.path, headers, body))
        if self.hold:
            self.hold.wait(20)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        request.send_response(status)
        if self.location:
            request.send_header("Location", self.location)
        request.send_header("Content-Length", "2")
        request.end_headers()
        request.wfile.write(b"ok")


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """One that the settings let in."""
    receiver = Receiver()
    settings.WEBHOOK_ALLOWED_HOSTS = [receiver.host]
    yield receiver
    receiver.close()
