"""What `manage.py check --deploy` warns of beyond what Django knows."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def check_proxies(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """TLS ends in a proxy. Where it is not counted, all people have its address, and share one limit of sign-ins."""
    if not settings.HTTPS or settings.TRUSTED_PROXY_COUNT:
        return []
    return [
        checks.Warning(
            "TRUSTED_PROXY_COUNT is 0, so everybody has the address of the proxy: ten wrong passwords in a minute, "
            "whoever types them, keep all people from signing in.",
            hint="Set TRUSTED_PROXY_COUNT to the number of proxies in front, each of which adds the address that it "
            "was asked from to X-Forwarded-For.",
            id="spelunker.W001",
        )
    ]
