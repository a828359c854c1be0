"""An address that an administrator types opens the account, and the one before it does no more."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from core.models import User
from core.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password-1"


@pytest.fixture
def superuser(client: Client) -> Client:
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def correct(superuser: Client, user: User, email: str) -> None:
    address = reverse("admin:core_user_change", args=[user.pk])
    form = superuser.get(address).context["adminform"].form
    data = {name: "" if value is None else value for name, value in form.initial.items()}
    data |= {
        "email": email,
        "date_joined_0": "2026-01-01",
        "date_joined_1": "10:00:00",
        "is_active": "on",
    }
    data.pop("last_login", None)
    response = superuser.post(address, data)
    assert response.status_code == 302, response.context["errors"]
    user.refresh_from_db()


def signs_in(email: str) -> bool:
    return Client().post("/accounts/login/", {"login": email, "password": PASSWORD}).status_code == 302


def test_a_corrected_address_takes_the_place_of_the_old_one(superuser: Client) -> None:
    user = User.objects.create_user("typo@example.com", PASSWORD)
    EmailAddress.objects.create(user=user, email="typo@example.com", verified=True, primary=True)
    other = UserFactory()
    EmailAddress.objects.create(user=other, email="right@example.com", verified=True, primary=False)
    assert signs_in("typo@example.com")
    correct(superuser, user, "Right@Example.com")
    (address,) = EmailAddress.objects.filter(user=user)
    assert (address.email, address.verified, address.primary) == ("right@example.com", True, True)
    assert user.email == "right@example.com"
    assert signs_in("Right@example.com")
    assert not signs_in("typo@example.com")
    for asked in ("typo@example.com", "right@example.com"):
        Client().post("/accounts/password/reset/", {"email": asked})
    resets = [letter.to for letter in mail.outbox if "/password/reset/key/" in letter.body]
    assert resets == [["right@example.com"]]


def test_a_new_account_signs_in_with_what_was_typed(superuser: Client) -> None:
    response = superuser.post(
        reverse("admin:core_user_add"),
        {
            "email": "New@Example.com",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )
    assert response.status_code == 302
    user = User.objects.get(email="new@example.com")
    (address,) = EmailAddress.objects.filter(user=user)
    assert (address.email, address.verified, address.primary) == ("new@example.com", True, True)
    assert signs_in("new@example.com")
