"""Who may do what on the library's pages: everybody signed in reads, editors change."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from core.models import User
from core.permissions import can_edit_library
from themis.http import SignedInRequest


def require_editor(request: SignedInRequest) -> User:
    """The person, if they may change the library. Raises PermissionDenied (403) otherwise."""
    if not can_edit_library(request.user):
        raise PermissionDenied(
            _("Only library editors change the library. Ask an administrator for the role.")
        )
    return request.user
