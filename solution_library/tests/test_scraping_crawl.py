"""How a site is walked: politely, by what it lists first, within its scope, and never without end."""

import gzip
import re
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from core.net.errors import FetchFailed
from core.net.policy import FetchLimits
from solution_library.scraping.crawl import Crawl
from solution_library.scraping.fetching import Fetcher
from solution_library.scraping.policy import ScrapingPolicy
from solution_library.scraping.visits import CrawlPlan, KnownPage, Outcome, Visit
from solution_library.tests.sites import Reply, Site, never_sleep

TEXT = "Backups run every night at two and are kept for thirty days in a second region of the provider."


def crawl(
    site: Site, *, start: str = "", known: dict[str, KnownPage] | None = None, **plan: Any
) -> tuple[Crawl, list[Visit]]:
    policy = ScrapingPolicy(
        addresses=site.policy,
        limits=FetchLimits(total_seconds=3),
        user_agent="Spelunker/1.0 (test)",
        delay_seconds=0,
        max_seconds=plan.pop("max_seconds", 60),
    )
    sleep = plan.pop("sleep", never_sleep)
    with Fetcher(policy.addresses, policy.limits, user_agent=policy.user_agent) as fetcher:
        walk = Crawl(CrawlPlan(start or site.url, **plan), fetcher, policy, known=known, sleep=sleep)
        return walk, list(walk.visits())


def paths(site: Site, visits: list[Visit], outcome: Outcome = Outcome.PAGE) -> list[str]:
    return [visit.url.removeprefix(site.url.rstrip("/")) for visit in visits if visit.outcome is outcome]


def sitemap(*locations: str, index: bool = False) -> bytes:
    kind, entry = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    entries = "".join(f"<{entry}><loc>{location}</loc></{entry}>" for location in locations)
    return f'<?xml version="1.0"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{kind}>'.encode()


def test_links_are_followed_within_the_folder_of_the_start_page(site: Site) -> None:
    site.page(
        "/docs/",
        "Docs",
        TEXT,
        links=("a", "/docs/b/", "/blog/", "http://elsewhere.example/", "/docs/logo.png"),
    )
    site.page("/docs/a", "A", TEXT, links=("c", "#top", "mailto:x@example.com"))
    for path in ("/docs/b/", "/docs/c", "/blog/"):
        site.page(path, path, TEXT + path)
    walk, visits = crawl(site, start=site.url + "docs/")
    assert paths(site, visits) == ["/docs/", "/docs/a", "/docs/b/", "/docs/c"]
    assert walk.complete
    assert "/blog/" not in site.paths()


def test_the_main_content_comes_out_as_markdown_with_title_and_links(site: Site) -> None:
    site.page("/", "Backups", TEXT, links=("/a",))
    _, visits = crawl(site, max_pages=1)
    content = visits[0].content
    assert content.title == "Backups"
    assert content.markdown == f"# Backups\n\n{TEXT}\n"
    assert visits[0].links == (f"{site.url}a",)
    assert visits[0].etag


def test_robots_rules_are_read_first_and_kept(site: Site) -> None:
    site.pages["/robots.txt"] = Reply(
        b"User-agent: Spelunker\nDisallow: /private/\nUser-agent: *\nDisallow: /\n"
    )
    site.page("/", "Start", TEXT, links=("/private/a", "/open"))
    site.page("/private/a", "Private", TEXT)
    site.page("/open", "Open", TEXT)
    walk, visits = crawl(site)
    assert site.paths()[0] == "/robots.txt"
    assert paths(site, visits) == ["/", "/open"]
    assert "/private/a" not in site.paths()
    assert walk.skipped["left alone, as robots.txt asks"] == 1
    assert all(asked.headers["user-agent"].startswith("Spelunker/") for asked in site.asked)


def test_a_site_that_wants_no_robots_is_left_alone(site: Site) -> None:
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /\n")
    site.page("/", "Start", TEXT)
    with pytest.raises(FetchFailed, match=r"robots\.txt asks robots to stay away"):
        crawl(site)
    assert site.paths() == ["/robots.txt"]


