"""The list of sessions shows those that still sign a person in."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from core.models import User
from themis.services.sessions import live_sessions

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> str:
    """The key of a new session of the person, as the list knows it."""
    client = Client()
    client.force_login(user)
    client.get("/")
    key = str(client.session.session_key)
    UserSession.objects.get_or_create(session_key=key, defaults={"user": user, "ip": "127.0.0.1"})
    return key


def keys(user: User) -> list[str]:
    return [row.session_key for row in live_sessions(User.objects.get(pk=user.pk))]


def test_sessions_are_listed_oldest_first_and_only_ones_own(alice: User, bob: User) -> None:
    first, second = signed_in(alice), signed_in(alice)
    signed_in(bob)
    assert keys(alice) == [first, second]


def test_what_is_over_is_neither_listed_nor_kept(alice: User) -> None:
    ended, kept = signed_in(alice), signed_in(alice)
    Session.objects.filter(session_key=ended).delete()
    assert keys(alice) == [kept]
    assert UserSession.objects.filter(user=alice).count() == 1


def test_a_new_password_ends_the_sessions_before_it(alice: User) -> None:
    signed_in(alice)
    alice.set_password("another horse, another battery")
    alice.save()
    after = signed_in(alice)
    assert keys(alice) == [after]


def test_the_page_says_which_session_this_is_and_ends_the_others(client: Client, alice: User) -> None:
    other = signed_in(alice)
    client.force_login(alice)
    client.get("/")
    own = str(client.session.session_key)
    UserSession.objects.get_or_create(session_key=own, defaults={"user": alice, "ip": "127.0.0.1"})
    page = client.get(reverse("usersessions_list")).content.decode()
    assert page.count("This one") == 1
    client.post(reverse("usersessions_list"))
    assert not Session.objects.filter(session_key=other).exists()
    assert Session.objects.filter(session_key=own).exists()


def test_a_fragment_after_the_session_ended_is_no_page_for_signing_in() -> None:
    client = Client()
    assert client.get(reverse("themis:bell"), headers={"HX-Request": "true"}).status_code == 401
    assert client.get(reverse("themis:bell")).headers["Location"].startswith("/accounts/login/")
