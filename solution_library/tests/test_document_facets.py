"""The documents of a solution are narrowed down by type, tag, owner and freshness."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.models import User
from solution_library.models import Document, Solution, SourceSync, SourceSyncEntry
from solution_library.tests.factories import DocumentationSourceFactory, DocumentFactory, SolutionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def solution() -> Solution:
    return SolutionFactory()


def titles(client: Client, solution: Solution, **filters: str) -> set[str]:
    found = client.get(solution.get_absolute_url(), filters).context["documents"]
    return {document.title for document in found}


def changed_page(solution: Solution, title: str, *, days_ago: int) -> Document:
    source = DocumentationSourceFactory(solution=solution)
    page = DocumentFactory(solution=solution, title=title, source=source, url="https://docs.example.com/a")
    sync = SourceSync.objects.create(source=source)
    SourceSync.objects.filter(pk=sync.pk).update(started_at=timezone.now() - timedelta(days=days_ago))
    SourceSyncEntry.objects.create(sync=sync, document=page, change="changed", url=page.url)
    return page


def test_type_tag_and_owner(client: Client, charlie: User, alice: User, solution: Solution) -> None:
    client.force_login(charlie)
    DocumentFactory(solution=solution, title="one", filename="a.md", tags=["hr"], owner=alice)
    DocumentFactory(solution=solution, title="two", filename="b.txt")
    DocumentFactory(title="elsewhere", filename="c.csv", tags=["other"])
    assert titles(client, solution, type="md") == {"one"}
    assert titles(client, solution, tag="hr") == {"one"}
    assert titles(client, solution, owner=str(alice.pk)) == {"one"}
    facets = client.get(solution.get_absolute_url()).context["facets"]
    assert (facets.types, facets.tags, facets.owners) == (["md", "txt"], ["hr"], [alice])


@pytest.mark.parametrize(
    ("freshness", "expected"),
    [
        ("overdue", {"late"}),
        ("soon", {"soon"}),
        ("unowned", {"late", "soon", "changed", "settled"}),
        ("unplanned", {"owned", "changed", "settled"}),
        ("changed", {"changed"}),
    ],
)
def test_freshness(
    client: Client, alice: User, solution: Solution, freshness: str, expected: set[str]
) -> None:
    client.force_login(alice)
    today = timezone.localdate()
    DocumentFactory(solution=solution, title="late", review_by=today - timedelta(days=1))
    DocumentFactory(solution=solution, title="soon", review_by=today)
    DocumentFactory(solution=solution, title="owned", owner=alice)
    changed_page(solution, "changed", days_ago=3)
    changed_page(solution, "settled", days_ago=60)
    assert titles(client, solution, freshness=freshness) == expected


def test_badges_say_what_is_stale(client: Client, charlie: User, solution: Solution) -> None:
    client.force_login(charlie)
    changed_page(solution, "changed", days_ago=3)
    DocumentFactory(solution=solution, review_by=timezone.localdate() - timedelta(days=1))
    page = client.get(solution.get_absolute_url()).content.decode()
    for badge in ("Page changed lately", "Review overdue since", "Never used"):
        assert badge in page


def test_nonsense_in_the_address_shows_everything(client: Client, charlie: User, solution: Solution) -> None:
    client.force_login(charlie)
    DocumentFactory(solution=solution, title="one")
    assert titles(client, solution, freshness="rotten", owner="9" * 30, status="odd", page="x") == {"one"}
