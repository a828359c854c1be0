"""Who asks: an API key, or the session of a person who is signed in in a browser.

Both leave the person at `request.user`, so that routes and pages find things by the same functions.
"""

import re
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer, SessionAuth

from core.audit import act_as
from core.models import User
from themis.api.limits import spend_refusal, spend_request
from themis.api.problems import APIError
from themis.models import APIKey
from themis.services.api_keys import authenticate_api_key

READING = ("GET", "HEAD", "OPTIONS")
_KEY = re.compile(r"spk_[0-9a-z]+\.")


def require_scope(key: APIKey, scope: str) -> None:
    """Raise APIError (403) unless the key has the scope."""
    if scope not in key.scopes:
        raise APIError(403, f"This key lacks the scope “{scope}”.", code="missing-scope")


class KeyAuth(HttpBearer):
    """`Authorization: Bearer spk_<id>.<secret>`. GET asks for the scope "read", all else for "write"."""

    openapi_description = (
        "An API key from your profile. Reading asks for its scope “read”, all else for “write”."
    )

    def __init__(self, *, scope_by_method: bool = True) -> None:
        """Without `scope_by_method` the route asks for the scope itself, by `require_scope`."""
        self.scope_by_method = scope_by_method
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        _refuse_key_in_query(request)
        if "Authorization" not in request.headers:
            return None  # it may be a browser
        key = super().__call__(request)
        if key is None:
            _refuse(request)
        return key

    def authenticate(self, request: HttpRequest, token: str) -> APIKey | None:
        key = authenticate_api_key(token.strip())
        if key is None:
            return None
        request.user = key.user
        act_as(key.user, via=f"spk_{key.prefix} ({key.name})")
        spend_request(key.user, key=key.prefix)
        if self.scope_by_method:
            require_scope(key, APIKey.Scope.READ if request.method in READING else APIKey.Scope.WRITE)
        return key


class BrowserAuth(SessionAuth):
    """The session cookie of the pages, with the CSRF token of the pages in `X-CSRFToken`."""

    openapi_description = "The session of the pages. All but reading needs the CSRF token in `X-CSRFToken`."

    def __call__(self, request: HttpRequest) -> Any:
        user = request.user
        if not isinstance(user, User):
            _refuse(request)
        super().__call__(request)  # raises unless the CSRF token is right
        spend_request(user)
        return user


def _refuse(request: HttpRequest) -> NoReturn:
    spend_refusal(request)
    raise AuthenticationError


def _refuse_key_in_query(request: HttpRequest) -> None:
    if any(_KEY.match(value) for values in request.GET.lists() for value in values[1]):
        raise APIError(
            400,
            "Addresses end up in logs, so a key in one is not accepted. Send it in the Authorization header, "
            "and revoke this one.",
            code="key-in-query",
        )
