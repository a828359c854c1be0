"""What a site asks of robots (RFC 9309), and the pace at which it is read."""

import math
import time
from collections.abc import Callable
from urllib.parse import urljoin

from django.utils.translation import gettext as _
from protego import Protego

from core.net.errors import FetchFailed, ResponseTooLarge
from solution_library.scraping.fetching import Fetcher, Response

# RFC 9309 asks for at least 500 KiB.
_MAX_BYTES = 512 * 1024
LONGEST_PAUSE = 60.0
# How long nobody may look up from waiting.
_STEP = 1.0


class RobotsRules:
    """The rules of one host for one robot."""

    def __init__(self, text: str, user_agent: str) -> None:
        self._rules = Protego.parse(text)
        self._agent = user_agent

    def allows(self, url: str) -> bool:
        return bool(self._rules.can_fetch(url, self._agent))

    @property
    def delay_seconds(self) -> float:
        """The pause between two requests that the site asks for, however long; 0 when it asks for none."""
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
    """Holds requests apart, and waits longer when the site asks for it.

    `watch` is called before each request and about every second of waiting; it may raise to stop. After `deadline`
    (by `clock`) no request goes out.
    """

    def __init__(
        self,
        delay_seconds: float,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        watch: Callable[[], None],
    ) -> None:
        self.delay_seconds = delay_seconds
        self.deadline = math.inf
        self._sleep, self._clock, self._watch = sleep, clock, watch
        self._next = 0.0

    def wait(self) -> bool:
        """Wait until the next request may go out; False, and at once, when that would be after the deadline."""
        self._watch()
        now = self._clock()
        start = max(now, self._next)
        if start > self.deadline:
            return False
        rest = start - now
        while rest > 0:
            step = min(rest, _STEP)
            self._sleep(step)
            rest -= step
            self._watch()
        self._next = start + self.delay_seconds
        return True

    def hold(self, response: Response) -> None:
        """The site asks for patience (429 or 503): as long as it says, a minute at most."""
        asked = response.headers.get("retry-after", "")
        pause = float(asked) if asked.isdecimal() else max(5.0, self.delay_seconds * 4)
        self._next = self._clock() + min(pause, LONGEST_PAUSE)
