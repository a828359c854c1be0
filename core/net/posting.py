"""One POST through the guard: checked, connected to the checked address, no redirect followed, never waiting long."""

import ssl
from collections.abc import Mapping
from http.client import HTTPException

from django.utils.translation import gettext as _
from urllib3.exceptions import HTTPError

from core.net.connections import Connection, connect, stopped_after, trusted_context
from core.net.errors import FetchFailed
from core.net.policy import AddressPolicy, FetchLimits
from core.net.targets import Resolver, Target, parse_target, resolve, system_resolver


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
    try:
        return _exchange(connection, target, body, {**headers, "Host": target.host_header}, limits)
    finally:
        connection.close()


def _exchange(
    connection: Connection, target: Target, body: bytes, headers: dict[str, str], limits: FetchLimits
) -> int:
    too_slow = FetchFailed(_("%(host)s took too long to answer.") % {"host": target.host})
    with stopped_after(limits.total_seconds, connection) as watch:
        try:
            connection.request(
                "POST", target.path, body=body, headers=headers, preload_content=False, decode_content=False
            )
            status = connection.getresponse().status
        except (HTTPError, HTTPException, OSError) as error:
            if watch.expired or isinstance(error, TimeoutError):
                raise too_slow from error
            raise FetchFailed(_("%(host)s broke off its answer.") % {"host": target.host}) from error
    if watch.expired:  # headers that were cut off look as if they had ended
        raise too_slow
    return status
