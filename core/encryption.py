"""Secrets that have to be read again, encrypted at rest: Fernet, with keys derived from SECRET_KEY.

A copy of the database alone shows nothing. Keys of SECRET_KEY_FALLBACKS still decrypt, so SECRET_KEY can be replaced:
what is written from then on is written with the new one.
"""

import base64
from collections.abc import Iterator

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from core.exceptions import SpelunkerError


class DecryptionError(SpelunkerError):
    """What was kept cannot be read: it was altered, or SECRET_KEY is another one now."""


def encrypt(text: str, *, purpose: str) -> str:
    """A token that `decrypt` reads with the same `purpose` only, a name such as "themis.webhooks"."""
    return _fernet(purpose).encrypt(text.encode()).decode("ascii")


def decrypt(token: str, *, purpose: str) -> str:
    """Raises DecryptionError."""
    try:
        return _fernet(purpose).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise DecryptionError(
            _(
                "A secret that was kept here cannot be read any more. If SECRET_KEY was replaced, "
                "put the old one into SECRET_KEY_FALLBACKS."
            )
        ) from error


def _fernet(purpose: str) -> MultiFernet:
    """The first key encrypts, each of them decrypts."""
    return MultiFernet([Fernet(key) for key in _keys(purpose)])


def _keys(purpose: str) -> Iterator[bytes]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        derived = HKDF(hashes.SHA256(), length=32, salt=None, info=f"spelunker.{purpose}".encode())
        yield base64.urlsafe_b64encode(derived.derive(secret.encode()))
