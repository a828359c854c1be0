"""A sync is a set difference by hash: added, changed, removed, unchanged, and what could not be read."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from core.net.errors import AddressRefused, FetchFailed
from core.storage import StorageError, read_text
from core.tests.stored_files import close_s3, use_s3
from solution_library.exceptions import StoreUnavailable
from solution_library.models import (
    Document,
    DocumentationSource,
    EmbeddingStatus,
    ScrapedPage,
    SourceSync,
    SourceSyncEntry,
)
from solution_library.services import sync_reports
from solution_library.services.sync import sync_source
from solution_library.services.sync_reports import compare_texts, describe_report
from solution_library.signals import document_content_changed
from solution_library.tests.factories import DocumentationSourceFactory
from solution_library.tests.sites import Reply, Site

pytestmark = pytest.mark.django_db
TEXT = "Backups run every night at two and are kept for thirty days in a second region of the provider."
Status = DocumentationSource.SyncStatus


@pytest.fixture
def source(open_site: Site) -> DocumentationSource:
    return DocumentationSourceFactory(base_url=open_site.url, name="Acme docs")


@pytest.fixture
def embedded() -> Any:
    """What was sent to be embedded."""
    asked: list[Document] = []

    def listen(instance: Document, **_: Any) -> None:
        asked.append(instance)

    document_content_changed.connect(listen)
    yield asked
    document_content_changed.disconnect(listen)


def counts(report: SourceSync) -> dict[str, int]:
    names = ("added", "changed", "removed", "unchanged", "failed")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def three_pages(site: Site) -> None:
    site.page("/", "Start", TEXT, links=("/a", "/b"))
    site.page("/a", "A", TEXT + " Page A.")
    site.page("/b", "B", TEXT + " Page B.")


def test_a_first_sync_adds_every_page(source: DocumentationSource, open_site: Site, embedded) -> None:
    three_pages(open_site)
    report = sync_source(source)
    assert counts(report) == {"added": 3}
    documents = {document.url.removeprefix(open_site.url): document for document in source.documents.all()}
    assert set(documents) == {"", "a", "b"}
    assert documents["a"].s3_key == f"scraped/{source.pk}/a.md"
    assert read_text(documents["a"].s3_key) == f"# A\n\n{TEXT} Page A.\n"
    assert documents["a"].title == "A"
    assert len(embedded) == 3
    source.refresh_from_db()
    assert (source.sync_status, source.sync_error) == (Status.SYNCED, "")
    assert source.last_synced_at == report.finished_at
    assert source.last_report["added"] == 3


def test_the_second_sync_finds_the_difference_and_embeds_only_that(
    source: DocumentationSource, open_site: Site, embedded
) -> None:
    three_pages(open_site)
    sync_source(source)
    Document.objects.update(embedding_status=EmbeddingStatus.EMBEDDED)
    embedded.clear()
    open_site.page("/", "Start", TEXT, links=("/a", "/c"))
    open_site.page("/a", "A", TEXT + " Page A, revised.")
    open_site.page("/c", "C", TEXT + " Page C.")
    del open_site.pages["/b"]
    report = sync_source(source)
    assert counts(report) == {"added": 1, "changed": 1, "removed": 1, "unchanged": 1}
    assert sorted(document.title for document in embedded) == ["A", "C"]
    entries = {entry.change: entry for entry in report.entries.all()}
    assert set(entries) == {"added", "changed", "removed"}
    assert entries["removed"].url == f"{open_site.url}b"
    assert Document.objects.get(title="B").retired_at
    assert Document.objects.get(title="A").embedding_status == EmbeddingStatus.PENDING
    assert Document.objects.get(title="Start").embedding_status == EmbeddingStatus.EMBEDDED


def test_a_changed_page_shows_its_difference(source: DocumentationSource, open_site: Site) -> None:
    lines = "\n".join(f"Line number {n} of the page." for n in range(20))
    open_site.page("/", "Start", lines)
    sync_source(source)
    open_site.page("/", "Start", lines.replace("Line number 10 of the page.", "Line ten is another one now."))
    entry = sync_source(source).entries.get()
    difference = compare_texts(entry)
    changed = [(line.kind, line.text) for line in difference if line.kind in ("old", "new")]
    assert changed == [("old", "Line number 10 of the page."), ("new", "Line ten is another one now.")]
    assert difference[0].kind == difference[-1].kind == "gap"
    words = [
        [piece.text for piece in line.pieces if piece.kind != "same"] for line in difference if line.pieces
    ]
    assert words == [["number 10 of the page"], ["ten is another one now"]]


def test_lines_that_share_no_word_or_have_no_counterpart_are_marked_as_wholes(
    source: DocumentationSource, open_site: Site
) -> None:
    open_site.page("/", "Start", "Alpha beta gamma.\n\nThe fee is 30 euros a month, for every seat.\n\nKept.")
    sync_source(source)
    open_site.page(
        "/", "Start", "Delta, epsilon!\n\nThe fee is 45 euros a month, for every seat.\n\nKept.\n\nMore."
    )
    lines = [line for line in compare_texts(sync_source(source).entries.get()) if line.kind in ("old", "new")]
    marks = {
        line.text: [piece.text for piece in line.pieces if piece.kind != "same"]
        for line in lines
        if line.text
    }
    assert marks == {
        "Alpha beta gamma.": [],
        "Delta, epsilon!": [],
        "The fee is 30 euros a month, for every seat.": ["30"],
        "The fee is 45 euros a month, for every seat.": ["45"],
        "More.": [],
    }


def library_of(source: DocumentationSource, site: Site) -> None:
    """The library as a first sync of the site left it, written directly: reading 500 pages is not the subject."""
    documents = [
        Document(
            source=source,
            solution=source.solution,
            title=path,
            url=site.url.rstrip("/") + path,
            s3_key=f"scraped/{source.pk}/{number}.md",
            content_hash=f"{number:064}",
            embedding_status=EmbeddingStatus.EMBEDDED,
        )
        for number, path in enumerate(site.pages)
    ]
    Document.objects.bulk_create(documents)
    links = [document.url for document in documents]
    ScrapedPage.objects.bulk_create(
        ScrapedPage(
            document=document,
            etag=site.etag_of(document.title),
            links=links if document.title == "/" else [],
        )
        for document in documents
    )


def test_an_unchanged_site_of_500_pages_is_asked_conditionally_and_nothing_is_embedded(
    source: DocumentationSource, open_site: Site, embedded
) -> None:
    for number in range(499):
        open_site.page(f"/p{number}x", f"Page {number}", f"{TEXT} This one is number {number}.")
    open_site.page("/", "Start", TEXT, links=tuple(f"/p{number}x" for number in range(499)))
    library_of(source, open_site)
    with CaptureQueriesContext(connection) as queries:
        report = sync_source(source)
    assert open_site.statuses().count(304) == 500
    assert 200 not in open_site.statuses()
    assert counts(report) == {"unchanged": 500}
    assert (report.not_modified, report.received_bytes) == (500, 0)
    assert embedded == []
    assert not report.entries.exists()
    assert describe_report(report) == "Nothing changed: 500 pages were checked, and nothing is embedded."
    assert len(queries) < 30, "an unchanged page costs no query of its own"


def test_without_etags_an_unchanged_page_is_found_by_its_hash(
    source: DocumentationSource, open_site: Site, embedded
) -> None:
    open_site.etags = False
    three_pages(open_site)
    sync_source(source)
    embedded.clear()
    report = sync_source(source)
    assert counts(report) == {"unchanged": 3}
    assert report.not_modified == 0
    assert embedded == []


def test_what_changes_around_the_text_changes_nothing(
    source: DocumentationSource, open_site: Site, embedded
) -> None:
    three_pages(open_site)
    sync_source(source)
    embedded.clear()
    open_site.page("/a", "A", TEXT + " Page A.", links=("/b", "/"))
    assert counts(sync_source(source)) == {"unchanged": 3}
    assert embedded == []


def test_a_new_title_is_a_changed_page(source: DocumentationSource, open_site: Site) -> None:
    three_pages(open_site)
    sync_source(source)
    open_site.page("/a", "Another title", TEXT + " Page A.")
    assert counts(sync_source(source)) == {"changed": 1, "unchanged": 2}
    assert Document.objects.filter(title="Another title").exists()


def test_a_page_that_cannot_be_read_now_is_kept_and_reported(
    source: DocumentationSource, open_site: Site
) -> None:
    three_pages(open_site)
    sync_source(source)
    open_site.pages["/a"] = Reply(status=500)
    report = sync_source(source)
    assert counts(report) == {"unchanged": 2, "failed": 1}
    assert Document.objects.get(title="A").retired_at is None
    assert report.entries.get().note == "The site answered HTTP 500."


def test_a_walk_that_was_cut_short_retires_only_what_the_site_calls_gone(
    source: DocumentationSource, open_site: Site
) -> None:
    three_pages(open_site)
    open_site.page("/c", "C", TEXT + " Page C.")
    open_site.page("/", "Start", TEXT, links=("/a", "/b", "/c"))
    sync_source(source)
    del open_site.pages["/a"]
    source.max_pages = 2
    source.save()
    report = sync_source(source)
    assert counts(report) == {"removed": 1, "unchanged": 2}
    assert Document.objects.in_use().filter(title="C").exists()
    assert report.notes[0] == "The limit of 2 pages was reached."


def test_a_page_that_comes_back_is_the_same_document(source: DocumentationSource, open_site: Site) -> None:
    three_pages(open_site)
    sync_source(source)
    before = Document.objects.get(title="A").pk
    kept = open_site.pages.pop("/a")
    assert counts(sync_source(source))["removed"] == 1
    open_site.pages["/a"] = kept
    assert counts(sync_source(source)) == {"added": 1, "unchanged": 2}
    assert Document.objects.get(title="A", retired_at=None).pk == before


def test_two_addresses_with_the_same_text_are_one_document(
    source: DocumentationSource, open_site: Site
) -> None:
    open_site.page("/", "Start", TEXT, links=("/a", "/copy/of/a"))
    open_site.page("/a", "A", TEXT + " Page A.")
    open_site.page("/copy/of/a", "A", TEXT + " Page A.")
    for expected in ({"added": 2}, {"unchanged": 2}):
        report = sync_source(source)
        assert counts(report) == expected
        assert any("same text as another page" in note for note in report.notes)
    assert source.documents.count() == 2


def test_pages_that_are_now_excluded_are_removed(source: DocumentationSource, open_site: Site) -> None:
    three_pages(open_site)
    sync_source(source)
    source.exclude_patterns = ["/b*"]
    source.save()
    assert counts(sync_source(source)) == {"removed": 1, "unchanged": 2}


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("http://169.254.169.254/", AddressRefused),
        ("http://localhost:1/", AddressRefused),
        ("http://2130706433/", AddressRefused),
    ],
)
def test_an_address_that_is_refused_is_said_on_the_source(
    open_site: Site, address: str, error: type[Exception]
) -> None:
    source = DocumentationSourceFactory(base_url=address)
    with pytest.raises(error):
        sync_source(source)
    source.refresh_from_db()
    assert source.sync_status == Status.FAILED
    assert source.sync_error
    report = source.syncs.get()
    assert (report.state, report.error) == (SourceSync.State.FAILED, source.sync_error)


def test_a_site_that_is_down_loses_no_page(source: DocumentationSource, open_site: Site) -> None:
    three_pages(open_site)
    sync_source(source)
    open_site.pages["/"] = Reply(status=500)
    with pytest.raises(FetchFailed):
        sync_source(source)
    source.refresh_from_db()
    assert source.sync_error == "The start page answers with an error (HTTP 500). Try again later."
    assert Document.objects.in_use().count() == 3


def test_the_store_is_tried_before_the_site_is(
    source: DocumentationSource, open_site: Site, s3_server, settings
) -> None:
    use_s3(settings, s3_server, endpoint_url="http://127.0.0.1:9")
    with pytest.raises(StoreUnavailable, match="does not answer"):
        sync_source(source)
    close_s3()
    assert open_site.asked == []
    source.refresh_from_db()
    assert "does not answer" in source.sync_error


def test_a_store_that_fails_on_the_way_keeps_what_was_taken_over(
    source: DocumentationSource, open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from solution_library.services import scraped_pages

    three_pages(open_site)
    write, written = scraped_pages.write_text, []

    def failing(key: str, text: str) -> str:
        if len(written) == 2:
            raise StorageError("The file store could not save it.")
        written.append(key)
        return write(key, text)

    monkeypatch.setattr(scraped_pages, "write_text", failing)
    with pytest.raises(StorageError):
        sync_source(source)
    assert source.documents.count() == 2
    monkeypatch.undo()
    assert counts(sync_source(source)) == {"added": 1, "unchanged": 2}


def test_the_pages_lie_in_the_bucket_under_their_source(
    source: DocumentationSource, open_site: Site, s3_storage, django_capture_on_commit_callbacks
) -> None:
    three_pages(open_site)
    sync_source(source)
    open_site.page("/a", "A", TEXT + " Revised.")
    with django_capture_on_commit_callbacks(execute=True):
        entry = sync_source(source).entries.get()
    keys = set(source.documents.values_list("s3_key", flat=True))
    assert all(key.startswith(f"scraped/{source.pk}/") for key in keys)
    assert "Revised" in read_text(entry.new_key)
    assert "Page A" in read_text(entry.old_key)


def test_old_reports_go_with_the_texts_that_only_they_held(
    source: DocumentationSource,
    open_site: Site,
    monkeypatch: pytest.MonkeyPatch,
    media,
    django_capture_on_commit_callbacks,
) -> None:
    monkeypatch.setattr(sync_reports, "REPORTS_KEPT", 2)
    for number in range(6):
        open_site.page("/", "Start", f"{TEXT} Version {number}.")
        SourceSync.objects.update(started_at=F("started_at") - timedelta(days=31))
        with django_capture_on_commit_callbacks(execute=True):
            sync_source(source)
    assert source.syncs.count() == 2
    held = {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}
    kept = SourceSyncEntry.objects.values_list("old_key", "new_key")
    assert held == {key for pair in kept for key in pair}
    assert len(held) == 3
    assert source.documents.get().s3_key in held


def test_a_report_that_tells_of_a_change_stays_as_long_as_the_change_counts_as_lately(
    source: DocumentationSource, open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_reports, "REPORTS_KEPT", 2)
    open_site.page("/", "Start", TEXT)
    sync_source(source)
    open_site.page("/", "Start", TEXT + " Revised.")
    told = sync_source(source)
    open_site.page("/", "Start", TEXT + " Revised.", links=("/broken",))
    open_site.pages["/broken"] = Reply(status=500)
    for _ in range(4):
        sync_source(source)
    assert told in source.syncs.all(), "answers lead to it"
    assert Document.objects.with_source_changed().get().source_changed
    assert source.syncs.count() == 4, "those that tell of nothing go by number"
    SourceSync.objects.filter(pk=told.pk).update(started_at=told.started_at - timedelta(days=31))
    sync_source(source)
    assert source.syncs.count() == 3
