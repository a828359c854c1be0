"""What a site asks of robots (RFC 9309), and the pace at which it is read."""

import time
from collections.abc import Callable
from urllib.parse import urljoin

from django.utils.translation import gettext as _
from protego import Protego

from core.net.errors import FetchFailed, ResponseTooLarge
from solution_library.scraping.fetching import Fetcher, Response

# RFC 9309 asks for at least 500 KiB.
_MAX_BYTES = 512 * 1024
_LONGEST_PAUSE = 60.0


class RobotsRules:
    """The rules of one host for one robot."""

    def __init__(self, text: str, user_agent: str) -> None:
        self._rules = Protego.parse(text)
        self._agent = user_agent

    def allows(self, url: str) -> bool:
        return bool(self._rules.can_fetch(url, self._agent))

    @property
    def delay_seconds(self) -> float:
        """The pause between two requests that the site asks for; 0 when it asks for none."""
        delay = self._rules.crawl_delay(self._agent) or 0.0
        rate = self._rules.request_rate(self._agent)
        return max(float(delay), rate.seconds / rate.requests if rate and rate.requests else 0.0)

    @property
    def sitemaps(self) -> list[str]:
        return list(self._rules.sitemaps)


def read_robots(fetcher: Fetcher, start_url: str, *, user_agent: str) -> RobotsRules:
    """The rules of the host of `start_url`.

    No such file (any 4xx) allows everything; a site that cannot say (5xx, no answer) allows nothing,
    which raises FetchFailed.
    """
    try:
        response = fetcher.get(urljoin(start_url, "/robots.txt"), max_bytes=_MAX_BYTES)
    except ResponseTooLarge as error:
        raise FetchFailed(
            _("The site's robots.txt is too large to be read, so the site is left alone.")
        ) from error
    if response.status >= 500 or response.status == 429:
        raise FetchFailed(
            _(
                "The site's robots.txt could not be read (HTTP %(status)s), so the site is left "
                "alone for now. Try again later."
            )
            % {"status": response.status}
        )
    text = response.body.decode("utf-8-sig", errors="replace") if response.status == 200 else ""
    return RobotsRules(text, user_agent)


class Pace:
    """Holds requests apart, and waits longer when the site asks for it."""

    def __init__(
        self,
        delay_seconds: float,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.delay_seconds = delay_seconds
        self._sleep, self._clock = sleep, clock
        self._next = 0.0

    def wait(self) -> None:
        """Wait until the next request may go out. In short steps are not needed: a pause is a minute at most."""
        now = self._clock()
        if self._next > now:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self.delay_seconds

    def hold(self, response: Response) -> None:
        """The site asks for patience (429 or 503): as long as it says, a minute at most."""
        asked = response.headers.get("retry-after", "")
        pause = float(asked) if asked.isdecimal() else max(5.0, self.delay_seconds * 4)
        self._next = self._clock() + min(pause, _LONGEST_PAUSE)
