"""What a provider or a stranger may send that has to be refused: nobody is signed in, and no page breaks."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent, User
from themis.tests.identity_provider import (
    CLIENT_SECRET,
    KEY,
    KID,
    OTHER_KEY,
    IdentityProvider,
    running_provider,
)

pytestmark = pytest.mark.django_db
Claims = dict[str, Any]


@pytest.fixture
def provider(settings: Any) -> Iterator[IdentityProvider]:
    with running_provider(settings) as provider:
        provider.person["email"] = "dora@example.org"
        yield provider


def start(client: Client, provider: IdentityProvider) -> dict[str, str]:
    return provider.agree(client.get(reverse("sso_login"))["Location"])


def assert_refused(client: Client, sent: dict[str, str]) -> None:
    """Nobody is in, and the page says so in our words."""
    response = client.get(reverse("sso_callback"), sent)
    assert response.status_code == 401
    assert "Signing in did not work" in response.content.decode()
    assert not User.objects.exists()
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("state", ["wrong", "missing", "used", "of another browser", "too old"])
def test_a_wrong_state(state: str, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    sent = start(client, provider)
    if state == "wrong":
        sent["state"] = "x" * 16
    elif state == "missing":
        del sent["state"]
    elif state == "used":
        client.get(reverse("sso_callback"), sent | {"error": "server_error"})
    elif state == "of another browser":
        client = Client()
    else:
        later = time.time() + 601
        monkeypatch.setattr("allauth.socialaccount.internal.statekit.time.time", lambda: later)
    assert_refused(client, sent)
    assert "/token" not in provider.asked
    # Strangers cannot fill the audit log
    assert AuditEvent.objects.filter(action="login.failed").count() == (state == "used")


def set_claims(**values: Any) -> Callable[[Claims], None]:
    return lambda claims: claims.update(values)


@pytest.mark.parametrize(
    "change",
    [
        set_claims(iss="https://evil.example.com"),
        set_claims(aud="another-program"),
        set_claims(aud=["spelunker", "another-program"]),
        set_claims(aud=["spelunker", "another-program"], azp="another-program"),
        set_claims(exp=1_000_000_000),
        set_claims(iat=4_000_000_000),
        set_claims(nonce="of another request"),
        lambda claims: claims.pop("nonce"),
        lambda claims: claims.pop("exp"),
        lambda claims: claims.pop("sub"),
        set_claims(sub=""),
        set_claims(sub="a\x00b"),
        set_claims(sub="x" * 192),
        set_claims(sub="somebody-else"),
    ],
)
def test_an_id_token_that_is_not_for_us_now(
    change: Callable[[Claims], None], provider: IdentityProvider
) -> None:
    provider.change_claims = change
    client = Client()
    assert_refused(client, start(client, provider))


@pytest.mark.parametrize(
    "sign",
    [
        lambda claims: jwt.encode(claims, OTHER_KEY, algorithm="RS256", headers={"kid": KID}),
        lambda claims: jwt.encode(claims, OTHER_KEY, algorithm="RS256", headers={"kid": "unknown"}),
        lambda claims: jwt.encode(claims, None, algorithm="none", headers={"kid": KID}),
        lambda claims: jwt.encode(claims, CLIENT_SECRET * 3, algorithm="HS256", headers={"kid": KID}),
        lambda claims: jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": KID})[:-8] + "AAAAAAAA",
        lambda claims: "nonsense",
        lambda claims: "",
    ],
)
def test_a_signature_that_is_not_the_providers(
    sign: Callable[[Claims], str], provider: IdentityProvider
) -> None:
    provider.sign = sign
    client = Client()
    assert_refused(client, start(client, provider))


def test_userinfo_of_somebody_else(provider: IdentityProvider) -> None:
    provider.change_userinfo = set_claims(sub="somebody-else")
    client = Client()
    assert_refused(client, start(client, provider))
    assert AuditEvent.objects.get(action="login.failed").detail["via"] == "Example ID"


def test_a_verified_address_is_not_put_together_from_two_places(provider: IdentityProvider) -> None:
    provider.change_claims = set_claims(email_verified=False)
    provider.change_userinfo = lambda userinfo: userinfo.pop("email")
    client = Client()
    response = client.get(reverse("sso_callback"), start(client, provider))
    assert response.status_code == 403
    assert not User.objects.exists()


def test_a_code_that_was_not_given_for_this_request(provider: IdentityProvider) -> None:
    """PKCE: a code that was stolen elsewhere is of no use in this session."""
    stolen = start(Client(), provider)["code"]
    client = Client()
    assert_refused(client, start(client, provider) | {"code": stolen})


@pytest.mark.parametrize(
    "change",
    [
        set_claims(issuer="https://evil.example.com"),
        set_claims(jwks_uri="file:///etc/passwd"),
        lambda document: document.pop("token_endpoint"),
        set_claims(authorization_endpoint=["x"]),
    ],
)
def test_a_discovery_document_that_makes_no_sense(
    change: Callable[[Claims], None], provider: IdentityProvider
) -> None:
    client = Client()
    sent = start(client, provider)
    provider.change_discovery = change
    assert client.get(reverse("sso_login")).status_code == 401
    assert_refused(client, sent)


@pytest.mark.parametrize(
    "change",
    [
        set_claims(access_token=["x"]),
        set_claims(id_token=None),
        set_claims(id_token={"sub": "dora-1"}),
        lambda token: token.clear(),
    ],
)
def test_a_token_endpoint_that_sends_nonsense(
    change: Callable[[Claims], None], provider: IdentityProvider
) -> None:
    provider.change_token = change
    client = Client()
    assert_refused(client, start(client, provider))


def test_an_expiry_that_is_no_number_is_no_matter(provider: IdentityProvider) -> None:
    provider.change_token = set_claims(expires_in="soon")
    client = Client()
    assert client.get(reverse("sso_callback"), start(client, provider)).status_code == 302


def test_a_provider_that_is_down(provider: IdentityProvider) -> None:
    client = Client()
    sent = start(client, provider)
    provider.down = True
    assert client.get(reverse("sso_login")).status_code == 401
    assert_refused(client, sent)
    assert CLIENT_SECRET not in client.get(reverse("sso_login")).content.decode()


def test_who_cancels_there_is_told_so(provider: IdentityProvider) -> None:
    client = Client()
    sent = {"state": start(client, provider)["state"], "error": "access_denied"}
    response = client.get(reverse("sso_callback"), sent, follow=True)
    assert response.status_code == 200
    assert "Signing in was cancelled" in response.content.decode()
    assert "Third-Party" not in response.content.decode()


def test_names_that_cannot_be_kept_are_cleaned(provider: IdentityProvider) -> None:
    provider.person |= {"given_name": "Do\x00ra" + "a" * 300, "family_name": ["Dale"]}
    client = Client()
    assert client.get(reverse("sso_callback"), start(client, provider)).status_code == 302
    user = User.objects.get()
    assert user.first_name.startswith("Dora")
    assert (len(user.first_name), user.last_name) == (150, "")
