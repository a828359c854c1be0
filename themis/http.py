"""The request as views behind sign-in see it; for annotations only."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from core.models import User
    from themis.models import Profile


class SignedInRequest(HttpRequest):
    """SignInRequiredMiddleware lets nobody else reach a view that is not marked `login_not_required`."""

    user: "User"
    profile: "Profile"
    htmx: "HtmxDetails"
