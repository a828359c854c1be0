"""A mail server on loopback that keeps what it is sent (RFC 5321, as far as a client of ours goes)."""

import email
import socketserver
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default

import pytest
from pytest_django import Settings


class MailSink:
    """`letters` with the envelope's recipients; `refused` are addresses that it does not know."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], EmailMessage]] = []
        self.refused: set[str] = set()
        sink = self

        class _Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                sink._talk(self)

        class _Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _talk(self, client: socketserver.StreamRequestHandler) -> None:
        recipients: list[str] = []
        client.wfile.write(b"220 sink\r\n")
        for line in iter(client.rfile.readline, b""):
            words = line.decode("ascii").strip()
            verb = words[:4].upper()
            if verb == "RCPT":
                address = words.split("<")[1].split(">")[0]
                known = address not in self.refused
                recipients += [address] * known
                client.wfile.write(b"250 ok\r\n" if known else b"550 nobody of that name\r\n")
            elif verb == "DATA":
                client.wfile.write(b"354 go on\r\n")
                self.letters.append((recipients, self._read(client)))
                client.wfile.write(b"250 kept\r\n")
            else:
                client.wfile.write(b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")
            if verb == "QUIT":
                return

    @staticmethod
    def _read(client: socketserver.StreamRequestHandler) -> EmailMessage:
        lines = iter(client.rfile.readline, b".\r\n")
        whole = b"".join(line[1:] if line.startswith(b"..") else line for line in lines)
        return email.message_from_bytes(whole, policy=default)  # type: ignore[return-value]


@pytest.fixture
def mail_sink(settings: Settings) -> Iterator[MailSink]:
    """The mail server that the settings name."""
    sink = MailSink()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield sink
    sink.close()
