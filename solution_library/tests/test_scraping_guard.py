"""No address leads the scraper into a private network: not by its form, its name, a redirect or a proxy."""

import socket

import pytest
from urllib3.util import connection as urllib3_connection

from core.net.errors import AddressRefused, FetchFailed
from core.net.policy import AddressPolicy
from core.tests.hostile_addresses import NO_WEB_ADDRESS, ODD_FORMS, no_network
from solution_library.scraping.fetching import Fetcher
from solution_library.tests.sites import Reply, Site

__all__ = ["no_network"]


@pytest.mark.parametrize("url", [*ODD_FORMS, *NO_WEB_ADDRESS], ids=lambda url: url[:40])
def test_no_way_of_writing_a_private_address_is_connected_to(no_network: None, url: str) -> None:
    with pytest.raises(AddressRefused):
        Fetcher(AddressPolicy()).get(url)


def test_the_connection_goes_to_the_address_that_was_checked_whatever_the_name_says_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    asked: list[str] = []
    connected: list[tuple[str, int]] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(urllib3_connection, "create_connection", connect)
    with pytest.raises(FetchFailed, match="does not answer"):
        Fetcher(AddressPolicy(), resolver=rebinding).get("http://rebind.example.com/")
    assert asked == ["rebind.example.com"]
    assert connected == [("93.184.216.34", 80)]


def test_a_name_that_changes_to_a_private_address_between_two_pages_is_refused(site: Site) -> None:
    site.page("/", "Start")
    site.pages["/"].headers["Connection"] = "close"  # type: ignore[union-attr]
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    with Fetcher(site.policy, resolver=lambda host, port: next(answers)) as fetcher:
        url = f"http://docs.example.test:{site.port}/"
        assert fetcher.get(url).status == 200
        with pytest.raises(AddressRefused):
            fetcher.get(url)


@pytest.mark.parametrize(
    "location",
    [
        "http://localhost/",
        "http://127.0.0.1:{other}/secret",
        "//127.0.0.1:{other}/secret",
        "http://[::1]:{other}/secret",
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "http://user@127.0.0.1/",
    ],
)
def test_a_redirect_is_checked_like_the_first_address(site: Site, location: str) -> None:
    inner = Site()
    inner.page("/secret", "Secret")
    site.pages["/"] = Reply(status=302, headers={"Location": location.format(other=inner.port)})
    try:
        with Fetcher(site.policy) as fetcher, pytest.raises(AddressRefused):
            fetcher.get(site.url)
        assert inner.asked == []
    finally:
        inner.close()


def test_proxy_variables_are_not_looked_at(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = Site()
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    monkeypatch.delenv("no_proxy", raising=False)
    site.page("/", "Start")
    try:
        with Fetcher(site.policy) as fetcher:
            assert fetcher.get(site.url).status == 200
        assert proxy.asked == []
    finally:
        proxy.close()


def test_a_private_host_is_let_in_by_name_and_port_only(site: Site) -> None:
    site.page("/", "Start")
    with Fetcher(AddressPolicy(private_hosts=frozenset({site.host}))) as fetcher:
        assert fetcher.get(site.url).status == 200
    for hosts in ({"127.0.0.1"}, {"127.0.0.1:1"}, set()):
        with pytest.raises(AddressRefused):
            Fetcher(AddressPolicy(private_hosts=frozenset(hosts))).get(site.url)


def test_the_site_is_asked_under_its_name(site: Site) -> None:
    site.page("/a", "A")
    with Fetcher(site.policy, resolver=lambda host, port: ["127.0.0.1"]) as fetcher:
        fetcher.get(f"http://docs.example.test:{site.port}/a")
    assert site.asked[0].host == f"docs.example.test:{site.port}"
