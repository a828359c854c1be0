"""The command palette's endpoint: what it finds, for whom, and that nobody else's rows are in it."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from themis import registry
from themis.models import RecentItem
from themis.registry import PaletteEntry, PaletteProvider
from themis.services.palette import search_palette
from themis.services.recent_items import recent_entries, record_opened

ClientOf = Callable[[User], Client]


def labels(user: User, query: str) -> list[str]:
    return [entry.label for group in search_palette(user, query) for entry in group.entries]


@pytest.fixture
def own_rooms(alice: User) -> Iterator[None]:
    """A provider whose rows 1 to 9 are Alice's and no one else's."""

    def entry(number: int) -> PaletteEntry:
        return PaletteEntry(f"Room {number}", f"/rooms/{number}/", "box")

    def search(user: User, query: str, limit: int) -> list[PaletteEntry]:
        return [entry(number) for number in range(1, 10)][:limit] if user == alice else []

    def recall(user: User, ids: object) -> dict[int, PaletteEntry]:
        return {number: entry(number) for number in range(1, 10)} if user == alice else {}

    registry.register_palette_provider(PaletteProvider("rooms", "Rooms", search, order=1, recall=recall))
    yield
    del registry.palette_providers.entries["rooms"]


def test_pages_and_actions_are_found_by_all_their_words(alice: User) -> None:
    assert "New RFP" in labels(alice, "rfp new")
    assert "Your preferences" in labels(alice, "TIME zone")
    assert "New RFP" not in labels(alice, "rfp nonsense")


def test_what_somebody_may_not_open_is_not_offered(charlie: User, administrator: User) -> None:
    assert "New RFP" not in labels(charlie, "new")
    assert "System status" not in labels(charlie, "status")
    assert "System status" in labels(administrator, "status")


def test_rows_are_asked_for_from_two_letters_on(alice: User, own_rooms: None) -> None:
    assert "Room 1" not in labels(alice, "r")
    assert "Room 1" in labels(alice, "ro")


def test_without_words_the_last_things_opened_come_first(alice: User, own_rooms: None) -> None:
    for number in (3, 7, 3):
        record_opened(alice, kind="rooms", object_id=number)
    groups = search_palette(alice, "")
    assert groups[0].key == "recent"
    assert [entry.label for entry in groups[0].entries] == ["Room 3", "Room 7"]
    assert RecentItem.objects.count() == 2


def test_what_is_gone_or_no_longer_theirs_is_left_out(alice: User, bob: User, own_rooms: None) -> None:
    record_opened(alice, kind="rooms", object_id=44)
    record_opened(alice, kind="no such kind", object_id=1)
    record_opened(bob, kind="rooms", object_id=1)
    assert recent_entries(alice) == []
    assert recent_entries(bob) == []


def test_the_page_works_alone_and_the_palette_gets_options_only(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    page = client.get(reverse("themis:search"), {"q": "jobs"}).content.decode()
    assert "<h1" in page
    assert f'href="{reverse("themis:jobs")}"' in page
    headers = {"HX-Request": "true", "HX-Target": "palette-list"}
    options = client.get(reverse("themis:search"), {"q": "jobs"}, headers=headers).content.decode()
    assert "<h1" not in options
    assert 'role="option"' in options


@pytest.mark.parametrize("query", ["%", "x" * 500, "<script>alert(1)</script>", "'; --", "a " * 90])
def test_any_words_get_a_page(query: str, alice: User, client_of: ClientOf) -> None:
    response = client_of(alice).get(reverse("themis:search"), {"q": query})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_a_search_takes_few_queries(
    alice: User, client_of: ClientOf, django_assert_max_num_queries: Callable
) -> None:
    client = client_of(alice)
    client.get("/")  # makes the profile
    with django_assert_max_num_queries(10):
        client.get(reverse("themis:search"), {"q": "access"})
    with django_assert_max_num_queries(10):
        client.get(reverse("themis:search"))
