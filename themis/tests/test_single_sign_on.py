"""Who gets in by the identity provider, what their account becomes, and what the pages say of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent, User
from core.permissions import CONTRIBUTOR, VIEWER
from core.tests.factories import UserFactory
from themis.models import Profile
from themis.services.invitations import invitation_token, invite
from themis.tests.identity_provider import IdentityProvider, running_provider

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def provider(settings: Any) -> Iterator[IdentityProvider]:
    with running_provider(settings) as provider:
        yield provider


def sign_in(provider: IdentityProvider, client: Client | None = None, path: str = "") -> HttpResponse:
    """There and back again; the answer of the callback."""
    client = client or Client()
    away = client.get(reverse("sso_login") + path)
    assert away.status_code == 302
    assert away["Location"].startswith(f"{provider.issuer}/authorize?")
    return client.get(reverse("sso_callback"), provider.agree(away["Location"]))  # type: ignore[return-value]


def refused(response: HttpResponse, words: str) -> bool:
    return response.status_code == 403 and words in response.content.decode()


def last_event(action: str) -> AuditEvent:
    return AuditEvent.objects.filter(action=action).latest("pk")


def test_an_invited_person_gets_the_account_that_the_invitation_offers(
    provider: IdentityProvider, administrator: User
) -> None:
    invitation = invite("Dora@Example.com", roles=[CONTRIBUTOR], invited_by=administrator)
    client = Client()
    response = sign_in(provider, client, "?next=/jobs/")
    assert (response.status_code, response["Location"]) == (302, "/jobs/")
    user = User.objects.get(email="dora@example.com")
    assert user.get_full_name() == "Dora Dale"
    assert not user.has_usable_password()
    assert not user.is_staff
    assert {group.name for group in user.groups.all()} == {CONTRIBUTOR}
    assert EmailAddress.objects.get(user=user, primary=True).verified
    assert client.get("/jobs/").wsgi_request.user == user
    assert Profile.objects.filter(user=user).exists()
    invitation.refresh_from_db()
    assert invitation.accepted_at is not None
    assert last_event("login").actor == user
    assert last_event("login").via == "Example ID"
    assert last_event("login.connected").target_id == str(user.pk)
    # Again, with another address: it is the subject who counts
    provider.person["email"] = "dora.dale@example.com"
    assert sign_in(provider).status_code == 302
    assert User.objects.filter(first_name="Dora").count() == 1


def test_a_domain_that_is_let_in_makes_a_viewer(provider: IdentityProvider) -> None:
    provider.person |= {
        "email": "Dora@Example.ORG",
        "given_name": "",
        "family_name": "",
        "name": "Dora D. Dale",
    }
    assert sign_in(provider).status_code == 302
    user = User.objects.get(email="dora@example.org")
    assert (user.first_name, user.last_name) == ("Dora", "D. Dale")
    assert {group.name for group in user.groups.all()} == {VIEWER}


@pytest.mark.parametrize("email", ["dora@elsewhere.com", "dora@sub.example.org", "dora@example.org.evil.com"])
def test_others_do_not_get_in(email: str, provider: IdentityProvider) -> None:
    provider.person["email"] = email
    client = Client()
    assert refused(sign_in(provider, client), "There is no account for")
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()
    assert client.get("/").status_code == 302
    assert last_event("login.refused").detail["reason"] == "unknown"


@pytest.mark.parametrize("said", [False, None, "false", "yes", 1.5, "missing"])
def test_an_address_that_is_not_verified_opens_nothing(
    said: Any, provider: IdentityProvider, administrator: User, alice: User
) -> None:
    invite("dora@example.com", roles=[CONTRIBUTOR], invited_by=administrator)
    provider.person["email_verified"] = said
    if said == "missing":
        del provider.person["email_verified"]
    for email in ("dora@example.com", alice.email, "dora@example.org"):
        provider.person["email"] = email
        assert refused(sign_in(provider), "is verified")
    assert not SocialAccount.objects.exists()
    assert not User.objects.filter(first_name="Dora").exists()


def test_the_word_true_counts_as_verified(provider: IdentityProvider, alice: User) -> None:
    provider.person |= {"email": alice.email, "email_verified": "true"}
    assert sign_in(provider).status_code == 302


@pytest.mark.parametrize(("said", "status"), [(True, 302), ("1", 302), (False, 403), ("0", 403)])
def test_entra_says_it_in_its_own_way(
    said: Any, status: int, provider: IdentityProvider, alice: User
) -> None:
    provider.person["email"] = alice.email
    del provider.person["email_verified"]
    provider.change_claims = lambda claims: claims.update(xms_edov=said)
    assert sign_in(provider).status_code == status


def test_an_account_with_the_same_address_is_connected_and_keeps_what_it_is(
    provider: IdentityProvider, alice: User
) -> None:
    provider.person["email"] = "ALICE@example.com"
    client = Client()
    assert sign_in(provider, client).status_code == 302
    assert client.get("/").wsgi_request.user == alice
    alice.refresh_from_db()
    assert alice.first_name == "Alice"
    assert alice.check_password("correct horse")
    assert SocialAccount.objects.get().user == alice


def test_an_address_that_changed_hands_does_not_open_the_old_account(
    provider: IdentityProvider, alice: User
) -> None:
    provider.person["email"] = alice.email
    assert sign_in(provider).status_code == 302
    provider.person["sub"] = "somebody-new"
    assert refused(sign_in(provider), "belongs to another identity")
    assert SocialAccount.objects.count() == 1


def test_an_administrator_disconnects_the_old_identity(
    provider: IdentityProvider, alice: User, administrator: User, client_of: ClientOf
) -> None:
    provider.person["email"] = alice.email
    sign_in(provider)
    address = reverse("themis:person_disconnect", args=[alice.pk])
    assert client_of(alice).post(address).status_code == 403
    assert "Single sign-on" in client_of(administrator).get(f"/people/{alice.pk}/").content.decode()
    assert client_of(administrator).post(address).status_code == 302
    assert not SocialAccount.objects.exists()
    assert last_event("login.disconnected").target_id == str(alice.pk)
    provider.person["sub"] = "alice-anew"
    assert sign_in(provider).status_code == 302


def test_nobody_disconnects_a_greater_one(
    provider: IdentityProvider, administrator: User, client_of: ClientOf
) -> None:
    root = UserFactory(is_superuser=True)
    SocialAccount.objects.create(user=root, provider="oidc-x", uid="root")
    client_of(administrator).post(reverse("themis:person_disconnect", args=[root.pk]))
    assert SocialAccount.objects.exists()


@pytest.mark.parametrize("connected", [True, False])
def test_a_deactivated_person_stays_out(connected: bool, provider: IdentityProvider, alice: User) -> None:
    provider.person["email"] = alice.email
    if connected:
        assert sign_in(provider).status_code == 302
    User.objects.filter(pk=alice.pk).update(is_active=False)
    client = Client()
    assert refused(sign_in(provider, client), "deactivated")
    assert client.get("/").status_code == 302
    assert last_event("login.refused").detail["reason"] == "deactivated"
    assert SocialAccount.objects.exists() == connected


def test_another_providers_subject_is_somebody_else(
    provider: IdentityProvider, alice: User, settings: Any
) -> None:
    SocialAccount.objects.create(user=alice, provider="oidc-of-another-issuer", uid="dora-1")
    assert refused(sign_in(provider), "There is no account for")


def test_the_second_factor_is_still_asked_for(provider: IdentityProvider, alice: User) -> None:
    TOTP.activate(alice, generate_totp_secret())
    provider.person["email"] = alice.email
    client = Client()
    assert sign_in(provider, client)["Location"].startswith(reverse("mfa_authenticate"))
    assert client.get("/").status_code == 302
    assert Authenticator.objects.filter(user=alice).exists()


def test_who_comes_by_the_provider_can_set_a_second_factor(provider: IdentityProvider) -> None:
    provider.person["email"] = "dora@example.org"
    client = Client()
    sign_in(provider, client)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_an_invitation_that_is_over_opens_nothing(provider: IdentityProvider, administrator: User) -> None:
    invitation = invite("dora@example.com", roles=[CONTRIBUTOR], invited_by=administrator)
    type(invitation).objects.update(expires_at="2020-01-01T00:00:00Z")
    assert refused(sign_in(provider), "There is no account for")


def test_only_safe_places_are_gone_to_afterwards(provider: IdentityProvider) -> None:
    provider.person["email"] = "dora@example.org"
    assert sign_in(provider, path="?next=https://evil.example.com/")["Location"] == "/"


def test_the_sign_in_page_offers_it(provider: IdentityProvider, settings: Any) -> None:
    page = Client().get(reverse("account_login") + "?next=/rfps/?a=1").content.decode()
    assert "Sign in with Example ID" in page
    assert f"{reverse('sso_login')}?next=%2Frfps%2F%3Fa%3D1" in page
    assert 'name="password"' in page


def test_without_settings_nothing_of_it_is_there() -> None:
    assert "sso" not in Client().get(reverse("account_login")).content.decode()
    for name in ("sso_login", "sso_callback", "socialaccount_login_cancelled"):
        assert Client().get(reverse(name)).status_code == 404


def test_a_row_in_the_database_makes_no_provider() -> None:
    SocialApp.objects.create(
        provider="openid_connect", provider_id="own", name="Evil", client_id="x", settings={"server_url": "x"}
    )
    assert Client().get(reverse("sso_login")).status_code == 404
    assert Client().get("/accounts/oidc/own/login/").status_code == 404


def test_with_oidc_only_no_password_opens_anything(
    provider: IdentityProvider, settings: Any, alice: User, administrator: User
) -> None:
    settings.OIDC_ONLY = True
    client = Client()
    page = client.get(reverse("account_login")).content.decode()
    assert 'name="password"' not in page
    sent = {"login": alice.email, "password": "correct horse"}
    assert "Nobody signs in by password" in client.post(reverse("account_login"), sent).content.decode()
    assert client.get("/").status_code == 302
    invitation = invite("dora@example.com", roles=[VIEWER], invited_by=administrator)
    address = reverse("themis:invitation", args=[invitation_token(invitation)])
    page = client.get(address).content.decode()
    assert 'name="password"' not in page
    assert "Sign in with Example ID" in page
    answers = {
        "first_name": "Dora",
        "password": "a lantern in the dark",
        "password_again": "a lantern in the dark",
    }
    assert client.post(address, answers).status_code == 403
    assert not User.objects.filter(email="dora@example.com").exists()


def test_who_is_signed_in_stays_who_they_are(
    provider: IdentityProvider, charlie: User, client_of: ClientOf
) -> None:
    client = client_of(charlie)
    assert client.get(reverse("sso_login"))["Location"] == "/"
    assert provider.asked == []


def test_the_first_administrator_of_an_empty_place_is_led_to_the_setup(provider: IdentityProvider) -> None:
    root = UserFactory(is_superuser=True)
    provider.person["email"] = root.email
    assert sign_in(provider)["Location"] == reverse("themis:setup")


def test_ways_to_the_provider_are_limited_as_passwords_are(provider: IdentityProvider, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    client = Client(REMOTE_ADDR="192.0.2.77")
    answers = [client.get(reverse("sso_login")).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]
    assert Client(REMOTE_ADDR="192.0.2.78").get(reverse("sso_login")).status_code == 302
