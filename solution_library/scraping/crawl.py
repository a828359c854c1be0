"""Walking a site: what it lists first, then link by link, never further than it was allowed."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _

from core.net.errors import NetworkError
from solution_library.scraping.content import HTML_TYPES, TEXT_TYPES, PageContent, read_page
from solution_library.scraping.entrance import Entrance, enter_site
from solution_library.scraping.fetching import Fetcher, Response
from solution_library.scraping.policy import ScrapingPolicy
from solution_library.scraping.robots import Pace
from solution_library.scraping.scope import Scope, TrapDetector
from solution_library.scraping.sitemaps import sitemap_pages
from solution_library.scraping.urls import canonical_url, is_same_page
from solution_library.scraping.visits import CrawlPlan, KnownPage, Outcome, Visit

_MAX_SEEN = 100_000
# Of one page, for when it is not sent again; one with more is always sent.
_MAX_LINKS_KEPT = 500
_MAX_LISTED = 50_000
_TRIES = 3
_FAILURES_IN_A_ROW = 10


class Crawl:
    """One walk over one site. After `visits` is exhausted, `complete` and `limits` say how far it came.

    `known` holds, by canonical address, the pages whose text is kept: only those are asked for
    conditionally, since of an unchanged page nothing comes back. `watch` is told of the walk before each request
    and about every second of waiting for it; it may raise to stop.
    """

    def __init__(
        self,
        plan: CrawlPlan,
        fetcher: Fetcher,
        policy: ScrapingPolicy,
        *,
        known: dict[str, KnownPage] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        watch: Callable[["Crawl"], None] = lambda walk: None,
    ) -> None:
        self._plan, self._fetcher, self._policy = plan, fetcher, policy
        self._known = known or {}
        self._clock = clock
        self._pace = Pace(policy.delay_seconds, sleep=sleep, clock=clock, watch=lambda: watch(self))
        self._traps = TrapDetector()
        self._frontier: deque[tuple[str, int, int]] = deque()
        self._seen: set[str] = set()
        self._scope = Scope(plan.start_url)
        self.pages = 0
        self.skipped: Counter[str] = Counter()
        self.limits: list[str] = []
        self.notes: list[str] = []
        # Whether there may be links that were not seen, and whether the known pages were asked for because of that.
        self._in_doubt = self._asked_known = False

    @property
    def complete(self) -> bool:
        """Whether the whole site was walked, so that a page that was not met is no longer part of it.

        When an address could not be read, or not all links of a page were looked at, the known pages that were
        not met are asked for themselves before the walk ends: only what answers as no page any more is not met.
        """
        return not self.limits

    def admits(self, url: str) -> bool:
        """Whether a page belongs to the source as it is set up now."""
        return self._scope.admits(url)

    @property
    def expected(self) -> int:
        """How many pages there are likely to be, as far as is known by now."""
        return min(self._plan.max_pages, self.pages + len(self._frontier))

    def visits(self) -> Iterator[Visit]:
        """The pages, each once. Raises NetworkError when the site cannot be entered at all."""
        agent = self._policy.user_agent.partition("/")[0]
        entrance = enter_site(self._fetcher, self._plan.start_url, user_agent=agent, known=self._known)
        self._scope = Scope(entrance.url, self._plan.include, self._plan.exclude)
        self._pace.delay_seconds = max(self._policy.delay_seconds, entrance.rules.delay_seconds)
        self._pace.wait()
        self._seen.add(entrance.url)
        self._pace.deadline = self._clock() + self._policy.max_seconds
        self._take_listed(entrance)
        yield from self._answered(entrance.url, entrance.response, depth=0, attempt=1)
        failures = 0
        while (self._frontier or self._ask_known()) and not self._out_of_bounds():
            url, depth, attempt = self._frontier.popleft()
            if not entrance.rules.allows(url):
                self.skipped[_("left alone, as robots.txt asks")] += 1
                continue
            for visit in self._visit(url, depth, attempt):
                failures = failures + 1 if visit.outcome is Outcome.FAILED else 0
                yield visit
            if failures >= _FAILURES_IN_A_ROW:
                self.limits.append(_("The site stopped answering, so the rest was left for another time."))

    def _ask_known(self) -> bool:
        """When in doubt, put the known pages that nothing led to on the list, once; whether there are any."""
        if not self._in_doubt or self._asked_known:
            return False
        self._asked_known = True
        unmet = [url for url in self._known if url not in self._seen and self._scope.admits(url)]
        if unmet:
            self.notes.append(
                _(
                    "Not every address could be read. Known pages that nothing else leads to were therefore asked"
                    " for themselves, and stay unless they are gone."
                )
            )
        self._seen.update(unmet)
        self._frontier.extend((url, self._plan.max_depth, 1) for url in unmet)
        return bool(unmet)

    def _out_of_bounds(self) -> bool:
        if not self.limits:
            if self.pages >= self._plan.max_pages:
                self.limits.append(
                    _("The limit of %(number)s pages was reached.") % {"number": self._plan.max_pages}
                )
            elif self._fetcher.requests >= self._plan.max_pages * 3 + 100:
                self.limits.append(_("The site answered far too many addresses without a page."))
        return bool(self.limits)

    def _wait(self) -> bool:
        """Until the next request may go out; False when the time for the walk is over then."""
        in_time = self._pace.wait()
        if not in_time:
            self.limits.append(_("The time for one sync was over before the site was."))
        return in_time

    def _take_listed(self, entrance: Entrance) -> None:
        unread: list[str] = []
        listed = sitemap_pages(
            self._fetcher, entrance.sitemaps, limit=_MAX_LISTED, wait=self._wait, unread=unread
        )
        for address in listed:
            url = self._scope.aligned(canonical_url(address))
            if self._is_new(url):
                self._frontier.append((url, 1, 1))
        self._in_doubt |= bool(unread)

    def _visit(self, url: str, depth: int, attempt: int) -> Iterator[Visit]:
        known = self._known.get(url, KnownPage())
        if not self._wait():
            return
        try:
            response = self._fetcher.get_once(url, etag=known.etag, last_modified=known.last_modified)
        except NetworkError as error:
            yield self._failure(url, str(error), depth)
            return
        yield from self._answered(url, response, depth=depth, attempt=attempt)

    def _answered(self, url: str, response: Response, *, depth: int, attempt: int) -> Iterator[Visit]:
        if response.status == 304 and url in self._known:
            self.pages += 1
            links = tuple(self._known.get(url, KnownPage()).links)
            self._follow(links, depth + 1)
            yield Visit(url, Outcome.NOT_MODIFIED, links=links)
        elif response.status == 200:
            yield from self._page(url, response, depth)
        elif response.redirect_url:
            # The page that it leads to is a page like any other: in scope, and not met before.
            self.skipped[_("redirects")] += 1
            self._follow([canonical_url(response.redirect_url)], depth)
        elif response.status in (429, 503) and attempt < _TRIES:
            self._pace.hold(response)
            self._frontier.append((url, depth, attempt + 1))
        elif response.status in (404, 410):
            yield Visit(url, Outcome.GONE, reason=f"HTTP {response.status}")
        else:
            yield self._failure(
                url, _("The site answered HTTP %(status)s.") % {"status": response.status}, depth
            )

    def _page(self, url: str, response: Response, depth: int) -> Iterator[Visit]:
        if response.media_type not in HTML_TYPES | TEXT_TYPES:
            self.skipped[_("not a web page")] += 1
            return
        try:
            content = read_page(response.body, url=url, content_type=response.headers.get("content-type", ""))
        except ValueError:
            yield self._failure(url, _("The page is malformed and could not be read."), depth)
            return
        links = self._links(content)
        self._follow(links, depth + 1)
        proper = self._scope.aligned(content.canonical)
        if proper and proper != url and is_same_page(proper, url) and self._scope.admits(proper):
            if proper in self._seen:
                self.skipped[_("another address of the same page")] += 1
                return
            self._seen.add(proper)
            url = proper
        self.pages += 1
        outcome = Outcome.PAGE if content.markdown else Outcome.EMPTY
        links_kept = not content.more_links and len(links) <= _MAX_LINKS_KEPT
        etag, modified = _validators(response) if links_kept else ("", "")
        yield Visit(url, outcome, content, etag, modified, links[:_MAX_LINKS_KEPT])

    def _links(self, content: PageContent) -> tuple[str, ...]:
        """What a page links to of its own site. All are followed, whatever of them is kept."""
        if content.more_links:
            self._in_doubt = True
            self.skipped[_("links of a page that has more links than are looked at")] += 1
        aligned = dict.fromkeys(map(self._scope.aligned, content.links))
        return tuple(filter(self._scope.admits, aligned))

    def _failure(self, url: str, reason: str, depth: int) -> Visit:
        """A page that cannot be read now; where it led to when it was last read is still looked at."""
        self._in_doubt = True
        links = tuple(self._known.get(url, KnownPage()).links)
        self._follow(links, depth + 1)
        return Visit(url, Outcome.FAILED, links=links, reason=reason)

    def _follow(self, links: Iterable[str], depth: int) -> None:
        if depth > self._plan.max_depth:
            return
        for url in map(self._scope.aligned, links):
            if not self._is_new(url):
                continue
            if self._traps.is_trap(url):
                self.skipped[_("links without end, such as a calendar's")] += 1
                continue
            self._frontier.append((url, depth, 1))

    def _is_new(self, url: str) -> bool:
        """Whether it belongs to the site and was not met before; it is from now on."""
        if not url or url in self._seen or not self._scope.admits(url):
            return False
        if len(self._seen) >= _MAX_SEEN:
            self._in_doubt = True
            return False
        self._seen.add(url)
        return True


def _validators(response: Response) -> tuple[str, str]:
    """What makes the next request conditional; nothing of what could not be kept or sent back as it is."""

    def kept(name: str) -> str:
        value = response.headers.get(name, "")
        return value if len(value) <= 300 and value.isprintable() else ""

    return kept("etag"), kept("last-modified")
