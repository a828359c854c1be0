"""The provider that the settings name, as allauth wants it described, and the person it vouches for."""

import hashlib
from typing import Any

from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings

from themis.services.single_sign_on import Identity


def provider_id() -> str:
    """Names the issuer, so that another issuer's subjects are never taken for this one's."""
    return f"oidc-{hashlib.sha256(settings.OIDC_SERVER_URL.encode()).hexdigest()[:16]}"


def configured_app() -> SocialApp | None:
    """The provider of the settings; None without one."""
    if not settings.OIDC_SERVER_URL:
        return None
    return SocialApp(
        provider="openid_connect",
        provider_id=provider_id(),
        name=settings.OIDC_NAME,
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
        settings={
            "server_url": f"{settings.OIDC_SERVER_URL}/.well-known/openid-configuration",
            "oauth_pkce_enabled": True,
        },
    )


def identity_of(sociallogin: SocialLogin) -> Identity:
    """The person as the checked claims say (`client.OIDCClient` put them there)."""
    claims: dict[str, Any] = sociallogin.account.extra_data["userinfo"]
    first, last = claims["given_name"], claims["family_name"]
    if not first and not last:
        first, _, last = claims["name"].partition(" ")
    return Identity(
        provider=sociallogin.account.provider,
        subject=sociallogin.account.uid,
        email=claims["email"],
        email_verified=claims["email_verified"],
        first_name=first[:150],
        last_name=last[:150],
    )
