"""A site on loopback with a certificate of its own."""

import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class TlsSite:
    """A site with a certificate for `docs.example.test` alone; `asked_for` are the names clients sent."""

    def __init__(self, folder: Path) -> None:
        self.asked_for: list[str | None] = []
        self.answer_posts: Callable[[BaseHTTPRequestHandler], None] = lambda request: None
        site = self
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

            def do_POST(self) -> None:
                site.answer_posts(self)

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