def test_a_site_that_cannot_tell_its_rules_is_left_alone_for_now(site: Site) -> None:
    site.pages["/robots.txt"] = Reply(status=503)
    site.page("/", "Start", TEXT)
    with pytest.raises(FetchFailed, match="could not be read"):
        crawl(site)
    assert site.paths() == ["/robots.txt"]


def test_a_site_that_asks_for_patience_gets_it_and_is_asked_again(site: Site) -> None:
    turns: list[str] = []

    def busy(request: BaseHTTPRequestHandler) -> None:
        turns.append(request.path)
        if len(turns) == 1:
            request.send_response(429)
            request.send_header("Retry-After", "9")
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        body = b"<h1>Busy</h1><p>" + TEXT.encode() + b"</p>"
        request.send_response(200)
        request.send_header("Content-Type", "text/html")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    site.page("/", "Start", TEXT, links=("/busy",))
    site.pages["/busy"] = busy
    slept: list[float] = []
    _, visits = crawl(site, sleep=slept.append)
    assert paths(site, visits) == ["/", "/busy"]
    assert 8 < sum(slept) <= 9


def test_what_the_sitemap_lists_is_read_before_links_are_followed(site: Site) -> None:
    site.pages["/robots.txt"] = Reply(f"Sitemap: {site.url}index.xml\n".encode())
    site.pages["/index.xml"] = Reply(sitemap(f"{site.url}one.xml", f"{site.url}two.xml.gz", index=True))
    site.pages["/one.xml"] = Reply(sitemap(f"{site.url}listed", "http://elsewhere.example/"))
    site.pages["/two.xml.gz"] = Reply(gzip.compress(sitemap(f"{site.url}packed")))
    site.page("/", "Start", TEXT, links=("/linked",))
    for path in ("/linked", "/listed", "/packed"):
        site.page(path, path, TEXT + path)
    _, visits = crawl(site)
    assert paths(site, visits) == ["/", "/listed", "/packed", "/linked"]


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Not found",
        b"",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><urlset><url><loc>http://x/&b;</loc></url></urlset>',
        gzip.compress(bytes(60_000_000)),
    ],
    ids=["html", "empty", "external entity", "nested entities", "bomb"],
)
def test_a_bad_sitemap_lists_nothing_and_the_links_remain(site: Site, body: bytes) -> None:
    site.pages["/sitemap.xml"] = Reply(body)
    site.page("/", "Start", TEXT, links=("/a",))
    site.page("/a", "A", TEXT)
    _, visits = crawl(site)
    assert paths(site, visits) == ["/", "/a"]


def test_sitemaps_that_list_each_other_come_to_an_end(site: Site) -> None:
    site.pages["/sitemap.xml"] = Reply(sitemap(f"{site.url}sitemap.xml", f"{site.url}b.xml", index=True))
    site.pages["/b.xml"] = Reply(sitemap(f"{site.url}sitemap.xml", index=True))
    site.page("/", "Start", TEXT)
    _, visits = crawl(site)
    assert paths(site, visits) == ["/"]
    assert site.paths().count("/sitemap.xml") == 1


def test_patterns_choose_pages_and_the_start_page_always_belongs(site: Site) -> None:
    site.page("/", "Start", TEXT, links=("/docs/a", "/docs/old/b", "/news/c", "/docs/d?print=1"))
    for path in ("/docs/a", "/docs/old/b", "/news/c", "/docs/d?print=1"):
        site.page(path, path, TEXT + path)
    _, visits = crawl(site, include=["/docs/*"], exclude=["/docs/old/*", "*print=1*"])
    assert paths(site, visits) == ["/", "/docs/a"]


