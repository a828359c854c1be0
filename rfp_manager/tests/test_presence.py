"""Who is here: told to the team, forgotten by itself, written to no table."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from redis.exceptions import ConnectionError as RedisConnectionError

from core.models import User
from rfp_manager.models import RFP
from rfp_manager.services import presence
from rfp_manager.tests.factories import RFPFactory, add_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


def beat(client: Client, rfp: RFP, user: User, **data: Any) -> Any:
    client.force_login(user)
    return client.post(reverse("rfp_manager:here", args=[rfp.pk]), data)


def seen(response: Any) -> list[tuple[str, int | None]]:
    return [(str(each.person), each.question) for each in response.context["present"]]


def test_each_sees_the_others_and_what_they_have_open(
    client: Client, rfp: RFP, alice: User, bob: User
) -> None:
    assert seen(beat(client, rfp, bob, question=7)) == []
    assert seen(beat(client, rfp, alice)) == [(str(bob), 7)]
    assert seen(beat(client, rfp, bob, question=8)) == [(str(alice), None)]
    assert seen(beat(client, rfp, alice, question="nonsense")) == [(str(bob), 8)]


def test_who_says_nothing_more_is_forgotten(
    client: Client, rfp: RFP, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "STAYS", 0)
    beat(client, rfp, bob, question=7)
    assert seen(beat(client, rfp, alice)) == []


def test_another_rfp_knows_nothing_of_it(client: Client, rfp: RFP, alice: User, bob: User) -> None:
    other = RFPFactory(owner=alice)
    add_member(other, bob)
    beat(client, rfp, bob, question=7)
    assert seen(beat(client, other, alice)) == []


def test_outsiders_neither_see_nor_are_seen(
    client: Client, rfp: RFP, alice: User, bob: User, charlie: User
) -> None:
    beat(client, rfp, bob, question=7)
    assert beat(client, rfp, charlie).status_code == 404
    assert seen(beat(client, rfp, alice)) == [(str(bob), 7)]


def test_a_beat_writes_to_no_table(client: Client, rfp: RFP, bob: User) -> None:
    beat(client, rfp, bob)
    with CaptureQueriesContext(connection) as queries:
        client.post(reverse("rfp_manager:here", args=[rfp.pk]), {"question": 7})
    said = [query["sql"] for query in queries]
    assert all(sql.startswith("SELECT") for sql in said), said
    assert len(said) <= 7


def test_without_the_cache_nobody_is_here_and_nothing_breaks(
    client: Client, rfp: RFP, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*arguments: Any, **named: Any) -> None:
        raise RedisConnectionError("gone")

    for name in ("set", "get_many"):
        monkeypatch.setattr(presence.cache, name, lost)
    assert seen(beat(client, rfp, bob)) == []
