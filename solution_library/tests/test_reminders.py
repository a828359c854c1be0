"""Owners are told what wants their review: once, all of a day together, and the page lists it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from core.permissions import LIBRARY_EDITOR
from core.tests.factories import UserFactory
from solution_library.models import Document, LibraryAnswer, ReviewReminder, SourceSync, SourceSyncEntry
from solution_library.services.reminders import remind_owners
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentFactory,
    LibraryAnswerFactory,
)
from themis.models import Notification

pytestmark = pytest.mark.django_db

YESTERDAY = timezone.localdate() - timedelta(days=1)
PAGE = "solution_library:reviews"
QUERIES_MOST = 16


@pytest.fixture(autouse=True)
def the_day_of_each_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of all tests may begin before midnight and end after it."""
    monkeypatch.setitem(globals(), "YESTERDAY", timezone.localdate() - timedelta(days=1))


def old(row: Document | LibraryAnswer) -> Document | LibraryAnswer:
    """The row as if it had been made 200 days ago."""
    type(row)._default_manager.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=200))
    return row


def told(user: User) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", "link"))


def changed_page(owner: User | None, *, days_ago: int) -> Document:
    source = DocumentationSourceFactory()
    page: Document = DocumentFactory(source=source, url="https://docs.example.com/a", owner=owner)
    sync = SourceSync.objects.create(source=source)
    SourceSync.objects.filter(pk=sync.pk).update(started_at=timezone.now() - timedelta(days=days_ago))
    SourceSyncEntry.objects.create(sync=sync, document=page, change="changed", url=page.url)
    return page


def test_one_notification_for_all_that_is_due(alice: User, bob: User) -> None:
    DocumentFactory(owner=alice, review_by=YESTERDAY)
    changed_page(alice, days_ago=2)
    old(DocumentFactory(owner=alice))
    LibraryAnswerFactory(owner=alice, review_by=YESTERDAY, times_used=1)
    DocumentFactory(owner=alice, review_by=timezone.localdate())
    LibraryAnswerFactory(owner=bob)
    assert remind_owners() == 1
    assert told(alice) == [("Your review is wanted: 3 documents and 1 library answer.", reverse(PAGE))]
    assert told(bob) == []
    assert Notification.objects.get().level == Notification.Level.WARNING


def test_nobody_is_told_twice_also_after_reading(alice: User) -> None:
    document = DocumentFactory(owner=alice, review_by=YESTERDAY)
    remind_owners()
    Notification.objects.update(read_at=timezone.now())
    assert remind_owners() == 0
    assert len(told(alice)) == 1
    Document.objects.filter(pk=document.pk).update(review_by=YESTERDAY - timedelta(days=1))
    assert remind_owners() == 1
    assert ReviewReminder.objects.count() == 2


def test_a_row_with_two_reasons_counts_once(alice: User) -> None:
    old(LibraryAnswerFactory(owner=alice, review_by=YESTERDAY))
    remind_owners()
    assert [text for text, _ in told(alice)] == ["Your review is wanted: 1 library answer."]
    assert ReviewReminder.objects.count() == 2


def test_what_nobody_owns_goes_to_every_editor(alice: User, bob: User) -> None:
    editor = UserFactory(groups=[LIBRARY_EDITOR])
    gone = UserFactory(groups=[LIBRARY_EDITOR], is_active=False)
    DocumentFactory(review_by=YESTERDAY)
    DocumentFactory(owner=gone, review_by=YESTERDAY)
    DocumentFactory(owner=alice, review_by=YESTERDAY)
    assert remind_owners() == 2
    orphans = "Nobody's, for any editor to review: 2 documents."
    assert told(editor) == [(orphans, f"{reverse(PAGE)}?owner=nobody")]
    assert told(alice) == [(f"Your review is wanted: 1 document. {orphans}", reverse(PAGE))]
    assert told(bob) == told(gone) == []


def test_what_is_deleted_settled_or_used_wants_nothing(alice: User) -> None:
    now = timezone.now()
    DocumentFactory(owner=alice, review_by=YESTERDAY, retired_at=now, deleted_at=now)
    changed_page(alice, days_ago=60)
    old(LibraryAnswerFactory(owner=alice, times_used=3))
    LibraryAnswerFactory(owner=alice)
    assert remind_owners() == 0


def test_everybody_finds_their_own_nobodys_and_all(client: Client, alice: User, charlie: User) -> None:
    DocumentFactory(title="Mine", owner=charlie, review_by=YESTERDAY)
    DocumentFactory(title="Theirs", owner=alice, review_by=YESTERDAY)
    DocumentFactory(title="Orphan", review_by=YESTERDAY)
    LibraryAnswerFactory(question="Is it mine?", owner=charlie, review_by=YESTERDAY)
    client.force_login(charlie)

    def listed(**asked: str) -> set[str]:
        context = client.get(reverse(PAGE), asked).context
        return {str(row) for row in [*context["documents"], *context["answers"]]}

    assert listed() == {"Mine", "Is it mine?"}
    assert listed(owner="nobody") == {"Orphan"}
    assert listed(owner="all") == {"Mine", "Theirs", "Orphan", "Is it mine?"}
    assert listed(owner="<odd>", page="99999999999") == {"Mine", "Is it mine?"}


def test_without_anything_to_review_the_page_says_so(client: Client, charlie: User) -> None:
    client.force_login(charlie)
    assert "Nothing wants a review" in client.get(reverse(PAGE)).content.decode()


def test_the_shorter_list_ends_with_its_own_pages(client: Client, charlie: User) -> None:
    client.force_login(charlie)
    for _ in range(35):
        DocumentFactory(owner=charlie, review_by=YESTERDAY)
    LibraryAnswerFactory(owner=charlie, review_by=YESTERDAY)
    context = client.get(reverse(PAGE), {"page": "2"}).context
    assert (len(context["documents"]), len(context["answers"])) == (5, 0)


@pytest.mark.parametrize("count", [2, 12])
def test_the_list_costs_the_same_queries(
    client: Client, charlie: User, count: int, django_assert_max_num_queries
) -> None:
    client.force_login(charlie)
    for _ in range(count):
        DocumentFactory(owner=charlie, review_by=YESTERDAY)
        LibraryAnswerFactory(owner=charlie, review_by=YESTERDAY)
    client.get(reverse(PAGE))
    with django_assert_max_num_queries(QUERIES_MOST):
        client.get(reverse(PAGE))
