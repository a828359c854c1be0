"""The pages of documentation sites: set up, synced, and what each sync found."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from core import jobs
from core.models import Job, User
from core.tests.stored_files import use_storage
from solution_library.models import DocumentationSource, SourceSync, SourceSyncEntry
from solution_library.services.sources import request_sync
from solution_library.services.sync import sync_source
from solution_library.tests.factories import DocumentationSourceFactory, DocumentFactory, SolutionFactory
from solution_library.tests.sites import Site

pytestmark = pytest.mark.django_db
TEXT = "Backups run every night at two and are kept for thirty days in a second region of the provider."
SOURCE_QUERIES = 8
REPORT_QUERIES = 6


@pytest.fixture
def editor(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def synced(open_site: Site) -> DocumentationSource:
    """A site that was read twice: one page changed, one gone, one new."""
    open_site.page("/", "Start", TEXT, links=("/a", "/b"))
    open_site.page("/a", "A", TEXT + "\nThe old wording of a paragraph.")
    open_site.page("/b", "B", TEXT + " Page B.")
    source = DocumentationSourceFactory(base_url=open_site.url, name="Acme docs")
    sync_source(source)
    open_site.page("/", "Start", TEXT, links=("/a", "/c"))
    open_site.page("/a", "A", TEXT + "\nThe new wording of <b>a</b> paragraph &lt;script&gt;.")
    open_site.page("/c", "C", TEXT + " Page C.")
    sync_source(source)
    return source


def form_values(**changes: object) -> dict[str, object]:
    return {
        "name": "Acme docs",
        "base_url": "https://docs.example.com/product/",
        "schedule": "weekly",
        "include_patterns": "/product/*\n\n/product/*\n /other/* ",
        "exclude_patterns": "",
        "max_pages": 300,
        "max_depth": 4,
    } | changes


def test_a_solution_without_a_site_offers_editors_to_add_one(
    client: Client, alice: User, charlie: User
) -> None:
    solution = SolutionFactory()
    url = reverse("solution_library:source_create", args=[solution.pk])
    client.force_login(alice)
    assert url in client.get(solution.get_absolute_url()).content.decode()
    client.force_login(charlie)
    page = client.get(solution.get_absolute_url()).content.decode()
    assert url not in page
    assert "Documentation sites" not in page


def test_a_site_is_set_up_and_read_at_once(editor: Client) -> None:
    solution = SolutionFactory()
    answer = editor.post(reverse("solution_library:source_create", args=[solution.pk]), form_values())
    source = DocumentationSource.objects.get()
    assert answer.headers["Location"] == source.get_absolute_url()
    assert source.solution == solution
    assert source.include_patterns == ["/product/*", "/other/*"]
    assert source.exclude_patterns == []
    assert source.next_sync_at
    job = Job.objects.get()
    assert (job.kind, job.target_id) == ("sync_source", str(source.pk))
    page = editor.get(source.get_absolute_url()).content.decode()
    assert "Sync Acme docs" in page
    assert reverse("themis:job_cancel", args=[job.pk]) in page
    assert "disabled" in page


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"base_url": "ftp://docs.example.com/"}, "http://"),
        ({"base_url": "http://user:pw@docs.example.com/"}, "user name or password"),
        ({"base_url": "http://docs.example.com:8080/"}, "Port 8080"),
        ({"base_url": "http://127.1/"}, "valid URL"),
        ({"base_url": "http://10.0.0.8/docs/"}, "SCRAPER_ALLOWED_HOSTS"),
        ({"base_url": "https://[::1]/"}, "not on the public internet"),
        ({"base_url": "http://localhost/docs/"}, "not on the public internet"),
        ({"base_url": "http://169.254.169.254/"}, "not on the public internet"),
        ({"base_url": ""}, "required"),
        ({"max_pages": 0}, "1 to 10000"),
        ({"max_pages": 999999}, "1 to 10000"),
        ({"max_depth": 0}, "1 to 50"),
        ({"include_patterns": "x" * 301}, "300 characters"),
        ({"name": ""}, "required"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_and_the_form_stays(
    editor: Client, changes: dict[str, object], says: str
) -> None:
    url = reverse("solution_library:source_create", args=[SolutionFactory().pk])
    answer = editor.post(url, form_values(**changes))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not DocumentationSource.objects.exists()
    assert not Job.objects.exists()


def test_a_private_site_that_the_setting_names_is_taken_and_no_name_is_looked_up(
    editor: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", None)
    settings.SCRAPER_ALLOWED_HOSTS = ["10.0.0.8", "localhost"]
    url = reverse("solution_library:source_create", args=[SolutionFactory().pk])
    for number, address in enumerate(("http://10.0.0.8/", "http://localhost/", "https://docs.example.com/")):
        assert editor.post(url, form_values(base_url=address, name=f"Site {number}")).status_code == 302
    assert DocumentationSource.objects.count() == 3


def test_the_same_site_twice_is_refused(editor: Client) -> None:
    source = DocumentationSourceFactory(base_url="https://docs.example.com/product/")
    url = reverse("solution_library:source_create", args=[source.solution_id])
    answer = editor.post(url, form_values())
    assert answer.status_code == 422
    assert "already a source of this solution" in answer.content.decode()


def test_a_site_is_edited(editor: Client) -> None:
    source = DocumentationSourceFactory(include_patterns=["/a/*", "/b/*"])
    url = reverse("solution_library:source_edit", args=[source.pk])
    assert "/a/*\n/b/*" in editor.get(url).content.decode()
    editor.post(url, form_values(name="Renamed", schedule="manual"))
    source.refresh_from_db()
    assert (source.name, source.next_sync_at) == ("Renamed", None)
    assert not Job.objects.exists()


def test_sync_now_queues_one_sync(editor: Client, alice: User) -> None:
    source = DocumentationSourceFactory()
    url = reverse("solution_library:source_sync_now", args=[source.pk])
    for _ in range(2):
        assert editor.post(url).headers["Location"] == source.get_absolute_url()
    assert Job.objects.get().owner == alice


def test_a_site_that_was_never_read_says_what_to_do(editor: Client) -> None:
    page = editor.get(DocumentationSourceFactory().get_absolute_url()).content.decode()
    assert "Not read yet" in page
    assert "Sync now" in page


def test_a_failed_sync_says_why_on_every_page_of_the_site(
    editor: Client, charlie: User, open_site: Site
) -> None:
    source = DocumentationSourceFactory(base_url=open_site.url)
    jobs.execute(request_sync(source).pk)
    says = "There is no page at this address"
    assert says in editor.get(source.get_absolute_url()).content.decode()
    assert says in editor.get(source.solution.get_absolute_url()).content.decode()
    report = editor.get(source.syncs.get().get_absolute_url()).content.decode()
    assert says in report
    assert "No page was compared." in report
    editor.force_login(charlie)
    assert says in editor.get(source.get_absolute_url()).content.decode()


def test_a_reader_sees_pages_and_reports_and_nothing_to_change(
    client: Client, charlie: User, synced: DocumentationSource
) -> None:
    client.force_login(charlie)
    page = client.get(synced.get_absolute_url()).content.decode()
    assert "1 added, 1 changed, 1 removed" in " ".join(page.split())
    assert "Sync now" not in page
    assert reverse("solution_library:source_delete", args=[synced.pk]) not in page


def test_the_report_counts_and_names_what_is_different(editor: Client, synced: DocumentationSource) -> None:
    report = synced.syncs.first()
    assert report
    page = editor.get(report.get_absolute_url()).content.decode()
    for entry in report.entries.all():
        assert entry.get_absolute_url() in page
    only = editor.get(report.get_absolute_url(), {"change": "removed"}).content.decode()
    assert [entry.get_absolute_url() in only for entry in report.entries.order_by("change")] == [
        False,
        False,
        True,
    ]


def test_an_unchanged_site_says_that_nothing_was_embedded(
    editor: Client, synced: DocumentationSource
) -> None:
    report = sync_source(synced)
    page = " ".join(editor.get(report.get_absolute_url()).content.decode().split())
    assert "Nothing changed, so nothing was embedded" in page
    assert "3 pages were checked; 3 did not even have to be sent." in page


def test_the_difference_of_a_page_shows_both_wordings_as_text(
    editor: Client, synced: DocumentationSource
) -> None:
    entry = SourceSyncEntry.objects.get(change="changed")
    page = editor.get(entry.get_absolute_url()).content.decode()
    assert re.search(r">The <strong[^>]*>old</strong> wording of a paragraph\.</del>", page)
    assert re.search(r">The <strong[^>]*>new</strong> wording of", page)
    assert "&lt;script&gt;" in page
    assert "<script>." not in page


def test_texts_that_cannot_be_read_are_said_in_words(
    editor: Client, synced: DocumentationSource, media, settings: Settings
) -> None:
    entry = SourceSyncEntry.objects.get(change="changed")
    (media / entry.old_key).unlink()
    assert "could not be read from the file store" in editor.get(entry.get_absolute_url()).content.decode()


def test_a_retired_page_says_that_it_is_gone_and_is_off_the_list(
    editor: Client, synced: DocumentationSource
) -> None:
    gone = synced.documents.get(title="B")
    assert "No longer on its site" in editor.get(gone.get_absolute_url()).content.decode()
    assert gone.get_absolute_url() not in editor.get(synced.solution.get_absolute_url()).content.decode()
    assert "No longer on the site" in editor.get(synced.get_absolute_url()).content.decode()


def test_a_site_is_deleted_with_its_pages(editor: Client, synced: DocumentationSource) -> None:
    answer = editor.post(reverse("solution_library:source_delete", args=[synced.pk]))
    assert answer.headers["Location"] == synced.solution.get_absolute_url()
    assert not DocumentationSource.objects.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_the_pages_cost_the_same_queries_however_much_there_is_and_no_storage(
    editor: Client, count: int, settings: Settings, django_assert_num_queries
) -> None:
    source = DocumentationSourceFactory()
    for number in range(count):
        document = DocumentFactory(
            source=source, solution=source.solution, url=f"https://docs.example.com/{number}"
        )
        sync = SourceSync.objects.create(source=source)
        SourceSyncEntry.objects.create(sync=sync, url=document.url, document=document, change="added")
    report = SourceSync.objects.create(source=source)
    for number in range(count):
        SourceSyncEntry.objects.create(sync=report, url=f"/{number}", change="added", new_key="x")
    use_storage(settings, "core.tests.stored_files.ForbiddenStorage")
    editor.get(source.get_absolute_url())
    with django_assert_num_queries(SOURCE_QUERIES):
        editor.get(source.get_absolute_url())
    with django_assert_num_queries(REPORT_QUERIES):
        editor.get(report.get_absolute_url())
