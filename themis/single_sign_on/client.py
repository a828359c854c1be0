"""What is asked of the provider. Allauth's client trusts what its endpoints send; this one checks all of it.

OpenID Connect Core 1.0, sections 3.1.3.7 (ID token) and 5.3.2 (userinfo).
"""

from typing import Any
from urllib.parse import urlsplit

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from requests import Response

from themis.single_sign_on.provider import provider_id

# Signatures by the provider's private key. Never "none", and never HS256: its key would be what we publish or share.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_CLOCK_SECONDS = 60
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_NAMES = ("name", "given_name", "family_name")


class OIDCError(OAuth2Error):
    """What the provider sent is not what it has to be."""


class OIDCClient(OpenIDConnectOAuth2Adapter):
    """One sign-in. `nonce` is what we asked with; the ID token has to repeat it."""

    def __init__(self, request: HttpRequest, _provider_id: str = "") -> None:
        super().__init__(request, provider_id())
        self.nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            self._openid_config = self._discover()
        return self._openid_config

    def _discover(self) -> dict[str, Any]:
        config = self._get_json(self.get_provider().server_url)
        issuer = config.get("issuer")
        if not isinstance(issuer, str) or issuer.rstrip("/") != settings.OIDC_SERVER_URL:
            raise OIDCError("The discovery document is of another issuer.")
        secure = urlsplit(settings.OIDC_SERVER_URL).scheme == "https"
        userinfo = ["userinfo_endpoint"] if config.get("userinfo_endpoint") else []
        for name in [*_ENDPOINTS, *userinfo]:
            address = config.get(name)
            if not isinstance(address, str) or not address.startswith(
                "https://" if secure else ("http://", "https://")
            ):
                raise OIDCError(f"The discovery document has no usable {name}.")
        return config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("sso_callback"))

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        try:
            data = super().get_access_token_data(*args, **kwargs)
            if not isinstance(data, dict) or not isinstance(data["access_token"], str):
                raise OIDCError("The token endpoint sent no access token.")
        except (KeyError, ValueError) as error:
            raise OIDCError("The token endpoint sent something other than a token.") from error
        # Tokens are not kept, so when this one ends is no matter.
        return {key: value for key, value in data.items() if key != self.expires_in_key}

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Whom the provider vouches for. Raises OAuth2Error or a RequestException."""
        claims = self._verified_claims(app, kwargs["response"].get("id_token"))
        userinfo: dict[str, Any] = {}
        if self.openid_config.get("userinfo_endpoint"):
            userinfo = self._get_json(
                self.openid_config["userinfo_endpoint"], headers={"Authorization": f"Bearer {token.token}"}
            )
            if userinfo.get("sub") != claims["sub"]:
                raise OIDCError("The userinfo endpoint speaks of somebody else.")
        # An address and the word that it is verified have to come from one hand.
        hands = [hand for hand in (userinfo, claims) if hand.get("email")]
        address = next(filter(_is_verified, hands), hands[0] if hands else {})
        person: dict[str, Any] = {name: _text((claims | userinfo).get(name)) for name in _NAMES}
        person["sub"] = claims["sub"]
        person["email"] = _text(address.get("email"))
        person["email_verified"] = _is_verified(address)
        return self.get_provider().sociallogin_from_response(request, {"userinfo": person})

    def _verified_claims(self, app: SocialApp, id_token: Any) -> dict[str, Any]:
        if not isinstance(id_token, str):
            raise OIDCError("The token endpoint sent no ID token.")
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key=self._signing_key(id_token),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=_CLOCK_SECONDS,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise OIDCError("The ID token is not valid.") from error
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != app.client_id:
            raise OIDCError("The ID token was made for another program.")
        if not self.nonce or claims.get("nonce") != self.nonce:
            raise OIDCError("The ID token is not the answer to this request.")
        if not 0 < len(claims["sub"]) <= 191 or not claims["sub"].isprintable():
            raise OIDCError("The ID token names nobody.")
        return claims

    def _signing_key(self, id_token: str) -> jwt.PyJWK:
        wanted = jwt.get_unverified_header(id_token).get("kid")
        keys = jwt.PyJWKSet.from_dict(self._get_json(self.openid_config["jwks_uri"])).keys
        found = [key for key in keys if key.key_id == wanted] if wanted else keys
        if len(found) != 1:
            raise OIDCError("The ID token names no key of the provider.")
        return found[0]

    def _get_json(self, address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            response: Response = session.get(address, headers=headers)
            response.raise_for_status()
            data = response.json()
        if not isinstance(data, dict):
            raise OIDCError("The provider sent something other than an object.")
        return data


def _is_verified(claims: dict[str, Any]) -> bool:
    """Whether the provider has verified the address. Some send the word "true" and not the value.

    Entra ID sends no `email_verified`, but, where it is set to, that the owner of the domain verified the address.
    """
    if "email_verified" in claims:
        return claims["email_verified"] in (True, "true")
    return claims.get("xms_edov") in (True, "true", "1")


def _text(value: Any) -> str:
    """A claim as text that can be kept; empty for anything else."""
    return "".join(filter(str.isprintable, value))[:320] if isinstance(value, str) else ""
