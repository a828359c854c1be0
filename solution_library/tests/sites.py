"""Web sites on loopback, friendly and hostile, for the tests of scraping."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pytest_django import Settings

from core.net.policy import AddressPolicy

Handler = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Asked:
    """One request as the site saw it."""

    path: str
    host: str
    headers: dict[str, str]
    status: int = 0


@dataclass
class Reply:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Site:
    """A site with pages that a test writes. It knows ETags and says 304, and remembers what it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply | Handler] = {}
        self.asked: list[Asked] = []
        self.etags = True
        site = self

        class _Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site._answer(self)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        class _Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A client that hangs up on a hostile answer does right."""

        self.server = _Server(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/"

    @property
    def policy(self) -> AddressPolicy:
        """One that lets this site in, by its address and as docs.example.test, and nothing else."""
        return AddressPolicy(private_hosts=frozenset({self.host, f"docs.example.test:{self.port}"}))

    def page(
        self, path: str, title: str = "", text: str = "", links: tuple[str, ...] = (), **head: str
    ) -> None:
        """Write a page of documentation with navigation around it."""
        navigation = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
        canonical = f'<link rel="canonical" href="{head["canonical"]}">' if "canonical" in head else ""
        paragraphs = "".join(f"<p>{part}</p>" for part in text.split("\n") if part)
        self.pages[path] = Reply(
            (
                f"<!doctype html><html><head><title>{title} | Docs</title>{canonical}</head><body>"
                f"<nav><ul>{navigation}</ul></nav><main><h1>{title}</h1>{paragraphs}</main>"
                "<footer>All rights reserved.</footer></body></html>"
            ).encode(),
            headers={"Content-Type": "text/html; charset=utf-8"},
        )

    def etag_of(self, path: str) -> str:
        """What the site gives a page as its ETag."""
        reply = self.pages[path]
        assert isinstance(reply, Reply)
        return _etag(reply)

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def statuses(self) -> list[int]:
        return [asked.status for asked in self.asked]

    def close(self) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        found = self.pages.get(request.path, Reply(b"no such page", 404))
        headers = {name.lower(): value for name, value in request.headers.items()}
        if callable(found):
            self.asked.append(Asked(request.path, headers.get("host", ""), headers, 200))
            request.close_connection = True
            found(request)
            return
        etag = _etag(found)
        fresh = self.etags and found.status == 200 and headers.get("if-none-match") == etag
        status = 304 if fresh else found.status
        self.asked.append(Asked(request.path, headers.get("host", ""), headers, status))
        request.send_response(status)
        for name, value in found.headers.items():
            request.send_header(name, value)
        if self.etags and found.status == 200:
            request.send_header("ETag", etag)
        if not fresh:
            request.send_header("Content-Length", str(len(found.body)))
        request.end_headers()
        if not fresh:
            request.wfile.write(found.body)


def _etag(reply: Reply) -> str:
    return f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"'


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def open_site(site: Site, settings: Settings) -> Site:
    """The same, and the settings let it in and do not wait between pages."""
    settings.SCRAPER_ALLOWED_HOSTS = [site.host]
    settings.SCRAPER_DELAY_SECONDS = 0
    return site


def never_sleep(seconds: float) -> None:
    """For crawls whose pauses are not the subject."""
