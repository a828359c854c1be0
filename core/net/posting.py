"""One POST through the guard: checked, connected to the checked address, no redirect followed, never waiting long."""

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http.client import HTTPException
from typing import TypeVar

from django.utils.translation import gettext as _
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.response import BaseHTTPResponse

from core.net.connections import Connection, connect, stopped_after, trusted_context
from core.net.errors import FetchFailed, ResponseTooLarge
from core.net.policy import AddressPolicy, FetchLimits
from core.net.targets import Resolver, Target, parse_target, resolve, system_resolver

Taken = TypeVar("Taken")

# Of the time that an answer may take, each address of its server gets this share for being reached.
_CONNECTING = 0.25


@dataclass(frozen=True)
class Reply:
    """What a server answered: `content` as it came over the wire, empty unless `status` is 200."""

    status: int
    content: bytes


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    policy: AddressPolicy,
    limits: FetchLimits,
    resolver: Resolver = system_resolver,
    context: ssl.SSLContext | None = None,
) -> int:
    """The status that the server answers with. A redirect is an answer like any other: nobody goes there.

    The body of the answer is not read, so there is nothing in it to choke on and nothing to pass on.
    Raises AddressRefused before anything is connected, and FetchFailed.
    """
    target = parse_target(url, policy)
    addresses = resolve(target, policy, resolver)
    connection = connect(target, addresses, limits, context or trusted_context())
    sent = {**headers, "Host": target.host_header}
    try:
        return _exchange(connection, target, body, sent, limits, lambda answer: answer.status)
    finally:
        connection.close()


def ask(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    policy: AddressPolicy,
    limits: FetchLimits,
    resolver: Resolver = system_resolver,
    context: ssl.SSLContext | None = None,
) -> Reply:
    """As `post`, with what a server says that answers 200; all of it within `limits.total_seconds`.

    Only a name service that is slow itself can take longer. Raises ResponseTooLarge beside what `post` raises.
    """
    started = time.monotonic()
    target = parse_target(url, policy)
    addresses = resolve(target, policy, resolver)
    reaching = limits.total_seconds * _CONNECTING
    quick = replace(limits, total_seconds=reaching, step_seconds=min(reaching, limits.step_seconds))
    connection = connect(target, addresses, quick, context or trusted_context())
    sent = {**headers, "Host": target.host_header, "Accept-Encoding": "identity"}
    try:
        left = limits.total_seconds - (time.monotonic() - started)
        if left <= 0:
            raise _too_slow(target)
        connection.timeout = left
        return _exchange(
            connection,
            target,
            body,
            sent,
            replace(limits, total_seconds=left),
            lambda answer: _read(answer, target, limits.max_bytes),
        )
    finally:
        connection.close()


def _read(answer: BaseHTTPResponse, target: Target, max_bytes: int) -> Reply:
    if answer.status != 200:
        return Reply(answer.status, b"")
    content = answer.read(max_bytes + 1, decode_content=False)
    if len(content) > max_bytes:
        raise ResponseTooLarge(_("%(host)s answered with far too much.") % {"host": target.host})
    return Reply(200, content)


def _exchange(
    connection: Connection,
    target: Target,
    body: bytes,
    headers: dict[str, str],
    limits: FetchLimits,
    take: Callable[[BaseHTTPResponse], Taken],
) -> Taken:
    with stopped_after(limits.total_seconds, connection) as watch:
        try:
            connection.request(
                "POST", target.path, body=body, headers=headers, preload_content=False, decode_content=False
            )
            taken = take(connection.getresponse())
        except (HTTPError, HTTPException, OSError) as error:
            if watch.expired or isinstance(error, TimeoutError | ReadTimeoutError):
                raise _too_slow(target) from error
            raise FetchFailed(_("%(host)s broke off its answer.") % {"host": target.host}) from error
    if watch.expired:  # what was cut off looks as if it had ended
        raise _too_slow(target)
    return taken


def _too_slow(target: Target) -> FetchFailed:
    return FetchFailed(_("%(host)s took too long to answer.") % {"host": target.host})
