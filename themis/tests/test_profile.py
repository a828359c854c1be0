"""A person's preferences: made on first access, changed on the page, in force on every page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core.models import User
from themis.models import Profile
from themis.services.notifications import notify
from themis.tests.factories import make_job

ClientOf = Callable[[User], Client]


def answers(**changes: Any) -> dict[str, Any]:
    return {
        "first_name": "Alice",
        "last_name": "Archer",
        "theme": "dark",
        "language": "de",
        "time_zone": "Europe/Berlin",
        "date_style": "iso",
        "time_style": "24h",
        "number_locale": "",
        "first_day": "0",
    } | changes


def test_the_profile_is_made_on_first_access(alice: User, client_of: ClientOf) -> None:
    assert not Profile.objects.filter(user=alice).exists()
    client_of(alice).get("/")
    assert Profile.objects.get(user=alice).theme == "system"


def test_saving_changes_this_and_the_next_page(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    response = client.post(reverse("themis:profile"), answers(first_name="Alicia"))
    assert response.status_code == 302
    page = client.get(reverse("themis:profile")).content.decode()
    assert 'data-theme="dark"' in page
    assert '<html lang="de"' in page
    alice.refresh_from_db()
    assert alice.first_name == "Alicia"


def test_preferences_of_one_person_do_not_leak_into_the_next_request(
    alice: User, bob: User, client_of: ClientOf
) -> None:
    client_of(alice).post(reverse("themis:profile"), answers())
    client_of(alice).get("/")
    assert '<html lang="en"' in client_of(bob).get("/").content.decode()
    assert '<html lang="en"' in Client().get(reverse("account_login")).content.decode()


def test_nonsense_is_refused_in_words(alice: User, client_of: ClientOf) -> None:
    response = client_of(alice).post(
        reverse("themis:profile"), answers(time_zone="Mars/Olympus", theme="neon")
    )
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"time_zone", "theme"}
    assert Profile.objects.get(user=alice).theme == "system"


def test_fields_that_are_not_in_the_form_are_ignored(alice: User, bob: User, client_of: ClientOf) -> None:
    client_of(alice).post(
        reverse("themis:profile"), answers(is_staff="on", user=str(bob.pk), email="x@example.com")
    )
    alice.refresh_from_db()
    assert (alice.is_staff, alice.email) == (False, "alice@example.com")
    assert Profile.objects.get(user=alice).theme == "dark"


def test_examples_follow_the_form_and_save_nothing(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    page = client.get(reverse("themis:format_examples"), answers(number_locale="de")).content.decode()
    assert "1.234.567,89" in page
    assert "<html" not in page
    assert Profile.objects.get(user=alice).date_style == "medium"


def test_the_database_refuses_an_eighth_day(alice: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Profile.objects.create(user=alice, first_day=7)


def test_an_unknown_time_zone_does_not_validate(alice: User) -> None:
    with pytest.raises(ValidationError, match="Europe/Berlin"):
        Profile(user=alice, time_zone="Mars/Olympus").full_clean()


def test_the_counts_of_the_frame_are_the_persons_own(alice: User, bob: User) -> None:
    make_job(alice, state="queued")
    make_job(alice, state="done")
    make_job(bob)
    notify(alice, text="one")
    notify(alice, text="two")
    notify(bob, text="three")
    shell = Profile.objects.for_shell(alice)
    assert (shell.unread, shell.active_jobs) == (2, 1)


@pytest.mark.parametrize(("chosen", "kept"), [("dark", "dark"), ("system", "system")])
def test_the_theme_switch_is_remembered(chosen: str, kept: str, alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    client.get("/")
    response = client.post(reverse("themis:theme"), {"theme": chosen, "next": "/jobs/"})
    assert response["Location"] == "/jobs/"
    assert Profile.objects.get(user=alice).theme == kept
    assert client.cookies["theme"].value == chosen


def test_the_theme_switch_leads_nowhere_else(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    response = client.post(reverse("themis:theme"), {"theme": "dark", "next": "https://evil.example/"})
    assert response["Location"] == "/"
    assert client.post(reverse("themis:theme"), {"theme": '"><script>'}).status_code == 400


def test_the_sign_in_page_has_the_theme_of_last_time(db: None) -> None:
    client = Client()
    client.post(reverse("themis:theme"), {"theme": "dark"})
    assert 'data-theme="dark"' in client.get(reverse("account_login")).content.decode()
    client.cookies["theme"] = '"><script>alert(1)</script>'
    assert "<script>alert" not in client.get(reverse("account_login")).content.decode()
