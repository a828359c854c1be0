"""No address leads the scraper into a private network: not by its form, its name, a redirect or a proxy."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from urllib3.util import connection as urllib3_connection

from solution_library.scraping import targets
from solution_library.scraping.addresses import is_public
from solution_library.scraping.errors import AddressRefused, FetchFailed
from solution_library.scraping.fetching import Fetcher
from solution_library.scraping.policy import AddressPolicy
from solution_library.scraping.targets import parse_target
from solution_library.tests.sites import Reply, Site, refuse_to_connect

ODD_FORMS = [
    "http://127.1/",
    "http://127.0.1/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://2130706433/",
    "http://0/",
    "http://①②⑦.⓪.⓪.①/",
    "http://①②⑦。⓪。⓪。①/",
    "http://１２７.1/",
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://%31%32%37.0.0.1/",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST/",
    "http://0.0.0.0/",
    "http://10.0.0.8/",
    "http://100.64.0.1/",
    "http://172.16.9.9/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://192.0.0.192/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::169.254.169.254]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[2001:db8::1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "https://127.1/",
]
NO_WEB_ADDRESS = [
    "file:///etc/passwd",
    "gopher://example.com/",
    "ftp://example.com/",
    "javascript:alert(1)",
    "//example.com/",
    "http://user@example.com/",
    "http://user:secret@example.com/",
    "http://example.com@127.0.0.1/",
    "http://example.com\\@127.0.0.1/",
    "http://example.com:22/",
    "http://example.com:6379/",
    "http://example.com:0/",
    "http://example.com:99999/",
    "http://exa mple.com/",
    "http://example.com/\r\nX-Injected: 1",
    "http://exam\tple.com/",
    "http:///path",
    "http://[::1/",
    "http://-.example.com/",
    "http://" + "a" * 300 + ".com/",
    "http://example.com/" + "a" * 3000,
]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urllib3_connection, "create_connection", refuse_to_connect)
    monkeypatch.setattr(socket.socket, "connect", refuse_to_connect)


@pytest.mark.parametrize("url", ODD_FORMS)
def test_no_way_of_writing_a_private_address_is_connected_to(no_network: None, url: str) -> None:
    with pytest.raises(AddressRefused):
        Fetcher(AddressPolicy()).get(url)


@pytest.mark.parametrize("url", NO_WEB_ADDRESS, ids=lambda url: url[:40])
def test_what_is_no_plain_web_address_is_refused_unasked(
    no_network: None, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", refuse_to_connect)
    with pytest.raises(AddressRefused):
        Fetcher(AddressPolicy()).get(url)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "fe80::1%eth0", "ff02::1"],
)
def test_a_name_that_stands_for_a_private_address_is_refused(no_network: None, address: str) -> None:
    fetcher = Fetcher(AddressPolicy(), resolver=lambda host, port: [address])
    with pytest.raises(AddressRefused, match=r"docs\.example\.com is not on the public internet"):
        fetcher.get("https://docs.example.com/")


def test_one_private_address_among_public_ones_is_enough_to_refuse(no_network: None) -> None:
    fetcher = Fetcher(AddressPolicy(), resolver=lambda host, port: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(AddressRefused):
        fetcher.get("http://docs.example.com/")


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::6810:84e5", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


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


def test_even_a_host_that_is_let_in_does_not_lead_to_a_metadata_service(no_network: None) -> None:
    policy = AddressPolicy(private_hosts=frozenset({"docs.internal"}))
    with pytest.raises(AddressRefused):
        Fetcher(policy, resolver=lambda host, port: ["169.254.169.254"]).get("http://docs.internal/")


def test_the_site_is_asked_under_its_name(site: Site) -> None:
    site.page("/a", "A")
    with Fetcher(site.policy, resolver=lambda host, port: ["127.0.0.1"]) as fetcher:
        fetcher.get(f"http://docs.example.test:{site.port}/a")
    assert site.asked[0].host == f"docs.example.test:{site.port}"


def test_an_unknown_name_is_said_in_words() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(FetchFailed, match=r"no site called docs\.example\.com"):
        Fetcher(AddressPolicy(), resolver=unknown).get("http://docs.example.com/")


def test_international_names_are_asked_for_in_ascii() -> None:
    target = parse_target("https://bücher.example/größe?q=ü", AddressPolicy())
    assert (target.host, target.path) == ("xn--bcher-kva.example", "/gr%C3%B6%C3%9Fe?q=%C3%BC")


class TlsSite:
    """A site with a certificate for `docs.example.test` alone; `asked_for` are the names clients sent."""

    def __init__(self, folder: Path) -> None:
        self.asked_for: list[str | None] = []
        certificate, key = self._certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.sni_callback = lambda _socket, name, _context: self.asked_for.append(name)
        self.trust = ssl.create_default_context(cafile=str(certificate))

        class _Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"hello")

            def log_message(self, *_: object) -> None:
                """Quiet."""

        class _Server(HTTPServer):
            def handle_error(self, *_: object) -> None:
                """A client that does not trust us hangs up."""

        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def _certificate(self, folder: Path) -> tuple[Path, Path]:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "docs.example.test")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("docs.example.test")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        encoding = serialization.Encoding.PEM
        paths = folder / "certificate.pem", folder / "key.pem"
        paths[0].write_bytes(certificate.public_bytes(encoding))
        paths[1].write_bytes(
            key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        return paths


@pytest.fixture
def tls_site(tmp_path: Path) -> Iterator[TlsSite]:
    site = TlsSite(tmp_path)
    yield site
    site.server.shutdown()
    site.thread.join()
    site.server.server_close()


def test_the_certificate_and_the_name_sent_are_those_of_the_site_not_of_the_address(
    tls_site: TlsSite,
) -> None:
    policy = AddressPolicy(private_hosts=frozenset({f"docs.example.test:{tls_site.port}"}))
    with Fetcher(policy, resolver=lambda host, port: ["127.0.0.1"], context=tls_site.trust) as fetcher:
        assert fetcher.get(f"https://docs.example.test:{tls_site.port}/").body == b"hello"
    assert tls_site.asked_for == ["docs.example.test"]


def test_a_certificate_for_another_name_or_of_nobody_we_trust_is_refused(tls_site: TlsSite) -> None:
    policy = AddressPolicy(
        private_hosts=frozenset({f"other.example.test:{tls_site.port}", f"docs.example.test:{tls_site.port}"})
    )
    with (
        Fetcher(policy, resolver=lambda host, port: ["127.0.0.1"], context=tls_site.trust) as fetcher,
        pytest.raises(FetchFailed, match="certificate"),
    ):
        fetcher.get(f"https://other.example.test:{tls_site.port}/")
    with (
        Fetcher(policy, resolver=lambda host, port: ["127.0.0.1"]) as fetcher,
        pytest.raises(FetchFailed, match="certificate"),
    ):
        fetcher.get(f"https://docs.example.test:{tls_site.port}/")


def test_the_default_resolver_is_the_systems() -> None:
    assert "127.0.0.1" in targets.system_resolver("127.0.0.1", 80)
