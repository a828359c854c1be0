"""Every page of the shell opens for whom it is meant, and for nobody else."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from core.models import Job, User
from themis.services.api_keys import create_api_key
from themis.services.notifications import notify
from themis.tests.factories import make_job

ClientOf = Callable[[User], Client]
PAGES = ["dashboard", "profile", "api_keys", "notifications", "jobs"]
POST_ONLY = ["notifications_read", "theme", "time_zone"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_for_somebody_signed_in(name: str, alice: User, client_of: ClientOf) -> None:
    response = client_of(alice).get(reverse(f"themis:{name}"))
    assert response.status_code == 200
    assert "<h1" in response.content.decode()


@pytest.mark.parametrize("name", [*PAGES, "status"])
def test_a_page_sends_a_stranger_to_sign_in(name: str, db: None) -> None:
    response = Client().get(reverse(f"themis:{name}"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", POST_ONLY)
def test_what_changes_something_refuses_get(name: str, alice: User, client_of: ClientOf) -> None:
    assert client_of(alice).get(reverse(f"themis:{name}")).status_code == 405


def test_a_form_without_its_token_is_refused_in_the_design(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    response = client.post(reverse("themis:theme"), {"theme": "dark"})
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()


def test_the_status_page_is_for_administrators(alice: User, administrator: User, client_of: ClientOf) -> None:
    assert client_of(administrator).get(reverse("themis:status")).status_code == 200
    response = client_of(alice).get(reverse("themis:status"))
    assert response.status_code == 403
    assert "You may not see this" in response.content.decode()


def test_the_navigation_shows_administration_to_administrators_only(
    alice: User, administrator: User, client_of: ClientOf
) -> None:
    status = reverse("themis:status")
    assert status in client_of(administrator).get("/").content.decode()
    assert status not in client_of(alice).get("/").content.decode()


def test_the_current_page_is_marked_in_the_navigation(alice: User, client_of: ClientOf) -> None:
    page = client_of(alice).get(reverse("themis:jobs")).content.decode()
    assert f'href="{reverse("themis:jobs")}" aria-current="page"' in page
    assert 'href="/" aria-current' not in page


def test_an_unknown_address_is_a_404_in_the_design(alice: User, client_of: ClientOf) -> None:
    for client in (client_of(alice), Client()):
        response = client.get("/nowhere/")
        assert response.status_code == 404
        assert "This passage leads nowhere" in response.content.decode()


def test_more_than_a_form_may_hold_is_a_413_in_the_design(alice: User, client_of: ClientOf) -> None:
    for client, address in ((client_of(alice), "/profile/"), (Client(), "/accounts/login/")):
        response = client.post(address, {"first_name": "x" * 5_500_000})
        assert response.status_code == 413
        assert "That is too large" in response.content.decode()
    assert client_of(alice).get("/", headers={"host": "elsewhere.example.com"}).status_code == 400


def test_the_page_for_a_crash_needs_nothing(client_of: ClientOf) -> None:
    from django.template.loader import render_to_string

    page = render_to_string("500.html")
    assert "Something broke on our side" in page
    assert "Traceback" not in page


def test_no_page_asks_another_host(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    for name in PAGES:
        page = client.get(reverse(f"themis:{name}")).content.decode()
        assert 'src="http' not in page
        assert 'href="http' not in page


def test_no_page_has_inline_styles_or_handlers(alice: User, client_of: ClientOf) -> None:
    """The content security policy would block them, silently."""
    make_job(alice)
    notify(alice, text="Something")
    client = client_of(alice)
    for name in PAGES:
        page = client.get(reverse(f"themis:{name}")).content.decode()
        for forbidden in (" style=", " onclick=", " onchange=", " onsubmit=", "javascript:"):
            assert forbidden not in page, (name, forbidden)


@pytest.mark.parametrize("name", ["jobs", "notifications", "api_keys"])
def test_a_list_takes_as_many_queries_however_long(
    name: str, alice: User, client_of: ClientOf, django_assert_max_num_queries: Callable
) -> None:
    for number in range(30):
        make_job(alice, state=Job.State.DONE)
        notify(alice, text=f"Message {number}")
        create_api_key(alice, name=f"Key {number}", scopes=["read"])
    client = client_of(alice)
    client.get("/")  # makes the profile
    with django_assert_max_num_queries(10):
        client.get(reverse(f"themis:{name}"))


def test_a_page_is_small(alice: User, client_of: ClientOf) -> None:
    for _ in range(30):
        make_job(alice, state=Job.State.DONE)
    for name in PAGES:
        assert len(client_of(alice).get(reverse(f"themis:{name}")).content) < 200_000


def test_the_icon_that_browsers_ask_for_of_their_own_accord_is_there(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response["Location"].endswith("favicon.svg")
