"""What the scraper may do, as the settings say: where it may connect, and how much it may take."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings

WEB_PORTS = frozenset({80, 443})


@dataclass(frozen=True)
class AddressPolicy:
    """Ports for every host, and the private hosts that an administrator let in by name.

    An entry of `private_hosts` is `host` (on the usual ports) or `host:port`, which lets that port in too.
    """

    ports: frozenset[int] = WEB_PORTS
    private_hosts: frozenset[str] = frozenset()

    def admits_port(self, host: str, port: int) -> bool:
        return port in self.ports or f"{host}:{port}" in self.private_hosts

    def admits_private(self, host: str, port: int) -> bool:
        return f"{host}:{port}" in self.private_hosts or (port in self.ports and host in self.private_hosts)


@dataclass(frozen=True)
class FetchLimits:
    """What one request may cost. Bytes count twice: as they come over the wire, and unpacked."""

    max_bytes: int = 5 * 1024 * 1024
    total_seconds: float = 30.0
    step_seconds: float = 10.0
    max_redirects: int = 5


@dataclass(frozen=True)
class ScrapingPolicy:
    addresses: AddressPolicy = field(default_factory=AddressPolicy)
    limits: FetchLimits = field(default_factory=FetchLimits)
    user_agent: str = "Spelunker"
    delay_seconds: float = 0.5
    max_seconds: float = 6000.0


def configured_policy() -> ScrapingPolicy:
    """The policy of this installation."""
    return ScrapingPolicy(
        addresses=AddressPolicy(
            frozenset(settings.SCRAPER_ALLOWED_PORTS), _hosts(settings.SCRAPER_ALLOWED_HOSTS)
        ),
        limits=FetchLimits(
            max_bytes=settings.SCRAPER_MAX_PAGE_BYTES, total_seconds=settings.SCRAPER_PAGE_SECONDS
        ),
        user_agent=settings.SCRAPER_USER_AGENT,
        delay_seconds=settings.SCRAPER_DELAY_SECONDS,
        max_seconds=settings.SCRAPER_MAX_SECONDS,
    )


def _hosts(entries: Iterable[str]) -> frozenset[str]:
    return frozenset(entry.strip().lower() for entry in entries if entry.strip())
