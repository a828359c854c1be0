"""Secrets that are shown on the page behind a redirect, once: reloading that page neither makes nor shows another.

Between the two requests the text lies encrypted in the person's session, which is a row of the database.
"""

import time

from django.http import HttpRequest

from core.encryption import DecryptionError, decrypt, encrypt

# For a redirect that was never followed: what is shown to whoever comes back much later was not asked for.
SECONDS = 300
_PURPOSE = "themis.shown_once"


def show_once(request: HttpRequest, name: str, secret: str) -> None:
    """Have `take_shown` of the same name give the secret to this session's next request for it."""
    request.session[_key(name)] = [encrypt(secret, purpose=_PURPOSE), time.time()]


def take_shown(request: HttpRequest, name: str) -> str:
    """The secret, and never again; empty when there is none."""
    if _key(name) not in request.session:
        return ""
    token, since = request.session.pop(_key(name))
    if not 0 <= time.time() - since < SECONDS:
        return ""
    try:
        return decrypt(token, purpose=_PURPOSE)
    except DecryptionError:
        return ""  # SECRET_KEY was replaced in between; a new secret is quickly made


def _key(name: str) -> str:
    return f"shown_once.{name}"
