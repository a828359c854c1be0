"""A POST passes the same guard as a page that is read, waits for nobody, and follows nobody."""

import time
from http.server import BaseHTTPRequestHandler

import pytest

from core.net.errors import AddressRefused, FetchFailed
from core.net.policy import AddressPolicy, FetchLimits
from core.net.posting import post
from core.tests.hostile_addresses import NO_WEB_ADDRESS, ODD_FORMS, no_network
from core.tests.tls_site import TlsSite, tls_site

__all__ = ["no_network", "tls_site"]

QUICK = FetchLimits(total_seconds=0.5, step_seconds=0.3)


def let_in(site: TlsSite, *names: str) -> AddressPolicy:
    return AddressPolicy(private_hosts=frozenset(f"{name}:{site.port}" for name in names))


def send(site: TlsSite, name: str, policy: AddressPolicy, *, limits: FetchLimits = QUICK) -> int:
    return post(
        f"https://{name}:{site.port}/in",
        b"{}",
        headers={"X-Test": "1"},
        policy=policy,
        limits=limits,
        resolver=lambda host, port: ["127.0.0.1"],
        context=site.trust,
    )


@pytest.mark.parametrize("url", [*ODD_FORMS, *NO_WEB_ADDRESS], ids=lambda url: url[:40])
def test_nothing_is_posted_to_a_private_address(no_network: None, url: str) -> None:
    with pytest.raises(AddressRefused):
        post(url, b"{}", headers={}, policy=AddressPolicy(), limits=QUICK)


def test_the_status_is_what_comes_back(tls_site: TlsSite) -> None:
    def take(request: BaseHTTPRequestHandler) -> None:
        request.rfile.read(int(request.headers["Content-Length"]))
        request.send_response(202 if request.headers["X-Test"] == "1" else 400)
        request.end_headers()

    tls_site.answer_posts = take
    assert send(tls_site, "docs.example.test", let_in(tls_site, "docs.example.test")) == 202
    assert tls_site.asked_for == ["docs.example.test"]


def test_a_certificate_for_another_name_is_refused(tls_site: TlsSite) -> None:
    with pytest.raises(FetchFailed, match="certificate"):
        send(tls_site, "other.example.test", let_in(tls_site, "other.example.test"))


def test_a_server_that_drips_its_answer_is_cut_off(tls_site: TlsSite) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(100):
            request.wfile.write(b"x")
            time.sleep(0.05)

    tls_site.answer_posts = drip
    started = time.monotonic()
    with pytest.raises(FetchFailed, match="took too long"):
        send(tls_site, "docs.example.test", let_in(tls_site, "docs.example.test"))
    assert time.monotonic() - started < 3
