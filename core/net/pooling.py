"""Connections that are kept for the next request, where each request has an end in time.

For servers that an administrator named and that are asked often; what people or other sites name goes through
`posting` or the scraper, which look at the address.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from core.net.connections import Stopwatch, stopped_after


class _RequestLine:
    """The socket that one request goes over, as soon as there is one."""

    def __init__(self) -> None:
        self.connection: HTTPConnection | None = None
        # A connection forgets its socket once an answer without a length has begun.
        self.kept: socket.socket | None = None

    @property
    def sock(self) -> socket.socket | None:
        return self.kept or (self.connection.sock if self.connection else None)


# A pool hands out its connections unseen: each says to the request of its thread that it is the one.
_present = threading.local()


class _Announced(HTTPConnection):
    def connect(self) -> None:
        _announce(self)
        super().connect()

    def request(self, *args: Any, **kwargs: Any) -> None:
        _announce(self)
        super().request(*args, **kwargs)
        if line := _line():
            line.kept = self.sock


class _AnnouncedTLS(_Announced, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Announced


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _AnnouncedTLS


class TimedPools(PoolManager):
    """A pool manager for use under `ended_after`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}


@contextlib.contextmanager
def ended_after(seconds: float) -> Iterator[Stopwatch]:
    """One request by TimedPools, from connecting to its last byte, is cut off when the time is up.

    What is being read then may look as if it had ended, so the caller looks at `expired`.
    """
    line = _RequestLine()
    _present.line = line
    try:
        with stopped_after(seconds, line) as watch:
            yield watch
    finally:
        _present.line = None


def _line() -> _RequestLine | None:
    return getattr(_present, "line", None)


def _announce(connection: HTTPConnection) -> None:
    if line := _line():
        line.connection = connection
