"""To the identity provider and back. All of it is 404 while the settings name none."""

import secrets
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from requests import RequestException

from themis.single_sign_on.client import OIDCClient
from themis.single_sign_on.provider import provider_id

# The provider is down, or what it sends is not what it has to be.
_FAILURES = (OAuth2Error, RequestException)


def _provider(request: HttpRequest) -> OpenIDConnectProvider:
    try:
        provider: OpenIDConnectProvider = get_adapter().get_provider(request, provider=provider_id())
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    provider.oauth2_adapter_class = OIDCClient
    return provider


def _too_often(request: HttpRequest) -> HttpResponse | None:
    """The 429 for who begins too often, by the limit that passwords have: each time makes a session."""
    refusal: HttpResponse | None = ratelimit.consume_or_429(request, action="login", limit_get=True)
    return refusal


# A GET, because the pages' policy lets no form end at another host. Whoever leads somebody here by a trick has only
# led them to their own provider: the state belongs to this session.
@login_not_required
@never_cache
@require_GET
def login(request: HttpRequest) -> HttpResponse:
    provider = _provider(request)
    if request.user.is_authenticated:
        return redirect("themis:dashboard")
    if refusal := _too_often(request):
        return refusal
    nonce = secrets.token_urlsafe(24)
    try:
        return provider.redirect(
            request,
            AuthProcess.LOGIN,
            next_url=get_next_redirect_url(request),
            auth_params={"nonce": nonce},
            nonce=nonce,
        )
    except _FAILURES as error:
        return render_authentication_error(request, provider, exception=error)


class _Callback(OAuth2CallbackView):
    adapter: OIDCClient

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, response


@login_not_required
@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Where the provider sends people back to, with a code that is exchanged for who they are."""
    provider = _provider(request)
    try:
        response: HttpResponse = _Callback.adapter_view(OIDCClient(request))(request)
    except _FAILURES as error:
        return render_authentication_error(request, provider, exception=error)
    return response


@login_not_required
@never_cache
@require_GET
def cancelled(request: HttpRequest) -> HttpResponse:
    _provider(request)
    return render(request, "socialaccount/login_cancelled.html")
