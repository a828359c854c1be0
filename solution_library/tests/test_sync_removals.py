"""A site that seems to have lost most of its pages: nothing is removed until a person says so."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import jobs
from core.models import Job, User
from solution_library.exceptions import LibraryError
from solution_library.models import Document, DocumentationSource, SourceSync
from solution_library.services.deletions import trash_source
from solution_library.services.sources import SYNC_JOB, request_sync
from solution_library.services.sync import sync_source
from solution_library.services.sync_reports import describe_report
from solution_library.tests.factories import DocumentationSourceFactory
from solution_library.tests.sites import Site

pytestmark = pytest.mark.django_db
TEXT = "Backups run every night at two and are kept for thirty days in a second region of the provider."
NAMES = "abcdefgh"


@pytest.fixture
def source(open_site: Site) -> DocumentationSource:
    """A start page and eight more, all known."""
    open_site.page("/", "Start", TEXT, links=tuple(f"/{name}" for name in NAMES))
    for name in NAMES:
        open_site.page(f"/{name}", name, f"{TEXT} Page {name}.")
    source = DocumentationSourceFactory(base_url=open_site.url, name="Acme docs")
    sync_source(source)
    return source


def in_use(source: DocumentationSource) -> int:
    return source.documents.in_use().count()


def go_down(site: Site, names: str = NAMES) -> None:
    for name in names:
        del site.pages[f"/{name}"]


def test_a_site_that_answers_404_for_most_pages_loses_none_of_them(
    source: DocumentationSource, open_site: Site
) -> None:
    go_down(open_site, "abcde")
    report = sync_source(source)
    assert (report.state, report.removed, report.withheld) == (SourceSync.State.DONE, 0, 5)
    assert in_use(source) == 9
    assert "5 of the known pages were not found" in describe_report(report)
    source.refresh_from_db()
    assert source.last_report["withheld"] == 5


def test_so_does_one_whose_start_page_leads_nowhere_any_more(
    source: DocumentationSource, open_site: Site
) -> None:
    open_site.page("/", "Maintenance", TEXT + " We are back tomorrow.")
    report = sync_source(source)
    assert (report.changed, report.removed, report.withheld) == (1, 0, 8)
    open_site.page("/", "Start", TEXT, links=tuple(f"/{name}" for name in NAMES))
    assert sync_source(source).withheld == 0
    assert in_use(source) == 9


def test_half_of_the_pages_and_less_go_unasked(source: DocumentationSource, open_site: Site) -> None:
    go_down(open_site, "abcd")
    report = sync_source(source)
    assert (report.removed, report.withheld) == (4, 0)


def test_what_the_settings_leave_out_goes_unasked(source: DocumentationSource, open_site: Site) -> None:
    source.exclude_patterns = [f"/{name}" for name in "abcdefg"]
    source.save()
    report = sync_source(source)
    assert (report.removed, report.withheld) == (7, 0)


def test_a_person_reads_of_it_and_lets_them_go(
    source: DocumentationSource, open_site: Site, client: Client, alice: User, charlie: User
) -> None:
    go_down(open_site)
    jobs.execute(request_sync(source).pk)
    assert "8 of the known pages were not found" in Job.objects.get(kind=SYNC_JOB).message
    client.force_login(charlie)
    assert "Let them go" not in client.get(source.get_absolute_url()).content.decode()
    client.force_login(alice)
    page = client.get(source.get_absolute_url()).content.decode()
    assert "8 of the known pages were not found" in page
    assert "Let them go" in page
    sync_now = reverse("solution_library:source_sync_now", args=[source.pk])
    # Syncing again by itself does not.
    client.post(sync_now)
    jobs.execute(Job.objects.active().get(kind=SYNC_JOB).pk)
    assert in_use(source) == 9
    client.post(sync_now, {"remove_many": "yes"})
    jobs.execute(Job.objects.active().get(kind=SYNC_JOB).pk)
    assert in_use(source) == 1
    assert Document.objects.count() == 9
    assert "Let them go" not in client.get(source.get_absolute_url()).content.decode()


def test_a_page_is_not_stored_for_a_site_that_is_deleted_meanwhile(
    source: DocumentationSource, open_site: Site
) -> None:
    open_site.page("/a", "a", TEXT + " Revised.")

    def delete_it(done: int, total: int, message: str) -> None:
        trash_source(source, now=timezone.now())

    with pytest.raises(LibraryError, match="deleted while it was being read"):
        sync_source(source, progress=delete_it)
    assert not Document.objects.filter(deleted_at=None).exists()
