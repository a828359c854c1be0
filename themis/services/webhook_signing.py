"""Signatures of webhooks, as the Standard Webhooks specification 1.0 describes them (standardwebhooks.com).

A secret is "whsec_" and the key in base64. Signed is "{id}.{timestamp}.{body}" with HMAC-SHA256; each signature is
"v1," and its base64, and the header holds one for each secret that counts, with blanks between.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

_PREFIX = "whsec_"
_KEY_BYTES = 32


def new_secret() -> str:
    return _PREFIX + base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii")


def signed_headers(message_id: str, body: bytes, *, timestamp: int, using: Iterable[str]) -> dict[str, str]:
    """The three headers of one attempt; `timestamp` is when it is made, in seconds of Unix time."""
    content = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(secret, content) for secret in using),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode("ascii")
