"""What opens an account as a second factor cannot be read from a copy of the database."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import LazySettings

from core.encryption import DecryptionError
from core.models import User

pytestmark = pytest.mark.django_db


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_an_authenticator_apps_secret_is_encrypted_and_works(alice: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    row = Authenticator.objects.get(user=alice, type="totp")
    assert secret not in json.dumps(row.data)
    assert row.wrap().validate_code(code_of(secret))
    assert not row.wrap().validate_code("000000x")


def test_recovery_codes_are_encrypted_and_work(alice: User) -> None:
    codes = RecoveryCodes.activate(alice).get_unused_codes()
    row = Authenticator.objects.get(user=alice, type="recovery_codes")
    assert row.data["seed"].startswith("gAAAA")
    assert row.wrap().get_unused_codes() == codes
    assert row.wrap().validate_code(codes[0])


def test_a_secret_of_before_still_opens(alice: User) -> None:
    secret = generate_totp_secret()
    row = Authenticator.objects.create(user=alice, type="totp", data={"secret": secret})
    assert row.wrap().validate_code(code_of(secret))


def test_a_replaced_key_is_an_error_and_never_an_empty_secret(alice: User, settings: LazySettings) -> None:
    TOTP.activate(alice, generate_totp_secret())
    settings.SECRET_KEY = "another-key-" * 6
    with pytest.raises(DecryptionError):
        Authenticator.objects.get(user=alice).wrap().validate_code("123456")
