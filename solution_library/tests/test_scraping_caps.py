"""No site takes more of us than a page may cost: bytes, unpacked bytes, seconds, redirects."""

import gzip
import time
import zlib
from http.server import BaseHTTPRequestHandler

import pytest

from core.net.errors import FetchFailed, ResponseTooLarge
from core.net.policy import FetchLimits
from solution_library.scraping.fetching import Fetcher
from solution_library.scraping.unpacking import gunzip_capped
from solution_library.tests.sites import Reply, Site

SMALL = FetchLimits(max_bytes=100_000, total_seconds=1.0, step_seconds=0.5)


def headers(request: BaseHTTPRequestHandler, **given: str) -> None:
    request.send_response(200)
    for name, value in given.items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()


def endless(request: BaseHTTPRequestHandler) -> None:
    headers(request)
    while True:
        request.wfile.write(b"x" * 10_000)


def endless_in_chunks(request: BaseHTTPRequestHandler) -> None:
    headers(request, Transfer_Encoding="chunked")
    while True:
        request.wfile.write(b"2710\r\n" + b"x" * 10_000 + b"\r\n")


def dripping_body(request: BaseHTTPRequestHandler) -> None:
    headers(request)
    while True:
        request.wfile.write(b"x")
        request.wfile.flush()
        time.sleep(0.05)


def dripping_headers(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        request.wfile.write(b"x")
        request.wfile.flush()
        time.sleep(0.05)


def silent(request: BaseHTTPRequestHandler) -> None:
    time.sleep(1.5)


def broken_off(request: BaseHTTPRequestHandler) -> None:
    headers(request, Content_Length="5000")
    request.wfile.write(b"x" * 10)


def no_http(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")


def many_headers(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(5000)) + b"\r\n")


@pytest.mark.parametrize("hostile", [endless, endless_in_chunks])
def test_an_endless_body_is_cut_off(site: Site, hostile) -> None:
    site.pages["/"] = hostile
    with Fetcher(site.policy, SMALL) as fetcher, pytest.raises(ResponseTooLarge):
        fetcher.get(site.url)


def test_a_body_that_says_it_is_too_long_is_not_read(site: Site) -> None:
    site.pages["/"] = lambda request: headers(request, Content_Length="99999999")
    with Fetcher(site.policy, SMALL) as fetcher, pytest.raises(ResponseTooLarge, match=r"larger than 0\.09"):
        fetcher.get(site.url)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_not_unpacked(site: Site, encoding: str) -> None:
    zeros = bytes(50_000_000)
    packed = gzip.compress(zeros) if encoding == "gzip" else zlib.compress(zeros)
    assert len(packed) < SMALL.max_bytes
    site.pages["/"] = Reply(packed, headers={"Content-Encoding": encoding})
    started = time.monotonic()
    with Fetcher(site.policy, SMALL) as fetcher, pytest.raises(ResponseTooLarge):
        fetcher.get(site.url)
    assert time.monotonic() - started < 5


def test_a_bomb_of_many_small_files_strung_together_is_not_unpacked() -> None:
    packed = gzip.compress(bytes(30_000)) * 100
    with pytest.raises(ResponseTooLarge):
        gunzip_capped(packed, limit=100_000)


@pytest.mark.parametrize("size", [0, 1, 99_999, 100_000])
def test_what_is_within_the_limit_comes_out_whole(site: Site, size: int) -> None:
    text = bytes(range(256)) * (size // 256 + 1)
    site.pages["/"] = Reply(gzip.compress(text[:size]), headers={"Content-Encoding": "gzip"})
    with Fetcher(site.policy, SMALL) as fetcher:
        assert fetcher.get(site.url).body == text[:size]


def test_a_bare_deflate_stream_is_read_too(site: Site) -> None:
    stream = zlib.compressobj(wbits=-15)
    site.pages["/"] = Reply(
        stream.compress(b"hello") + stream.flush(), headers={"Content-Encoding": "deflate"}
    )
    with Fetcher(site.policy, SMALL) as fetcher:
        assert fetcher.get(site.url).body == b"hello"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"no gzip at all", "gzip"),
        (gzip.compress(b"x" * 5000)[:-10], "gzip"),
        (b"x", "br"),
        (b"x", "gzip, gzip"),
    ],
    ids=["no gzip at all", "gzip cut off", "brotli", "gzip twice"],
)
def test_a_body_that_cannot_be_unpacked_is_refused_in_words(site: Site, body: bytes, encoding: str) -> None:
    site.pages["/"] = Reply(body, headers={"Content-Encoding": encoding})
    with Fetcher(site.policy, SMALL) as fetcher, pytest.raises(FetchFailed):
        fetcher.get(site.url)


@pytest.mark.parametrize("hostile", [dripping_body, dripping_headers, silent])
def test_a_site_that_takes_its_time_is_given_a_second(site: Site, hostile) -> None:
    site.pages["/"] = hostile
    started = time.monotonic()
    with (
        Fetcher(site.policy, SMALL) as fetcher,
        pytest.raises(FetchFailed, match="took longer than 1 second"),
    ):
        fetcher.get(site.url)
    assert time.monotonic() - started < 30  # it would go on for ever


@pytest.mark.parametrize("hostile", [broken_off, no_http, many_headers])
def test_an_answer_that_breaks_off_or_is_none_is_refused_in_words(site: Site, hostile) -> None:
    site.pages["/"] = hostile
    with Fetcher(site.policy, SMALL) as fetcher, pytest.raises(FetchFailed, match="broke off"):
        fetcher.get(site.url)


def test_redirects_in_a_circle_and_without_end_are_not_followed(site: Site) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": "/b"})
    site.pages["/b"] = Reply(status=302, headers={"Location": "/a"})
    for number in range(50):
        site.pages[f"/n{number}"] = Reply(status=301, headers={"Location": f"/n{number + 1}"})
    with Fetcher(site.policy, SMALL) as fetcher:
        with pytest.raises(FetchFailed, match="in a circle"):
            fetcher.get(site.url + "a")
        site.asked.clear()
        with pytest.raises(FetchFailed, match="more than 5 times"):
            fetcher.get(site.url + "n0")
    assert len(site.asked) == 6


def test_a_connection_is_used_again_and_survives_that_the_site_hung_up(site: Site) -> None:
    ports: list[int] = []

    def once(request: BaseHTTPRequestHandler) -> None:
        ports.append(request.client_address[1])
        request.close_connection = len(ports) == 2
        headers(request, Content_Length="2")
        request.wfile.write(b"ok")

    def keep(request: BaseHTTPRequestHandler) -> None:
        once(request)
        request.close_connection = len(ports) == 2

    site.pages["/"] = keep
    with Fetcher(site.policy, SMALL) as fetcher:
        for _ in range(3):
            assert fetcher.get(site.url).body == b"ok"
            time.sleep(0.05)
    assert ports[0] == ports[1] != ports[2]
