"""What a server says to a POST is read through the guard: to an end in bytes, and to an end in time."""

import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest

from core.net.errors import AddressRefused, FetchFailed, ResponseTooLarge
from core.net.policy import AddressPolicy, FetchLimits
from core.net.posting import Reply, ask
from core.tests.hostile_addresses import no_network
from core.tests.tls_site import TlsSite, tls_site

__all__ = ["no_network", "tls_site"]

NAME = "docs.example.test"


def send(site: TlsSite, *, name: str = NAME, seconds: float = 2.0, most: int = 100) -> Reply:
    return ask(
        f"https://{name}:{site.port}/in",
        b"{}",
        headers={},
        policy=AddressPolicy(any_private=True),
        limits=FetchLimits(max_bytes=most, total_seconds=seconds, step_seconds=seconds),
        resolver=lambda host, port: ["127.0.0.1"],
        context=site.trust,
    )


def saying(content: bytes, *, status: int = 200) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.rfile.read(int(request.headers["Content-Length"]))
        request.send_response(status)
        request.end_headers()
        request.wfile.write(content)

    return answer


def test_what_is_said_comes_back_and_of_a_refusal_only_that_it_is_one(tls_site: TlsSite) -> None:
    tls_site.answer_posts = saying(b"good")
    assert send(tls_site) == Reply(200, b"good")
    tls_site.answer_posts = saying(b"bad", status=500)
    assert send(tls_site) == Reply(500, b"")


def test_more_than_may_be_said_is_not_read(tls_site: TlsSite) -> None:
    tls_site.answer_posts = saying(b"x" * 100)
    assert len(send(tls_site).content) == 100
    tls_site.answer_posts = saying(b"x" * 101)
    with pytest.raises(ResponseTooLarge, match="far too much"):
        send(tls_site)


def test_a_server_that_drips_what_it_says_is_cut_off(tls_site: TlsSite) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100):
            request.wfile.write(b"x")
            time.sleep(0.05)

    tls_site.answer_posts = drip
    started = time.monotonic()
    with pytest.raises(FetchFailed, match="took too long"):
        send(tls_site, seconds=0.5)
    assert time.monotonic() - started < 3


def test_the_certificate_is_checked(tls_site: TlsSite) -> None:
    with pytest.raises(FetchFailed, match="certificate"):
        send(tls_site, name="other.example.test")


def test_a_metadata_service_is_not_asked(tls_site: TlsSite, no_network: None) -> None:
    with pytest.raises(AddressRefused):
        send(tls_site, name="169.254.169.254")
