"""Keys of the REST API: `spk_<id>.<secret>`.

Only an HMAC of the secret is kept, keyed with settings.API_KEY_PEPPER, so a copy of the database
alone opens nothing. The secret has 256 random bits, so a fast digest is enough.
"""

import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone

from core.audit import record_event
from core.models import User
from themis.models import APIKey

_FORM = re.compile(r"spk_([0-9a-z]{12})\.([A-Za-z0-9_-]{43})")
# Writing "last used" on each request would make every read a write.
_LAST_USED_STEP = dt.timedelta(minutes=1)


def create_api_key(
    user: User, *, name: str, scopes: Sequence[str], expires_at: dt.datetime | None = None
) -> tuple[APIKey, str]:
    """A new key and its full text, which is not to be had again afterwards."""
    identifier, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = APIKey.objects.create(
        user=user,
        name=name,
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
        prefix=identifier,
        digest=_digest(identifier, secret),
    )
    record_event("api_key.created", target=key, detail={"scopes": key.scopes})
    return key, f"spk_{identifier}.{secret}"


def authenticate_api_key(text: str) -> APIKey | None:
    """The usable key of an active person that `text` is, or None. Its scopes are the caller's to ask."""
    form = _FORM.fullmatch(text)
    key = APIKey.objects.select_related("user").filter(prefix=form[1]).first() if form else None
    # The comparison runs for unknown keys too, so that its time tells nothing.
    expected = key.digest if key else "0" * 64
    matches = hmac.compare_digest(expected, _digest(form[1], form[2]) if form else "")
    if key is None or not matches or not key.is_usable or not key.user.is_active:
        return None
    now = timezone.now()
    if key.last_used_at is None or key.last_used_at < now - _LAST_USED_STEP:
        APIKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def revoke_api_key(key: APIKey) -> None:
    """End a key for good. Revoking twice keeps the first time."""
    if APIKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record_event("api_key.revoked", target=key)
    key.refresh_from_db()


def _digest(identifier: str, secret: str) -> str:
    message = f"{identifier}.{secret}".encode()
    return hmac.new(settings.API_KEY_PEPPER.encode(), message, hashlib.sha256).hexdigest()
