"""A connection to one checked address, under the name of the site: no proxy, no second look-up."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Protocol

import urllib3
from django.utils.translation import gettext as _
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, SSLError

from core.net.addresses import IPAddress
from core.net.errors import FetchFailed
from core.net.policy import FetchLimits
from core.net.targets import Target

Connection = HTTPConnection | HTTPSConnection

_MAX_ADDRESSES = 4


@cache
def trusted_context() -> ssl.SSLContext:
    """The certificates that this machine trusts (SSL_CERT_FILE adds those of an organization)."""
    return ssl.create_default_context()


def connect(
    target: Target, addresses: Sequence[IPAddress], limits: FetchLimits, context: ssl.SSLContext
) -> Connection:
    """An open connection to the first of the addresses that answers. Raises FetchFailed.

    The connection is made to the very address given; the certificate and the server's choice of
    site go by the name.
    """
    failure: Exception | None = None
    for address in addresses[:_MAX_ADDRESSES]:
        connection = _unconnected(target, address, limits, context)
        try:
            with stopped_after(limits.total_seconds, connection):
                connection.connect()
        except (HTTPError, OSError) as error:
            connection.close()
            failure = error
            continue
        return connection
    if isinstance(failure, SSLError | ssl.SSLError):
        raise FetchFailed(
            _("The certificate of %(host)s is not trusted here, or the encryption failed.")
            % {"host": target.host}
        ) from failure
    raise FetchFailed(_("%(host)s does not answer. Try again later.") % {"host": target.host}) from failure


def _unconnected(
    target: Target, address: IPAddress, limits: FetchLimits, context: ssl.SSLContext
) -> Connection:
    timeout = urllib3.Timeout(connect=limits.step_seconds, read=limits.step_seconds)
    if target.scheme == "http":
        return HTTPConnection(str(address), target.port, timeout=timeout.connect_timeout)
    return HTTPSConnection(
        str(address),
        target.port,
        timeout=timeout.connect_timeout,
        ssl_context=context,
        # The context checks the certificate against this name; the address plays no part in it.
        server_hostname=target.host,
    )


class Line(Protocol):
    """What can be shut down: a connection, or whatever knows the socket in use."""

    @property
    def sock(self) -> socket.socket | None: ...


class Stopwatch:
    """Whether the time was up."""

    expired = False


@contextlib.contextmanager
def stopped_after(seconds: float, connection: Line) -> Iterator[Stopwatch]:
    """Shut the connection down when the time is up, however slowly the other side drips.

    A timeout of the socket counts from byte to byte; this one counts all of it. What is being read then
    ends as if the other side had hung up, so the caller looks at `expired`.
    """
    watch = Stopwatch()
    # Kept from the start: a connection forgets its socket once an answer without a length has begun.
    at_start = connection.sock

    def stop() -> None:
        watch.expired = True
        sock = at_start or connection.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                # The plain socket's own: that of a TLS socket would pull its state from under the reader.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
