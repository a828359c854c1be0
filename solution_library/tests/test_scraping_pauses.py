"""Pauses that a site asks for: kept up to a minute, in steps that see the deadline and a cancel."""

from collections.abc import Callable

import pytest

from core.net.errors import FetchFailed
from solution_library.models import DocumentationSource, SourceSync
from solution_library.scraping.crawl import Crawl
from solution_library.scraping.fetching import Fetcher
from solution_library.scraping.policy import ScrapingPolicy
from solution_library.scraping.visits import CrawlPlan, Visit
from solution_library.services import sync
from solution_library.services.sync import sync_source
from solution_library.tests.factories import DocumentationSourceFactory
from solution_library.tests.sites import Reply, Site

TEXT = "Backups run every night at two and are kept for thirty days in a second region of the provider."


class Cancelled(Exception):
    """Somebody asked the walk to stop."""


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def asks(site: Site, rule: str, sitemaps: int = 0) -> None:
    """The site wants to be read slowly, and names site maps, each with a page of its own."""
    names = [f"{site.url}map{number}.xml" for number in range(sitemaps)]
    listed = "".join(f"Sitemap: {name}\n" for name in names)
    site.pages["/robots.txt"] = Reply(f"{listed}User-agent: *\n{rule}\n".encode())
    for number in range(sitemaps):
        page = f"<urlset><url><loc>{site.url}p{number}x</loc></url></urlset>"
        site.pages[f"/map{number}.xml"] = Reply(page.encode())
        site.page(f"/p{number}x", f"Page {number}", f"{TEXT} {number}")
    site.page("/", "Start", TEXT)


def walk(
    site: Site,
    time: Time,
    *,
    ours: float = 0,
    max_seconds: float = 600,
    watch: Callable[[Crawl], None] | None = None,
) -> tuple[Crawl, list[Visit]]:
    policy = ScrapingPolicy(addresses=site.policy, delay_seconds=ours, max_seconds=max_seconds)
    watching = {"watch": watch} if watch else {}
    with Fetcher(policy.addresses, policy.limits) as fetcher:
        crawl = Crawl(
            CrawlPlan(site.url), fetcher, policy, sleep=time.sleep, clock=lambda: time.now, **watching
        )
        return crawl, list(crawl.visits())


@pytest.mark.parametrize("rule", ["Crawl-delay: 3600", "Request-rate: 1/3600"])
def test_a_site_that_asks_for_more_than_a_minute_is_not_read_and_that_is_said(site: Site, rule: str) -> None:
    asks(site, rule)
    time = Time()
    with pytest.raises(FetchFailed, match=r"wait .* between two pages.*shorter Crawl-delay"):
        walk(site, time)
    assert site.paths() == ["/robots.txt"]
    assert time.slept == []


@pytest.mark.parametrize(
    "rule", ["Crawl-delay: inf", "Crawl-delay: nan", "Crawl-delay: -5", "Request-rate: 5/0"]
)
def test_a_pause_that_is_none_is_not_kept(site: Site, rule: str) -> None:
    asks(site, rule)
    time = Time()
    assert len(walk(site, time)[1]) == 1
    assert time.slept == []


@pytest.mark.parametrize(("ours", "pause"), [(0.5, 7), (20, 20)])
def test_the_longer_of_our_pause_and_theirs_holds_between_requests(
    site: Site, ours: float, pause: float
) -> None:
    asks(site, "Crawl-delay: 7", sitemaps=2)
    time = Time()
    walk(site, time, ours=ours)
    assert sum(time.slept) == 4 * pause, "before two site maps and two pages, after the start page"


def test_a_minute_is_kept_in_steps_of_a_second(site: Site) -> None:
    asks(site, "Crawl-delay: 60", sitemaps=1)
    time = Time()
    crawl, visits = walk(site, time)
    assert len(visits) == 2
    assert crawl.complete
    assert sum(time.slept) == 120, "before the site map and before the page that it lists"
    assert max(time.slept) <= 1


def test_a_wait_that_would_outlast_the_time_for_a_sync_is_not_begun(site: Site) -> None:
    asks(site, "Crawl-delay: 50", sitemaps=5)
    time = Time()
    crawl, visits = walk(site, time, max_seconds=120)
    assert crawl.limits == ["The time for one sync was over before the site was."]
    assert site.paths() == ["/robots.txt", "/", "/map0.xml", "/map1.xml"]
    assert sum(time.slept) == 100
    assert len(visits) == 1


def test_a_walk_whose_time_is_over_before_its_site_maps_are_is_not_complete(site: Site) -> None:
    asks(site, "Crawl-delay: 50", sitemaps=1)
    crawl, _ = walk(site, Time(), max_seconds=20)
    assert not crawl.complete


@pytest.mark.parametrize("rule", ["Crawl-delay: 60", ""])
def test_a_cancel_is_seen_while_waiting_and_between_site_maps(site: Site, rule: str) -> None:
    asks(site, rule, sitemaps=20)
    looks: list[Crawl] = []

    def cancel(crawl: Crawl) -> None:
        looks.append(crawl)
        if len(looks) == 10:
            raise Cancelled

    time = Time()
    with pytest.raises(Cancelled):
        walk(site, time, watch=cancel)
    assert sum(time.slept) < 10
    assert "/map9.xml" not in site.paths()


@pytest.mark.django_db
def test_a_sync_is_cancelled_while_it_waits_for_its_second_page(
    open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "_REPORT_EVERY_SECONDS", 0)
    asks(open_site, "Crawl-delay: 60")
    source = DocumentationSourceFactory(base_url=open_site.url)
    told: list[str] = []

    def cancel(done: int, total: int, message: str) -> None:
        told.append(message)
        if len(told) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        sync_source(source, progress=cancel)
    assert told == [f"Reading {open_site.url}"] * 2
    assert open_site.paths() == ["/robots.txt", "/"]


@pytest.mark.django_db
def test_what_the_site_asks_for_is_on_its_page(open_site: Site) -> None:
    asks(open_site, "Crawl-delay: 3600")
    source = DocumentationSourceFactory(base_url=open_site.url)
    with pytest.raises(FetchFailed):
        sync_source(source)
    source.refresh_from_db()
    assert source.sync_status == DocumentationSource.SyncStatus.FAILED
    assert "3600 seconds" in source.sync_error
    assert source.syncs.get().state == SourceSync.State.FAILED
