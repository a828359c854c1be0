"""What could not be read this time takes no page away that only it may have led to."""

import pytest

from solution_library.models import DocumentationSource, SourceSync
from solution_library.services.sync import sync_source
from solution_library.tests.factories import DocumentationSourceFactory
from solution_library.tests.sites import Reply, Site

pytestmark = pytest.mark.django_db
TEXT = "Backups run every night at two and are kept for thirty days in a second region of the provider."
BROKEN = Reply(status=500)


@pytest.fixture
def source(open_site: Site) -> DocumentationSource:
    """The start page leads to the guide by a redirect, and only the guide to its chapters."""
    open_site.page("/", "Start", TEXT, links=("/guide", "/begin"))
    open_site.pages["/guide"] = Reply(status=301, headers={"Location": "/guide/"})
    open_site.page("/guide/", "Guide", TEXT + " Guide.", links=("/guide/one",))
    open_site.page("/guide/one", "One", TEXT + " One.")
    open_site.pages["/begin"] = Reply(status=302, headers={"Location": "/intro.html"})
    open_site.page("/intro.html", "Intro", TEXT + " Intro.", links=("/details",))
    open_site.page("/details", "Details", TEXT + " Details.")
    source = DocumentationSourceFactory(base_url=open_site.url, name="Acme docs")
    assert sync_source(source).added == 5
    return source


def counts(report: SourceSync) -> dict[str, int]:
    names = ("added", "changed", "removed", "unchanged", "failed")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


@pytest.mark.parametrize("status", [500, 503, 403])
@pytest.mark.parametrize("address", ["/guide", "/begin"])
def test_an_address_that_leads_on_and_cannot_be_read_takes_nothing_away(
    source: DocumentationSource, open_site: Site, address: str, status: int
) -> None:
    open_site.pages[address] = Reply(status=status, headers={"Retry-After": "0"})
    report = sync_source(source)
    assert counts(report) == {"unchanged": 5, "failed": 1}
    assert report.notes[0].startswith("Not every address could be read")


def test_neither_does_another_address_of_a_page_that_names_its_proper_one(
    source: DocumentationSource, open_site: Site
) -> None:
    open_site.page("/", "Start", TEXT, links=("/guide", "/begin", "/ref?view=wide"))
    open_site.page("/ref?view=wide", "Ref", TEXT + " Reference.", links=("/ref/x",), canonical="/ref")
    open_site.page("/ref", "Ref", TEXT + " Reference.", links=("/ref/x",), canonical="/ref")
    open_site.page("/ref/x", "X", TEXT + " X.")
    assert sync_source(source).added == 2
    open_site.pages["/ref?view=wide"] = BROKEN
    assert counts(sync_source(source)) == {"unchanged": 7, "failed": 1}


def test_pages_that_are_gone_meanwhile_go_also_then(source: DocumentationSource, open_site: Site) -> None:
    open_site.pages["/begin"] = BROKEN
    open_site.page("/guide/", "Guide", TEXT + " Guide.")
    del open_site.pages["/guide/one"]
    report = sync_source(source)
    assert counts(report) == {"removed": 1, "unchanged": 4, "failed": 1}
    assert report.entries.get(change="removed").note == "The site says that it is gone."


def test_a_page_that_nothing_leads_to_any_more_goes_when_everything_was_read(
    source: DocumentationSource, open_site: Site
) -> None:
    open_site.page("/guide/", "Guide", TEXT + " Guide.")
    open_site.pages["/begin"], kept = BROKEN, open_site.pages["/begin"]
    assert counts(sync_source(source)) == {"unchanged": 5, "failed": 1}
    open_site.pages["/begin"] = kept
    assert counts(sync_source(source)) == {"removed": 1, "unchanged": 4}


def test_what_the_patterns_leave_out_goes_also_then(source: DocumentationSource, open_site: Site) -> None:
    open_site.pages["/begin"] = BROKEN
    source.exclude_patterns = ["/details"]
    source.save()
    assert counts(sync_source(source)) == {"removed": 1, "unchanged": 4, "failed": 1}


def test_a_page_that_answers_by_a_redirect_now_is_no_page_any_more(
    source: DocumentationSource, open_site: Site
) -> None:
    open_site.pages["/begin"] = BROKEN
    open_site.page("/guide/", "Guide", TEXT + " Guide.")
    open_site.pages["/guide/one"] = Reply(status=301, headers={"Location": "/guide/"})
    assert counts(sync_source(source)) == {"removed": 1, "unchanged": 4, "failed": 1}


def test_a_site_map_that_cannot_be_read_takes_nothing_away(
    source: DocumentationSource, open_site: Site
) -> None:
    listed = f"<urlset><url><loc>{open_site.url}orphan</loc></url></urlset>".encode()
    open_site.pages["/sitemap.xml"] = Reply(listed)
    open_site.page("/orphan", "Orphan", TEXT + " Orphan.")
    assert sync_source(source).added == 1
    open_site.pages["/sitemap.xml"] = BROKEN
    assert counts(sync_source(source)) == {"unchanged": 6}
    del open_site.pages["/sitemap.xml"]
    assert counts(sync_source(source)) == {"removed": 1, "unchanged": 5}
