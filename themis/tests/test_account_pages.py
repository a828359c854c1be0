"""The pages of signing in and of getting back in, as the project serves them."""

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from core.models import User

pytestmark = pytest.mark.django_db

PAGES = ["/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/password/reset/key/done/"]


@pytest.mark.parametrize("path", ["/accounts/login/", *PAGES])
def test_a_stranger_sees_the_page(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", [*PAGES, "/accounts/password/change/"])
def test_who_is_signed_in_sees_the_page(client: Client, alice: User, path: str) -> None:
    client.force_login(alice)
    assert client.get(path).status_code == 200


def test_nobody_changes_their_own_address(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/accounts/email/").status_code == 404
    response = client.post("/accounts/email/", {"email": "bob@example.com", "action_add": ""})
    assert response.status_code == 404
    assert not EmailAddress.objects.filter(email="bob@example.com").exists()


def test_a_link_to_a_new_password_goes_by_mail(client: Client, alice: User) -> None:
    assert "we send you a link" in client.get("/accounts/password/reset/").content.decode()
    page = client.post("/accounts/password/reset/", {"email": alice.email}, follow=True)
    assert "is on its way" in page.content.decode()
    assert "/accounts/password/reset/key/" in mail.outbox[0].body


def test_without_a_mail_server_no_link_is_written_anywhere(
    client: Client, alice: User, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = client.get("/accounts/password/reset/").content.decode()
    assert "Ask an administrator" in page
    assert '<input type="email"' not in page
    done = client.post("/accounts/password/reset/", {"email": alice.email}, follow=True)
    assert "Ask an administrator" in done.content.decode()
    assert "on its way" not in done.content.decode()
    assert "/accounts/password/reset/key/" not in capsys.readouterr().out


def test_a_developer_reads_the_letter_on_the_console(
    client: Client, alice: User, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    settings.DEBUG = True
    client.post("/accounts/password/reset/", {"email": alice.email})
    assert "/accounts/password/reset/key/" in capsys.readouterr().out
