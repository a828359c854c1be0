"""The pages of documentation sites in a real browser: readable, reachable, and as wide as the window."""

from django.urls import reverse
from playwright.sync_api import expect

from core import jobs
from core.models import Job, User
from solution_library.models import DocumentationSource, SourceSyncEntry
from solution_library.services.sources import request_sync
from solution_library.tests.factories import DocumentationSourceFactory
from solution_library.tests.sites import Site
from solution_library.tests.test_source_pages import synced
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer", "synced"]


def test_every_page_of_a_site_is_accessible_and_fits(
    surfer: Surfer, alice: User, synced: DocumentationSource
) -> None:
    never = DocumentationSourceFactory(solution=synced.solution, name="Never read")
    failed = DocumentationSourceFactory(
        solution=synced.solution,
        name="Failed",
        sync_status="failed",
        sync_error="The start page answers with an error (HTTP 500). Try again later.",
    )
    report = synced.syncs.first()
    assert report
    paths = {
        "solution": synced.solution.get_absolute_url(),
        "source": synced.get_absolute_url(),
        "never": never.get_absolute_url(),
        "failed": failed.get_absolute_url(),
        "form": reverse("solution_library:source_edit", args=[synced.pk]),
        "report": report.get_absolute_url(),
        "difference": SourceSyncEntry.objects.get(change="changed").get_absolute_url(),
        "retired": synced.documents.get(title="B").get_absolute_url(),
    }
    page = surfer.open("/", user=alice)
    for name, path in paths.items():
        page.goto(path)
        assert_good_in_every_look(page, name)


def test_sync_now_shows_its_progress_and_then_the_pages(surfer: Surfer, alice: User, open_site: Site) -> None:
    open_site.page("/", "Start of the docs", "Backups run every night at two, and are kept for thirty days.")
    source = DocumentationSourceFactory(base_url=open_site.url)
    page = surfer.open(source.get_absolute_url(), user=alice)
    page.get_by_role("button", name="Sync now").click()
    expect(page.get_by_role("button", name="Sync now")).to_be_disabled()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    jobs.execute(Job.objects.get(kind="sync_source").pk)
    expect(page.get_by_role("link", name="Start of the docs")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("button", name="Sync now")).to_be_enabled()


def test_a_sync_is_cancelled_from_its_page(surfer: Surfer, alice: User) -> None:
    source = DocumentationSourceFactory()
    job = request_sync(source, owner=alice)
    page = surfer.open(source.get_absolute_url(), user=alice)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled; what was finished before is kept").first).to_be_visible()
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
