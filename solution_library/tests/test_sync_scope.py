"""What a person changes about which pages belong to a site holds from the next sync on."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from solution_library.models import DocumentationSource, ScrapedPage
from solution_library.services.sources import save_source
from solution_library.services.sync import sync_source
from solution_library.tests.factories import DocumentationSourceFactory
from solution_library.tests.sites import Site

pytestmark = pytest.mark.django_db
TEXT = "Backups run every night at two and are kept for thirty days in a second region of the provider."


@pytest.fixture
def source(open_site: Site) -> DocumentationSource:
    """Of the site only the guides belong to it, and it was read."""
    open_site.page("/", "Start", TEXT, links=("/guides/a", "/api/b"))
    open_site.page("/guides/a", "A", TEXT + " Page A.", links=("/api/c",))
    open_site.page("/api/b", "B", TEXT + " Page B.")
    open_site.page("/api/c", "C", TEXT + " Page C.")
    source = DocumentationSourceFactory(base_url=open_site.url, include_patterns=["/guides/*"])
    assert sync_source(source).added == 2
    source.refresh_from_db()
    return source


@pytest.mark.parametrize(
    "change", [{"include_patterns": []}, {"include_patterns": ["/guides/*", "/api/*"]}], ids=["none", "two"]
)
def test_wider_patterns_are_followed_on_pages_that_did_not_change(
    source: DocumentationSource, change: dict[str, Any]
) -> None:
    for name, value in change.items():
        setattr(source, name, value)
    save_source(source)
    report = sync_source(source)
    assert (report.added, report.unchanged, report.not_modified) == (2, 2, 0)
    assert sync_source(source).not_modified == 4


def test_dropping_an_exclude_pattern_is_too(source: DocumentationSource) -> None:
    source.include_patterns, source.exclude_patterns = [], ["/api/*"]
    save_source(source)
    sync_source(source)
    source.exclude_patterns = []
    save_source(source)
    assert sync_source(source).added == 2


def test_what_says_nothing_of_the_scope_keeps_what_the_site_said(source: DocumentationSource) -> None:
    source.name, source.max_pages = "Another name", 100
    save_source(source)
    assert sync_source(source).not_modified == 2


def test_the_admin_saves_by_the_same_rules(source: DocumentationSource, admin_client: Client) -> None:
    page = reverse("admin:solution_library_documentationsource_change", args=[source.pk])
    form = admin_client.get(page).context["adminform"].form
    data = {name: value if value is not None else "" for name, value in form.initial.items()}
    response = admin_client.post(page, data | {"include_patterns": "", "exclude_patterns": ""})
    assert response.status_code == 302, response.context["errors"]
    assert set(ScrapedPage.objects.values_list("etag", "last_modified")) == {("", "")}


def test_patterns_changed_while_the_site_is_read_hold_from_the_next_sync_on(
    source: DocumentationSource, alice: User
) -> None:
    def widen(done: int, total: int, message: str) -> None:
        changed = DocumentationSource.objects.get(pk=source.pk)
        changed.include_patterns = []
        save_source(changed)

    # The pages are sent anew, and so what is kept of them is written after the change.
    ScrapedPage.objects.update(etag="", last_modified="")
    sync_source(source, progress=widen)
    source.refresh_from_db()
    assert sync_source(source).added == 2
