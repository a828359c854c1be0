"""What the scraper may do, as the settings say: where it may connect, and how much it may take."""

from dataclasses import dataclass, field

from django.conf import settings

from core.net.policy import AddressPolicy, FetchLimits, listed_hosts


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
            frozenset(settings.SCRAPER_ALLOWED_PORTS),
            listed_hosts(settings.SCRAPER_ALLOWED_HOSTS),
            setting="SCRAPER_ALLOWED_HOSTS",
        ),
        limits=FetchLimits(
            max_bytes=settings.SCRAPER_MAX_PAGE_BYTES, total_seconds=settings.SCRAPER_PAGE_SECONDS
        ),
        user_agent=settings.SCRAPER_USER_AGENT,
        delay_seconds=settings.SCRAPER_DELAY_SECONDS,
        max_seconds=settings.SCRAPER_MAX_SECONDS,
    )
