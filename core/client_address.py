"""Where a request comes from, as far as that can be believed."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The client's IP address, or None where there is none (a Unix socket).

    X-Forwarded-For is anybody's to write, so only the entries that our own proxies added count:
    the last settings.TRUSTED_PROXY_COUNT ones. With 0, the default, the header is ignored.
    """
    address = request.META.get("REMOTE_ADDR", "")
    count: int = settings.TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if 0 < count <= len(forwarded):
        address = forwarded[-count]
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None
