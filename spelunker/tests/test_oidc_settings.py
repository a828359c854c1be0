"""Settings of single sign-on that make no sense are refused when Spelunker starts, in words."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

SETTINGS = Path(__file__).resolve().parent.parent / "settings.py"
GOOD = {
    "OIDC_SERVER_URL": "https://id.example.com/realms/us/",
    "OIDC_CLIENT_ID": "spelunker",
    "OIDC_CLIENT_SECRET": "secret",
}
NAMES = [*GOOD, "OIDC_NAME", "OIDC_ALLOWED_DOMAINS", "OIDC_ONLY"]


def read_settings(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> dict[str, Any]:
    for name in NAMES:
        monkeypatch.setenv(name, variables.get(name, ""))
    return runpy.run_path(str(SETTINGS))


def test_empty_lines_are_no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_settings(monkeypatch, {})
    assert (read["OIDC_SERVER_URL"], read["OIDC_ALLOWED_DOMAINS"], read["OIDC_ONLY"]) == ("", [], False)


def test_a_provider_is_taken_as_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_settings(monkeypatch, GOOD | {"OIDC_ALLOWED_DOMAINS": "Example.com, example.org"})
    assert read["OIDC_SERVER_URL"] == "https://id.example.com/realms/us"
    assert read["OIDC_ALLOWED_DOMAINS"] == ["example.com", "example.org"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"OIDC_SERVER_URL": ""}, "need OIDC_SERVER_URL"),
        ({"OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_ID"),
        ({"OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_SECRET"),
        ({"OIDC_SERVER_URL": "http://id.example.com"}, "https://"),
        ({"OIDC_SERVER_URL": "id.example.com"}, "https://"),
        ({"OIDC_SERVER_URL": "https://user:pw@id.example.com"}, "no user"),
        ({"OIDC_SERVER_URL": "https://id.example.com?tenant=1"}, "no user"),
        ({"OIDC_SERVER_URL": "https://id.example.com/.well-known/openid-configuration"}, "issuer"),
        ({"OIDC_ALLOWED_DOMAINS": "@example.com"}, "no domain"),
        ({"OIDC_ALLOWED_DOMAINS": "*.example.com"}, "no domain"),
        ({"OIDC_ALLOWED_DOMAINS": "com"}, "no domain"),
    ],
)
def test_nonsense_is_refused_in_words(
    changes: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        read_settings(monkeypatch, GOOD | changes)


def test_oidc_only_without_a_provider_would_lock_everybody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="OIDC_SERVER_URL"):
        read_settings(monkeypatch, {"OIDC_ONLY": "True"})
