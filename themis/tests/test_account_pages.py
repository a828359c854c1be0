"""The pages of signing in and of getting back in, as the project serves them."""

import pytest
from django.test import Client

from core.models import User

pytestmark = pytest.mark.django_db

PAGES = ["/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/password/reset/key/done/"]


@pytest.mark.parametrize("path", ["/accounts/login/", *PAGES])
def test_a_stranger_sees_the_page(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", [*PAGES, "/accounts/email/", "/accounts/password/change/"])
def test_who_is_signed_in_sees_the_page(client: Client, alice: User, path: str) -> None:
    client.force_login(alice)
    assert client.get(path).status_code == 200
