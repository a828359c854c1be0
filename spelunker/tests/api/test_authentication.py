"""Who is let in: keys that are missing, wrong, expired, revoked or too weak; sessions with their CSRF token."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from core.models import AuditEvent, User
from spelunker.tests.api.caller import Caller
from themis.api import limits
from themis.services.api_keys import create_api_key, revoke_api_key

pytestmark = pytest.mark.django_db

ORGANIZATION = {"name": "Acme"}


def test_a_valid_key_is_who_it_belongs_to(as_alice: Caller, alice: User) -> None:
    me = as_alice.get("/me").json()
    assert (me["id"], me["name"], me["email"]) == (alice.pk, str(alice), "alice@example.com")
    assert me["scopes"] == ["read", "write"]
    assert alice.api_keys.get().last_used_at is not None


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer nonsense",
        "Basic YWxpY2U6eA==",
        "Bearer spk_000000000000." + "x" * 43,
        "Token a b",
    ],
)
def test_without_a_valid_key_it_is_401_in_words(db: None, header: str) -> None:
    response = Caller().send("get", "/me", headers={"authorization": header} if header else None)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response.json()["status"] == 401


def test_an_expired_key_opens_nothing(alice: User) -> None:
    _key, text = create_api_key(
        alice, name="old", scopes=["read"], expires_at=timezone.now() - dt.timedelta(seconds=1)
    )
    assert Caller(text).get("/me").status_code == 401


def test_a_revoked_key_opens_nothing(alice: User) -> None:
    key, text = create_api_key(alice, name="gone", scopes=["read"])
    assert Caller(text).get("/me").status_code == 200
    revoke_api_key(key)
    assert Caller(text).get("/me").status_code == 401


def test_the_key_of_somebody_who_left_opens_nothing(as_alice: Caller, alice: User) -> None:
    alice.is_active = False
    alice.save()
    assert as_alice.get("/me").status_code == 401


def test_a_wrong_key_does_not_fall_back_to_the_session(alice: User) -> None:
    caller = Caller("spk_000000000000." + "x" * 43)
    caller.client.force_login(alice)
    assert caller.get("/me").status_code == 401


def test_a_reading_key_writes_nothing(caller_of: Callable[..., Caller], alice: User) -> None:
    reader = caller_of(alice, scopes=("read",))
    response = reader.post("/organizations", ORGANIZATION)
    assert response.status_code == 403
    assert response.json()["type"] == "urn:spelunker:problem:missing-scope"
    assert reader.get("/organizations").status_code == 200
    event = AuditEvent.objects.get(action="denied")
    assert event.actor == alice
    assert event.via.startswith("spk_")


def test_a_writing_key_does_not_read(caller_of: Callable[..., Caller], alice: User) -> None:
    assert caller_of(alice, scopes=("write",)).get("/organizations").status_code == 403


@pytest.mark.parametrize("name", ["api_key", "token", "q"])
def test_a_key_in_the_address_is_refused(as_alice: Caller, name: str) -> None:
    response = as_alice.get("/me", **{name: as_alice.key})
    assert response.status_code == 400
    assert response.json()["type"] == "urn:spelunker:problem:key-in-query"
    assert Caller().get("/me", **{name: as_alice.key}).status_code == 400


def test_a_session_reads_and_writes_with_its_csrf_token(alice: User) -> None:
    caller = Caller()
    caller.client = Client(enforce_csrf_checks=True)
    caller.client.force_login(alice)
    assert caller.get("/me").json()["email"] == "alice@example.com"
    refused = caller.post("/organizations", ORGANIZATION)
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    caller.client.get("/profile/")
    token = caller.client.cookies["csrftoken"].value
    accepted = caller.post("/organizations", ORGANIZATION, headers={"x-csrftoken": token})
    assert accepted.status_code == 201


def test_a_post_of_nobody_is_401_and_not_a_csrf_failure(db: None) -> None:
    caller = Caller()
    caller.client = Client(enforce_csrf_checks=True)
    assert caller.post("/organizations", ORGANIZATION).status_code == 401


@override_settings(API_RATE_PER_KEY=3)
def test_a_burst_is_429_with_the_time_to_wait(as_alice: Caller) -> None:
    answers = [as_alice.get("/me") for _ in range(5)]
    assert [answer.status_code for answer in answers[:3]] == [200, 200, 200]
    assert answers[4].status_code == 429
    assert 1 <= int(answers[4]["Retry-After"]) <= 61
    assert answers[4]["Content-Type"] == "application/problem+json"


@pytest.mark.usefixtures("one_window")
@override_settings(API_RATE_PER_KEY=100, API_RATE_PER_USER=3)
def test_a_second_key_does_not_double_what_a_person_may_ask(
    caller_of: Callable[..., Caller], alice: User, bob: User
) -> None:
    first, second = caller_of(alice), caller_of(alice)
    assert [first.get("/me").status_code for _ in range(3)] == [200] * 3
    assert second.get("/me").status_code == 429
    assert caller_of(bob).get("/me").status_code == 200


@pytest.fixture
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are counted by the minute: none ends while a test counts them."""
    monkeypatch.setattr(limits, "WINDOW", 10**9)


@pytest.mark.usefixtures("one_window")
@override_settings(API_RATE_PER_ADDRESS=2)
def test_guessing_keys_is_limited_by_address_whatever_the_header_says(as_alice: Caller) -> None:
    guesser = Caller("spk_000000000000." + "x" * 43)
    statuses = [
        guesser.send("get", "/me", headers={"x-forwarded-for": f"198.51.100.{number}"}).status_code
        for number in range(4)
    ]
    assert statuses == [401, 401, 429, 429]
    assert as_alice.get("/me").status_code == 200, "who holds a key is not shut out by a neighbour"


@pytest.mark.usefixtures("one_window")
@override_settings(API_RATE_PER_ADDRESS=1, TRUSTED_PROXY_COUNT=1)
def test_behind_a_proxy_the_address_that_it_saw_counts(db: None) -> None:
    def guess(forwarded: str) -> int:
        return Caller("spk_x").send("get", "/me", headers={"x-forwarded-for": forwarded}).status_code

    assert [guess("10.0.0.1, 203.0.113.5"), guess("10.0.0.2, 203.0.113.5"), guess("203.0.113.6")] == [
        401,
        429,
        401,
    ]
