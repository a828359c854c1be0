"""Secrets at rest: unreadable in the database, bound to their purpose, and SECRET_KEY can be replaced."""

import pytest
from pytest_django import Settings

from core.encryption import DecryptionError, decrypt, encrypt


def test_what_was_encrypted_is_read_again() -> None:
    token = encrypt("whsec_ü", purpose="a")
    assert "whsec" not in token
    assert token != encrypt("whsec_ü", purpose="a")
    assert decrypt(token, purpose="a") == "whsec_ü"


def test_another_purpose_another_key_and_a_changed_token_read_nothing(settings: Settings) -> None:
    token = encrypt("secret", purpose="a")
    with pytest.raises(DecryptionError):
        decrypt(token, purpose="b")
    with pytest.raises(DecryptionError):
        decrypt(token[:-2] + "AA", purpose="a")
    with pytest.raises(DecryptionError):
        decrypt("", purpose="a")
    settings.SECRET_KEY = "another key of at least fifty characters, as settings ask"
    with pytest.raises(DecryptionError, match="SECRET_KEY_FALLBACKS"):
        decrypt(token, purpose="a")


def test_a_replaced_key_still_reads_and_the_new_one_writes(settings: Settings) -> None:
    old, new = settings.SECRET_KEY, "another key of at least fifty characters, as settings ask"
    token = encrypt("secret", purpose="a")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = new, [old]
    assert decrypt(token, purpose="a") == "secret"
    fresh = encrypt("secret", purpose="a")
    settings.SECRET_KEY_FALLBACKS = []
    assert decrypt(fresh, purpose="a") == "secret"
