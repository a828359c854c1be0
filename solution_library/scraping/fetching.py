"""One page at a time through the guard: checked, connected to the checked address, capped in every way."""

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from types import TracebackType

from django.utils.translation import gettext as _
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from core.net.connections import Connection, connect, stopped_after, trusted_context
from core.net.errors import FetchFailed, ResponseTooLarge
from core.net.policy import AddressPolicy, FetchLimits
from core.net.targets import Resolver, Target, parse_target, resolve, system_resolver
from solution_library.scraping.unpacking import read_capped
from solution_library.scraping.urls import joined_url

_BLOCK = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
# What becomes of an answer that breaks off or is none; a number without end in a header is a ValueError.
_BROKEN = (HTTPException, HTTPError, OSError, ValueError)


@dataclass(frozen=True)
class Response:
    """What a site answered; `headers` by lower-case name, `body` unpacked and empty unless it is a 200."""

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def redirect_url(self) -> str:
        """Where a redirect leads; empty also when that is no address."""
        location = self.headers.get("location", "")
        return joined_url(self.url, location) if self.status in _REDIRECTS and location else ""

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Fetcher:
    """Gets pages, one after another, over connections that it keeps until it is closed.

    Each connection is made to an address that was resolved once and checked; variables that name
    proxies are not looked at. `requests` and `received` (bytes unpacked) count what was done.
    """

    def __init__(
        self,
        addresses: AddressPolicy,
        limits: FetchLimits | None = None,
        *,
        user_agent: str = "Spelunker",
        resolver: Resolver = system_resolver,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._policy = addresses
        self._limits = limits or FetchLimits()
        self._user_agent = user_agent
        self._resolver = resolver
        self._context = context
        self._open: dict[tuple[str, str, int], Connection] = {}
        self.requests = 0
        self.received = 0

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1].close()

    def get(self, url: str, *, max_bytes: int | None = None) -> Response:
        """Follows redirects, each checked like the first address; the answer's `url` is the last one.

        Raises NetworkError.
        """
        seen = {url}
        for _turn in range(self._limits.max_redirects + 1):
            response = self.get_once(url, max_bytes=max_bytes)
            url = response.redirect_url
            if not url:
                return response
            if url in seen:
                raise FetchFailed(_("The page redirects in a circle."))
            seen.add(url)
        raise FetchFailed(
            _("The page redirects more than %(number)s times.") % {"number": self._limits.max_redirects}
        )

    def get_once(
        self, url: str, *, etag: str = "", last_modified: str = "", max_bytes: int | None = None
    ) -> Response:
        """One request without following a redirect; conditional (and so maybe a 304) with validators.

        Raises AddressRefused before anything is connected, FetchFailed, ResponseTooLarge.
        """
        target = parse_target(url, self._policy)
        headers = {
            "Host": target.host_header,
            "User-Agent": self._user_agent,
            "Accept": "text/html,application/xhtml+xml,text/plain;q=0.8,*/*;q=0.5",
            "Accept-Encoding": "gzip, deflate",
        }
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        return self._answer(target, url, headers, max_bytes or self._limits.max_bytes)

    def _answer(self, target: Target, url: str, headers: dict[str, str], max_bytes: int) -> Response:
        key = (target.scheme, target.host, target.port)
        kept = self._open.pop(key, None)
        if kept is not None:
            try:
                return self._exchange(kept, target, url, headers, max_bytes)
            except _BROKEN:
                kept.close()  # the site had hung up on the kept connection: once more on a fresh one
        addresses = resolve(target, self._policy, self._resolver)
        fresh = connect(target, addresses, self._limits, self._context or trusted_context())
        try:
            return self._exchange(fresh, target, url, headers, max_bytes)
        except _BROKEN as error:
            fresh.close()
            raise FetchFailed(
                _("%(host)s broke off its answer. Try again later.") % {"host": target.host}
            ) from error

    def _exchange(
        self, connection: Connection, target: Target, url: str, headers: dict[str, str], max_bytes: int
    ) -> Response:
        self.requests += 1
        with stopped_after(self._limits.total_seconds, connection) as watch:
            try:
                connection.request(
                    "GET", target.path, headers=headers, preload_content=False, decode_content=False
                )
                answer = connection.getresponse()
                response = self._read(answer, url, max_bytes)
            except (FetchFailed, ResponseTooLarge):
                connection.close()
                if watch.expired:
                    raise self._too_slow(target) from None
                raise
            except (HTTPError, HTTPException, OSError) as error:
                if watch.expired or isinstance(error, TimeoutError):
                    connection.close()
                    raise self._too_slow(target) from error
                raise
        if watch.expired:
            connection.close()
            raise self._too_slow(target)
        self.received += len(response.body)
        self._keep(connection, target, response)
        return response

    def _read(self, answer: BaseHTTPResponse, url: str, max_bytes: int) -> Response:
        # What a header says may be repeated in a report, and the database takes no NUL.
        headers = {name.lower(): value.replace("\0", "") for name, value in answer.headers.items()}
        if answer.status != 200:
            return Response(url, answer.status, headers)
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > max_bytes:
            raise ResponseTooLarge(
                _("The page is larger than %(limit)s MB, so it was not read.")
                % {"limit": f"{max_bytes / 1048576:g}"}
            )
        encoding = headers.get("content-encoding", "")
        return Response(url, 200, headers, read_capped(_blocks(answer), encoding=encoding, limit=max_bytes))

    def _keep(self, connection: Connection, target: Target, response: Response) -> None:
        """Keep the connection for the next page, if nothing of this answer is left in it."""
        empty = response.status in (200, 304) or response.headers.get("content-length") == "0"
        closing = response.headers.get("connection", "").lower() == "close"
        if empty and not closing and connection.sock is not None:
            self._open[(target.scheme, target.host, target.port)] = connection
        else:
            connection.close()

    def _too_slow(self, target: Target) -> FetchFailed:
        return FetchFailed(
            _("%(host)s took longer than %(seconds)s seconds to answer.")
            % {"host": target.host, "seconds": f"{self._limits.total_seconds:g}"}
        )


def _blocks(answer: BaseHTTPResponse) -> Iterator[bytes]:
    """The body as it comes in; each turn waits for some bytes, not for a full block."""
    while block := answer.read1(_BLOCK, decode_content=False):
        yield block
