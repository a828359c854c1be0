"""One text under two addresses is one document, and a text that moves to another address moves with it."""

import pytest

from solution_library.models import Document, DocumentationSource, SourceSync
from solution_library.services.sync import sync_source
from solution_library.tests.factories import DocumentationSourceFactory
from solution_library.tests.sites import Reply, Site

pytestmark = pytest.mark.django_db
TEXT = "Backups run every night at two and are kept for thirty days in a second region of the provider."
OLD, NEW = f"{TEXT} This is version one.", f"{TEXT} This is version two."


@pytest.fixture
def source(open_site: Site) -> DocumentationSource:
    return DocumentationSourceFactory(base_url=open_site.url, name="Acme docs")


def write(site: Site, pages: dict[str, str]) -> None:
    """The site consists of these pages, which its start page links to in their order."""
    site.pages.clear()
    site.page("/", "Start", TEXT, links=tuple(pages))
    for path, text in pages.items():
        site.page(path, "Guide", text)


def counts(report: SourceSync) -> dict[str, int]:
    names = ("added", "changed", "removed", "unchanged", "failed")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def in_use(source: DocumentationSource, site: Site) -> set[str]:
    return {document.url.removeprefix(site.url) for document in source.documents.in_use()}


@pytest.mark.parametrize("pages", [{"/latest/": NEW, "/v1/": OLD}, {"/v1/": OLD, "/latest/": NEW}])
def test_an_earlier_text_that_moved_to_a_page_of_its_own_is_stored_there(
    source: DocumentationSource, open_site: Site, pages: dict[str, str]
) -> None:
    write(open_site, {"/latest/": OLD})
    sync_source(source)
    write(open_site, pages)
    assert counts(sync_source(source)) == {"added": 1, "changed": 1, "unchanged": 1}
    assert in_use(source, open_site) == {"", "latest/", "v1/"}
    assert counts(sync_source(source)) == {"unchanged": 3}


def test_a_known_page_that_takes_over_the_text_of_another_is_changed_and_not_retired(
    source: DocumentationSource, open_site: Site
) -> None:
    write(open_site, {"/latest/": OLD, "/v1/": f"{TEXT} This is version nought."})
    sync_source(source)
    write(open_site, {"/latest/": NEW, "/v1/": OLD})
    assert counts(sync_source(source)) == {"changed": 2, "unchanged": 1}
    write(open_site, {"/latest/": OLD, "/v1/": NEW})
    assert counts(sync_source(source)) == {"changed": 2, "unchanged": 1}, "also when both change places"


@pytest.mark.parametrize("etags", [True, False])
def test_a_copy_that_is_met_before_the_known_page_does_not_take_its_place(
    source: DocumentationSource, open_site: Site, etags: bool
) -> None:
    open_site.etags = etags
    write(open_site, {"/guide": OLD})
    sync_source(source)
    write(open_site, {"/copy": OLD, "/guide": OLD})
    report = sync_source(source)
    assert counts(report) == {"unchanged": 2}
    assert "Passed over: the same text as another page (1)." in report.notes
    assert in_use(source, open_site) == {"", "guide"}


def test_a_page_that_moved_is_added_at_its_new_address_and_removed_at_the_old_one(
    source: DocumentationSource, open_site: Site
) -> None:
    write(open_site, {"/guide": OLD})
    sync_source(source)
    write(open_site, {"/moved": OLD, "/moved/copy": OLD})
    assert counts(sync_source(source)) == {"added": 1, "removed": 1, "unchanged": 1}
    assert in_use(source, open_site) == {"", "moved"}


def test_a_copy_of_a_page_that_cannot_be_read_now_is_still_a_copy(
    source: DocumentationSource, open_site: Site
) -> None:
    write(open_site, {"/guide": OLD})
    sync_source(source)
    write(open_site, {"/copy": OLD, "/guide": OLD})
    open_site.pages["/guide"] = Reply(status=500)
    assert counts(sync_source(source)) == {"unchanged": 1, "failed": 1}
    assert in_use(source, open_site) == {"", "guide"}


def test_a_known_page_that_became_a_copy_is_retired_and_the_report_says_of_what(
    source: DocumentationSource, open_site: Site
) -> None:
    write(open_site, {"/a": OLD, "/b": NEW})
    sync_source(source)
    write(open_site, {"/a": OLD, "/b": OLD})
    report = sync_source(source)
    assert counts(report) == {"removed": 1, "unchanged": 2}
    assert report.entries.get().note == f"It has the same text as another page now: {open_site.url}a"


def test_pages_that_are_copies_already_stay_as_they_are(source: DocumentationSource, open_site: Site) -> None:
    open_site.etags = False
    write(open_site, {"/a": OLD, "/b": NEW})
    sync_source(source)
    first = Document.objects.get(url=f"{open_site.url}a")
    Document.objects.filter(url=f"{open_site.url}b").update(content_hash=first.content_hash)
    write(open_site, {"/a": OLD, "/b": OLD})
    assert counts(sync_source(source)) == {"unchanged": 3}
