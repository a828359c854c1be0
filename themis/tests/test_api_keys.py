"""Keys of the REST API: shown once, kept as a digest, refused when altered, expired or revoked."""

import datetime as dt
import time
from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from themis.models import APIKey, Profile
from themis.services.api_keys import authenticate_api_key, create_api_key, revoke_api_key
from themis.shown_once import SECONDS

ClientOf = Callable[[User], Client]


def test_a_key_opens_for_its_maker(alice: User) -> None:
    key, text = create_api_key(alice, name="Nightly", scopes=["read"])
    found = authenticate_api_key(text)
    assert found == key
    assert found is not None
    assert found.user == alice
    assert found.scopes == ["read"]


def test_the_secret_is_nowhere_in_the_database(alice: User) -> None:
    _, text = create_api_key(alice, name="Nightly", scopes=["read"])
    secret = text.split(".")[1]
    row = APIKey.objects.values().get()
    assert all(secret not in str(value) for value in row.values())


def test_the_digest_depends_on_the_pepper(alice: User, settings: object) -> None:
    _, text = create_api_key(alice, name="Nightly", scopes=["read"])
    settings.API_KEY_PEPPER = "another pepper"  # type: ignore[attr-defined]
    assert authenticate_api_key(text) is None


@pytest.mark.parametrize(
    "change", [lambda text: text[:-1], lambda text: text + "x", lambda text: text.swapcase(), str.strip]
)
def test_only_the_exact_text_opens(change: Callable[[str], str], alice: User) -> None:
    _, text = create_api_key(alice, name="Nightly", scopes=["read"])
    changed = change(text)
    assert (authenticate_api_key(changed) is not None) == (changed == text)


@pytest.mark.parametrize(
    "text", ["", "spk_", "spk_000000000000." + "a" * 43, "Bearer x", "spk_\x00.\x00", "ü" * 60]
)
def test_nonsense_opens_nothing(text: str, db: None) -> None:
    assert authenticate_api_key(text) is None


def test_one_keys_secret_does_not_open_another(alice: User) -> None:
    _, one = create_api_key(alice, name="One", scopes=["read"])
    _, two = create_api_key(alice, name="Two", scopes=["read"])
    assert authenticate_api_key(one.split(".")[0] + "." + two.split(".")[1]) is None


def test_an_expired_key_opens_nothing(alice: User) -> None:
    past = timezone.now() - dt.timedelta(seconds=1)
    _, text = create_api_key(alice, name="Old", scopes=["read"], expires_at=past)
    assert authenticate_api_key(text) is None


def test_a_revoked_key_opens_nothing_and_keeps_its_first_time(alice: User) -> None:
    key, text = create_api_key(alice, name="Nightly", scopes=["read"])
    revoke_api_key(key)
    first = key.revoked_at
    revoke_api_key(key)
    assert key.revoked_at == first
    assert authenticate_api_key(text) is None


def test_the_key_of_somebody_who_left_opens_nothing(alice: User) -> None:
    _, text = create_api_key(alice, name="Nightly", scopes=["read"])
    alice.is_active = False
    alice.save()
    assert authenticate_api_key(text) is None


def test_last_used_is_written_once_a_minute(alice: User, django_assert_num_queries: Callable) -> None:
    key, text = create_api_key(alice, name="Nightly", scopes=["read"])
    authenticate_api_key(text)
    key.refresh_from_db()
    first = key.last_used_at
    assert first is not None
    authenticate_api_key(text)
    key.refresh_from_db()
    assert key.last_used_at == first


def test_a_key_without_a_scope_is_refused_by_the_database(alice: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        create_api_key(alice, name="Nothing", scopes=[])


def test_the_page_shows_a_new_key_once_and_reloading_makes_no_other(alice: User, client_of: ClientOf) -> None:
    client, address = client_of(alice), reverse("themis:api_keys")
    answer = client.post(address, {"name": "Nightly", "scopes": ["read"], "lifetime": "30"})
    assert (answer.status_code, answer["Location"]) == (302, address)
    page = client.get(address)
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    again = client.get(address)
    assert again.context["secret"] == "" and secret not in again.content.decode()
    assert APIKey.objects.count() == 1
    key = authenticate_api_key(secret)
    assert key is not None
    assert key.expires_at is not None
    assert dt.timedelta(days=29) < key.expires_at - timezone.now() <= dt.timedelta(days=30)


def test_a_key_may_end_with_a_day_of_the_persons_choice(alice: User, client_of: ClientOf) -> None:
    Profile.objects.create(user=alice, language="de", date_style="short", time_zone="America/New_York")
    client, address = client_of(alice), reverse("themis:api_keys")
    year = timezone.now().year + 1
    asked = {"name": "Audit", "scopes": ["read"], "lifetime": "30"}
    client.post(address, {**asked, "expires_on": f"31.12.{year}"})
    assert APIKey.objects.get().expires_at == dt.datetime(year + 1, 1, 1, 5, tzinfo=dt.UTC)
    for wrong in ("1.1.2020", "31.12.9999", "soon"):
        answer = client.post(address, {**asked, "expires_on": wrong})
        assert set(answer.context["form"].errors) == {"expires_on"}, wrong


def test_the_page_refuses_a_key_without_name_or_scope(alice: User, client_of: ClientOf) -> None:
    response = client_of(alice).post(reverse("themis:api_keys"), {"name": "", "lifetime": "4000"})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"name", "scopes", "lifetime"}
    assert not APIKey.objects.exists()


def test_a_key_is_revoked_by_its_maker_only(alice: User, charlie: User, client_of: ClientOf) -> None:
    key, text = create_api_key(alice, name="Nightly", scopes=["read"])
    address = reverse("themis:api_key_revoke", args=[key.pk])
    assert client_of(charlie).post(address).status_code == 404
    assert authenticate_api_key(text)
    assert client_of(alice).get(address).status_code == 405
    assert client_of(alice).post(address).status_code == 302
    assert authenticate_api_key(text) is None
    assert "Nightly" not in client_of(charlie).get(reverse("themis:api_keys")).content.decode()


def test_a_secret_that_waits_for_its_page_is_readable_nowhere_and_not_for_long(
    alice: User, client_of: ClientOf
) -> None:
    client, address = client_of(alice), reverse("themis:api_keys")
    asked = {"name": "Nightly", "scopes": ["read"], "lifetime": "30"}
    client.post(address, asked)
    (kept,) = [value for key, value in client.session.items() if key.startswith("shown_once")]
    assert "spk_" not in str(kept)
    later = time.time() + SECONDS + 1
    with patch("themis.shown_once.time.time", lambda: later):
        assert client.get(address).context["secret"] == ""
    assert client.get(address).context["secret"] == ""


def test_what_a_key_may_is_said_in_the_readers_words(alice: User, client_of: ClientOf) -> None:
    Profile.objects.create(user=alice, language="de")
    create_api_key(alice, name="Nightly", scopes=["read", "write"])
    assert "Lesen, Schreiben" in client_of(alice).get(reverse("themis:api_keys")).content.decode()
