"""Every link of a page in scope is followed, however it is written and however many there are."""

import pytest

from solution_library.models import Document, DocumentationSource, ScrapedPage
from solution_library.scraping import content, crawl
from solution_library.services.sync import sync_source
from solution_library.tests.factories import DocumentationSourceFactory
from solution_library.tests.sites import Site

pytestmark = pytest.mark.django_db
TEXT = "Backups run every night at two and are kept for thirty days in a second region of the provider."


@pytest.fixture
def source(open_site: Site) -> DocumentationSource:
    return DocumentationSourceFactory(base_url=open_site.url, name="Acme docs")


def many_pages(site: Site, number: int) -> None:
    names = [f"/p{n}x" for n in range(number)]
    site.page("/", "Start", TEXT, links=tuple(names))
    for name in names:
        site.page(name, name, f"{TEXT} {name}")


def test_links_with_the_other_scheme_are_followed_with_the_start_pages(
    source: DocumentationSource, open_site: Site
) -> None:
    # Of a site on http the other scheme is https; of one that moved to https it is the http of its old links.
    open_site.page("/", "Start", TEXT, links=(f"https://{open_site.host}/a", "/a"))
    open_site.page("/a", "A", TEXT + " Page A.", links=(f"https://{open_site.host}/b",))
    open_site.page("/b", "B", TEXT + " Page B.")
    assert sync_source(source).added == 3
    kept = ScrapedPage.objects.get(document__url=open_site.url)
    assert kept.links == [f"{open_site.url}a"]
    assert sync_source(source).not_modified == 3


def test_a_proper_address_with_the_other_scheme_is_the_same_page(
    source: DocumentationSource, open_site: Site
) -> None:
    open_site.page("/", "Start", TEXT, links=("/a?view=wide", "/a"))
    for path in ("/a?view=wide", "/a"):
        open_site.page(path, "A", TEXT + " Page A.", canonical=f"https://{open_site.host}/a")
    report = sync_source(source)
    assert report.added == 2
    assert "Passed over: another address of the same page (1)." in report.notes


def test_links_beyond_those_that_are_kept_are_followed_too_and_keep_their_pages(
    source: DocumentationSource, open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawl, "_MAX_LINKS_KEPT", 3)
    many_pages(open_site, 6)
    for expected in ("added", "unchanged"):
        report = sync_source(source)
        assert getattr(report, expected) == 7
        assert report.removed == 0
    assert len(ScrapedPage.objects.get(document__url=open_site.url).links) == 3
    assert report.not_modified == 6, "the page whose links were not all kept has to be sent again"


def test_a_page_with_more_links_than_are_looked_at_removes_nothing_and_the_report_says_so(
    source: DocumentationSource, open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_pages(open_site, 6)
    sync_source(source)
    monkeypatch.setattr(content, "_MAX_LINKS", 3)
    open_site.page("/", "Start", TEXT, links=tuple(f"/p{n}x" for n in (8, 9, *range(6))))
    report = sync_source(source)
    assert report.removed == 0
    assert Document.objects.in_use().count() == 7
    assert any("more links than are looked at" in note for note in report.notes)