def test_pages_and_depth_are_capped(site: Site) -> None:
    for number in range(40):
        site.page(f"/p{number}x", f"Page {number}", f"{TEXT} {number}", links=(f"/p{number + 1}x",))
    walk, visits = crawl(site, start=site.url + "p0x", max_pages=10, max_depth=100)
    assert len(visits) == 10
    assert not walk.complete
    assert walk.limits == ["The limit of 10 pages was reached."]
    walk, visits = crawl(site, start=site.url + "p0x", max_depth=3)
    assert len(visits) == 4
    assert walk.complete


def test_time_is_capped(site: Site) -> None:
    site.page("/", "Start", TEXT, links=("/a",))
    site.page("/a", "A", TEXT)
    walk, visits = crawl(site, max_seconds=0)
    assert paths(site, visits) == ["/"]
    assert walk.limits == ["The time for one sync was over before the site was."]


def endless_links(site: Site, pattern: str) -> None:
    """Every page of the site links to the next two, which it makes up."""

    class Made(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:
            if path in self or path in ("/robots.txt", "/sitemap.xml"):
                return super().get(path, default)
            number = int((re.findall(r"\d+", path) or ["0"])[-1])
            links = "".join(
                f'<a href="{pattern.format(n=n)}">next</a>' for n in (number * 2 + 1, number * 2 + 2)
            )
            return Reply(
                f"<main><h1>Day {number}</h1><p>{TEXT} {number}</p>{links}</main>".encode(),
                headers={"Content-Type": "text/html"},
            )

    site.pages = Made()


@pytest.mark.parametrize("pattern", ["/calendar?day={n}", "/calendar/2026/11/{n}", "/events/2026-11-{n}/"])
def test_a_calendar_without_end_is_left_after_fifty_pages(site: Site, pattern: str) -> None:
    endless_links(site, pattern)
    walk, visits = crawl(site, max_pages=2000, max_depth=50)
    assert len(visits) == 51
    assert walk.skipped["links without end, such as a calendar's"] > 0
    assert walk.complete


def test_folders_inside_themselves_are_left(site: Site) -> None:
    class Made(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:
            if path in ("/robots.txt", "/sitemap.xml"):
                return default
            return Reply(
                f'<h1>{path}</h1><p>{TEXT}</p><a href="{path.rstrip("/")}/more/">more</a>'.encode(),
                headers={"Content-Type": "text/html"},
            )

    site.pages = Made()
    _, visits = crawl(site, max_depth=100)
    assert len(visits) == 4


def test_a_site_without_end_or_shape_is_capped_by_pages(site: Site) -> None:
    endless_links(site, "/x{n}")
    walk, visits = crawl(site, max_pages=60, max_depth=100)
    assert len(visits) == 60
    assert not walk.complete


def test_addresses_of_one_page_are_read_once(site: Site) -> None:
    spellings = (
        "/a",
        "/a#top",
        "/./a",
        "/b/../a",
        "/a?utm_source=x",
        "/a?utm_campaign=y&gclid=1",
        site.url.upper() + "a",
    )
    site.page("/", "Start", TEXT, links=spellings)
    site.page("/a", "A", TEXT)
    _, visits = crawl(site)
    assert paths(site, visits) == ["/", "/a"]
    assert site.paths().count("/a") == 1


def test_a_page_that_names_its_proper_address_is_kept_under_it(site: Site) -> None:
    site.page("/", "Start", TEXT, links=("/a?view=wide", "/a?view=narrow", "/b"))
    for path in ("/a?view=wide", "/a?view=narrow", "/a"):
        site.page(path, "A", TEXT, canonical="/a")
    site.page("/b", "B", TEXT, canonical="/")
    walk, visits = crawl(site)
    assert paths(site, visits) == ["/", "/a", "/b"], "a page is not swallowed by one with another path"
    assert walk.skipped["another address of the same page"] == 1


def test_a_redirect_is_a_link_to_the_page_that_it_leads_to(site: Site) -> None:
    site.page("/", "Start", TEXT, links=("/old", "/away", "/circle", "/new"))
    site.pages["/old"] = Reply(status=301, headers={"Location": "/new"})
    site.pages["/away"] = Reply(status=302, headers={"Location": "http://169.254.169.254/"})
    site.pages["/circle"] = Reply(status=302, headers={"Location": "/circle"})
    site.page("/new", "New", TEXT)
    walk, visits = crawl(site)
    assert paths(site, visits) == ["/", "/new"]
    assert site.paths().count("/new") == 1
    assert walk.complete


def test_a_start_page_that_moved_within_its_site_is_followed_and_to_another_is_not(site: Site) -> None:
    site.pages["/docs"] = Reply(status=301, headers={"Location": "/docs/"})
    site.page("/docs/", "Docs", TEXT)
    _, visits = crawl(site, start=site.url + "docs")
    assert paths(site, visits) == ["/docs/"]
    site.pages["/docs/"] = Reply(status=301, headers={"Location": "https://example.com/"})
    with pytest.raises(FetchFailed, match=r"leads to another site: https://example\.com/"):
        crawl(site, start=site.url + "docs/")


@pytest.mark.parametrize(
    ("status", "says"),
    [(404, "no page at this address"), (403, "does not let us"), (500, "answers with an error")],
)
def test_a_start_page_that_cannot_be_read_is_said_in_words(site: Site, status: int, says: str) -> None:
    site.pages["/"] = Reply(status=status)
    with pytest.raises(FetchFailed, match=says):
        crawl(site)


def test_a_page_that_fails_is_reported_and_its_links_are_remembered(site: Site) -> None:
    site.page("/", "Start", TEXT, links=("/a", "/gone"))
    site.pages["/a"] = Reply(status=500)
    site.page("/b", "B", TEXT)
    known = {f"{site.url}a": KnownPage(links=(f"{site.url}b",))}
    walk, visits = crawl(site, known=known)
    assert paths(site, visits, Outcome.FAILED) == ["/a"]
    assert paths(site, visits, Outcome.GONE) == ["/gone"]
    assert paths(site, visits) == ["/", "/b"]
    assert walk.complete


def test_a_site_that_stops_answering_is_left_for_another_time(site: Site) -> None:
    links = tuple(f"/p{number}x" for number in range(40))
    site.page("/", "Start", TEXT, links=links)
    for link in links:
        site.pages[link] = Reply(status=500)
    walk, visits = crawl(site)
    assert len(visits) == 11
    assert not walk.complete


def test_known_pages_are_asked_for_conditionally_and_their_links_still_lead_on(site: Site) -> None:
    site.page("/", "Start", TEXT, links=("/a",))
    site.page("/a", "A", TEXT, links=("/b",))
    site.page("/b", "B", TEXT)
    _, visits = crawl(site)
    known = {visit.url: KnownPage(visit.etag, visit.last_modified, visit.links) for visit in visits}
    site.asked.clear()
    _, again = crawl(site, known=known)
    assert paths(site, again, Outcome.NOT_MODIFIED) == ["/", "/a", "/b"]
    assert site.statuses().count(304) == 3
    assert 200 not in site.statuses()


def test_files_that_are_no_pages_and_pages_without_text_are_told_apart(site: Site) -> None:
    site.page("/", "Start", TEXT, links=("/data", "/empty", "/plain"))
    site.pages["/data"] = Reply(b"\x00\x01", headers={"Content-Type": "application/octet-stream"})
    site.pages["/empty"] = Reply(
        b"<div id=app></div><script>x</script>", headers={"Content-Type": "text/html"}
    )
    site.pages["/plain"] = Reply(b"# Plain\n\nJust text.\n", headers={"Content-Type": "text/markdown"})
    walk, visits = crawl(site)
    assert paths(site, visits) == ["/", "/plain"]
    assert paths(site, visits, Outcome.EMPTY) == ["/empty"]
    assert walk.skipped["not a web page"] == 1
    assert visits[-1].content.title == "Plain"
