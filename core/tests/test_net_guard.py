"""No request of ours is led into a private network: not by the form of an address, nor by its name."""

import ipaddress
import socket

import pytest

from core.net import targets
from core.net.addresses import IPAddress, is_public
from core.net.connections import connect, trusted_context
from core.net.errors import AddressRefused, FetchFailed
from core.net.policy import AddressPolicy, FetchLimits, listed_hosts
from core.net.targets import Resolver, parse_target, resolve, system_resolver
from core.tests.hostile_addresses import NO_WEB_ADDRESS, ODD_FORMS, no_network, refuse_to_connect
from core.tests.tls_site import TlsSite, tls_site

__all__ = ["no_network", "tls_site"]

OPEN = AddressPolicy()


def find(url: str, policy: AddressPolicy = OPEN, resolver: Resolver = system_resolver) -> list[IPAddress]:
    return resolve(parse_target(url, policy), policy, resolver)


@pytest.mark.parametrize("url", ODD_FORMS)
def test_no_way_of_writing_a_private_address_passes(no_network: None, url: str) -> None:
    with pytest.raises(AddressRefused):
        find(url)


@pytest.mark.parametrize("url", NO_WEB_ADDRESS, ids=lambda url: url[:40])
def test_what_is_no_plain_web_address_is_refused_unasked(
    no_network: None, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", refuse_to_connect)
    with pytest.raises(AddressRefused):
        find(url)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "fe80::1%eth0", "ff02::1"],
)
def test_a_name_that_stands_for_a_private_address_is_refused(no_network: None, address: str) -> None:
    with pytest.raises(AddressRefused, match=r"docs\.example\.com is not on the public internet"):
        find("https://docs.example.com/", resolver=lambda host, port: [address])


def test_one_private_address_among_public_ones_is_enough_to_refuse(no_network: None) -> None:
    with pytest.raises(AddressRefused):
        find("http://docs.example.com/", resolver=lambda host, port: ["93.184.216.34", "10.0.0.1"])


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::6810:84e5", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_a_private_host_is_let_in_by_name_and_port_only() -> None:
    url, here = "http://127.0.0.1:8123/", ipaddress.ip_address("127.0.0.1")
    assert find(url, AddressPolicy(private_hosts=listed_hosts([" 127.0.0.1:8123 ", ""]))) == [here]
    for hosts in (["127.0.0.1"], ["127.0.0.1:1"], []):
        with pytest.raises(AddressRefused):
            find(url, AddressPolicy(private_hosts=listed_hosts(hosts)))


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://example.com:22/"])
def test_a_refusal_names_the_setting_that_would_allow_it(url: str) -> None:
    with pytest.raises(AddressRefused, match=r"An administrator can allow .* with SOME_ALLOWED_HOSTS"):
        find(url, AddressPolicy(setting="SOME_ALLOWED_HOSTS"))
    with pytest.raises(AddressRefused) as refused:
        find(url)
    assert "administrator" not in str(refused.value)


def test_even_a_host_that_is_let_in_does_not_lead_to_a_metadata_service(no_network: None) -> None:
    policy = AddressPolicy(private_hosts=frozenset({"docs.internal"}))
    with pytest.raises(AddressRefused):
        find("http://docs.internal/", policy, lambda host, port: ["169.254.169.254"])


METADATA = [
    "http://169.254.169.254/latest/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://[fd00:ec2::254]/",
    "http://[fd00:ec2::254%25eth0]/",
    "http://[fe80::1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://metadata.google.internal/",
    "http://METADATA.google.internal./",
    "http://metadata/",
    "http://0.0.0.0:11434/",
]


@pytest.mark.parametrize("url", METADATA)
def test_who_lets_in_every_private_host_lets_in_no_metadata_service(no_network: None, url: str) -> None:
    with pytest.raises(AddressRefused, match="Nothing is asked of those"):
        find(url, AddressPolicy(any_private=True), lambda host, port: ["10.0.0.1"])


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:11434/v1", "http://[::1]:8080/", "http://10.0.0.7:1/", "https://gpu.internal:8443/"],
)
def test_private_hosts_on_any_port_are_let_in_where_the_address_itself_was_chosen(url: str) -> None:
    assert find(url, AddressPolicy(any_private=True), lambda host, port: ["192.168.3.4"])


def test_an_unknown_name_is_said_in_words() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(FetchFailed, match=r"no site called docs\.example\.com"):
        find("http://docs.example.com/", resolver=unknown)


def test_international_names_are_asked_for_in_ascii() -> None:
    target = parse_target("https://bücher.example/größe?q=ü", OPEN)
    assert (target.host, target.path) == ("xn--bcher-kva.example", "/gr%C3%B6%C3%9Fe?q=%C3%BC")


def open_tls(site: TlsSite, name: str, *, trusting: bool) -> bytes:
    policy = AddressPolicy(private_hosts=frozenset({f"{name}:{site.port}"}))
    target = parse_target(f"https://{name}:{site.port}/", policy)
    addresses = resolve(target, policy, lambda host, port: ["127.0.0.1"])
    connection = connect(target, addresses, FetchLimits(), site.trust if trusting else trusted_context())
    connection.request("GET", target.path, headers={"Host": target.host_header})
    try:
        return connection.getresponse().data
    finally:
        connection.close()


def test_the_certificate_and_the_name_sent_are_those_of_the_site_not_of_the_address(
    tls_site: TlsSite,
) -> None:
    assert open_tls(tls_site, "docs.example.test", trusting=True) == b"hello"
    assert tls_site.asked_for == ["docs.example.test"]


def test_a_certificate_for_another_name_or_of_nobody_we_trust_is_refused(tls_site: TlsSite) -> None:
    with pytest.raises(FetchFailed, match="certificate"):
        open_tls(tls_site, "other.example.test", trusting=True)
    with pytest.raises(FetchFailed, match="certificate"):
        open_tls(tls_site, "docs.example.test", trusting=False)


def test_the_default_resolver_is_the_systems() -> None:
    assert "127.0.0.1" in targets.system_resolver("127.0.0.1", 80)
