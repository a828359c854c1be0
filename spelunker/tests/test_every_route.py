"""Whoever is not signed in reaches nothing: the whole URLconf is walked, so a new route is tried too."""

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

pytestmark = pytest.mark.django_db

# Signing in, the theme of the sign-in page, and what a load balancer asks.
PUBLIC = {
    "accounts/login/",
    "accounts/logout/",
    "accounts/signup/",
    "accounts/password/reset/",
    "accounts/password/reset/done/",
    "accounts/password/reset/key/done/",
    "accounts/inactive/",
    "accounts/confirm-email/",
    "health/live",
    "health/ready",
    "theme/",
    "favicon.ico",
}


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """An address for each route, with a made-up value for each of its arguments."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        for name, converter in pattern.pattern.converters.items():
            value = {IntConverter: "1", UUIDConverter: str(uuid.uuid4())}.get(type(converter), "x")
            for written in (
                f"<{type(converter).__name__.removesuffix('Converter').lower()}:{name}>",
                f"<{name}>",
            ):
                route = route.replace(written, value)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, route)
        elif isinstance(pattern, URLPattern) and "(?P" not in route:
            yield route.removeprefix("^").removesuffix("$")


@override_settings(API_RATE_PER_ADDRESS=10_000)
def test_every_page_sends_a_stranger_to_the_sign_in_page(client: Client) -> None:
    walked = list(addresses(get_resolver()))
    assert len(walked) > 100
    open_to_all = set()
    for address in walked:
        for send in (client.get, client.post):
            response = send(f"/{address}")
            signing_in = response.status_code == 302 and "/login/" in response["Location"]
            if not signing_in and response.status_code not in (401, 404, 405):
                open_to_all.add(address)
    assert open_to_all <= PUBLIC, open_to_all - PUBLIC
