"""The way into a site: its rules, its start page wherever that moved to, and so the scope of the crawl."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext as _

from core.net.errors import FetchFailed
from solution_library.scraping.fetching import Fetcher, Response
from solution_library.scraping.robots import LONGEST_PAUSE, RobotsRules, read_robots
from solution_library.scraping.urls import canonical_url
from solution_library.scraping.visits import KnownPage

_MAX_REDIRECTS = 5


@dataclass(frozen=True)
class Entrance:
    url: str
    response: Response
    rules: RobotsRules

    @property
    def sitemaps(self) -> list[str]:
        """Those that the site names, or the places where they usually lie."""
        usual = [urljoin(self.url, "/sitemap.xml"), urljoin(self.url, "sitemap.xml")]
        return self.rules.sitemaps or list(dict.fromkeys(usual))


def enter_site(fetcher: Fetcher, start_url: str, *, user_agent: str, known: dict[str, KnownPage]) -> Entrance:
    """Read the rules, then the start page, following it within its site.

    Raises NetworkError when the site does not want to be read, when there is no page, or when it
    leads to another site.
    """
    url = canonical_url(start_url)
    rules: RobotsRules | None = None
    rules_of = ("", "")
    for _turn in range(_MAX_REDIRECTS + 1):
        site = _site(url)
        if rules is None or site != rules_of:
            rules, rules_of = read_robots(fetcher, url, user_agent=user_agent), site
        if not rules.allows(url):
            raise FetchFailed(_("The site's robots.txt asks robots to stay away from this address."))
        _check_pause(rules, user_agent)
        validators = known.get(url, KnownPage())
        response = fetcher.get_once(url, etag=validators.etag, last_modified=validators.last_modified)
        if not response.redirect_url:
            _check_answer(response)
            return Entrance(url, response, rules)
        target = canonical_url(response.redirect_url)
        if _name(target) != _name(url):
            raise FetchFailed(
                _(
                    "The start page leads to another site: %(url)s. If that is the documentation, make "
                    "it the address of this source."
                )
                % {"url": response.redirect_url[:300]}
            )
        url = target
    raise FetchFailed(_("The start page redirects in a circle."))


def _check_pause(rules: RobotsRules, user_agent: str) -> None:
    if rules.delay_seconds > LONGEST_PAUSE:
        raise FetchFailed(
            _(
                "The site's robots.txt asks robots to wait %(seconds)s seconds between two pages. That takes too long"
                " to read it: ask who runs it for a shorter Crawl-delay for “%(robot)s”, or upload its documents."
            )
            % {"seconds": f"{rules.delay_seconds:.0f}", "robot": user_agent}
        )


def _check_answer(response: Response) -> None:
    if response.status in (401, 403):
        raise FetchFailed(
            _(
                "The site does not let us read its start page (HTTP %(status)s). Only pages without "
                "sign-in can be read."
            )
            % {"status": response.status}
        )
    if response.status in (404, 410):
        raise FetchFailed(_("There is no page at this address (HTTP 404). Check the address of the source."))
    if response.status not in (200, 304):
        raise FetchFailed(
            _("The start page answers with an error (HTTP %(status)s). Try again later.")
            % {"status": response.status}
        )


def _site(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _name(url: str) -> str:
    """The site's name, on which http and https, with `www.` or without, agree."""
    parts = urlsplit(url)
    return parts.netloc.removeprefix("www.")
