"""A program on loopback that receives webhooks, and what workers and clock would do meanwhile."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone
from pytest_django import Settings

from core import jobs
from core.models import Job
from themis.models import WebhookDelivery
from themis.services.webhook_events import DELIVERY_JOB, request_due_deliveries


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


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def run_jobs() -> None:
    """What the workers would do now."""
    for job in Job.objects.filter(kind=DELIVERY_JOB, state=Job.State.QUEUED):
        jobs.execute(job.pk)


def pass_time() -> None:
    """Until the next attempt is due, and the clock has seen that."""
    WebhookDelivery.objects.filter(state=WebhookDelivery.State.PENDING).update(next_attempt_at=timezone.now())
    request_due_deliveries()
    run_jobs()
