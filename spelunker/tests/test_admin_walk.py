"""Every model in the admin opens its list, a search, its page to add and the page of a row, for a superuser."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from core.models import User
from core.tests.factories import UserFactory
from spelunker.tests.list_content import make_content

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXP"
ALLAUTH = (EmailAddress, Authenticator, SocialAccount, UserSession)


@pytest.fixture
def superuser(db: None) -> User:
    return UserFactory(email="root@example.com", is_staff=True, is_superuser=True)


@pytest.fixture
def accounts(superuser: User) -> None:
    EmailAddress.objects.create(user=superuser, email=superuser.email, primary=True)
    Authenticator.objects.create(user=superuser, type=Authenticator.Type.TOTP, data={"secret": SECRET})
    SocialAccount.objects.create(user=superuser, provider="oidc", uid="s-1", extra_data={"token": SECRET})
    UserSession.objects.create(user=superuser, session_key=SECRET.lower(), ip="192.0.2.7", user_agent="x")


def test_every_model_opens(client: Client, superuser: User, accounts: None) -> None:
    make_content(superuser, UserFactory()).add(2)
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=superuser, content_type=kind, object_id="1", object_repr="x", action_flag=CHANGE
    )
    client.force_login(superuser)
    client.get("/")  # loads the URLconf, which registers allauth's tables anew
    opened = 0
    for model, page in list(admin.site._registry.items()):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert client.get(reverse(f"{name}_changelist")).status_code == 200, name
        if page.get_search_fields(None):  # type: ignore[arg-type]
            assert client.get(reverse(f"{name}_changelist"), {"q": "root 1"}).status_code == 200, name
        assert client.get(reverse(f"{name}_add")).status_code in (200, 403), name
        row = model._default_manager.first()
        if row is None:
            continue
        opened += 1
        for action in ("change", "history", "delete"):
            shown = client.get(reverse(f"{name}_{action}", args=[row.pk]))
            assert shown.status_code in ((200, 403) if action == "delete" else (200,)), (name, action)
    assert opened > 35, "the rows of most models are opened"


@pytest.mark.parametrize("model", ALLAUTH, ids=lambda model: model.__name__)
def test_accounts_are_found_filtered_and_tell_no_secret(
    client: Client, superuser: User, accounts: None, model
) -> None:
    client.force_login(superuser)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    listed = client.get(reverse(f"{name}_changelist"), {"q": "root@"})
    assert listed.context["cl"].result_count == 1
    assert client.get(reverse(f"{name}_changelist"), {"q": "charlie"}).context["cl"].result_count == 0
    assert admin.site._registry[model].list_filter
    shown = client.get(reverse(f"{name}_change", args=[model.objects.get().pk])).content.decode()
    assert SECRET not in shown and SECRET.lower() not in shown


def test_who_lost_their_app_has_it_deleted(client: Client, superuser: User, accounts: None) -> None:
    client.force_login(superuser)
    address = reverse("admin:mfa_authenticator_delete", args=[Authenticator.objects.get().pk])
    assert client.post(address, {"post": "yes"}).status_code == 302
    assert not Authenticator.objects.exists()
    assert Group.objects.exists(), "the roles stay"
