"""Who may do what on the library's pages: everybody signed in reads, editors change."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.models import User
from core.permissions import can_edit_library


def user_of(request: HttpRequest) -> User:
    """The person who is signed in; the middleware lets nobody else through."""
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker
    return request.user


def require_editor(request: HttpRequest) -> User:
    """The person, if they may change the library. Raises PermissionDenied (403) otherwise."""
    user = user_of(request)
    if not can_edit_library(user):
        raise PermissionDenied(
            _("Only library editors change the library. Ask an administrator for the role.")
        )
    return user
