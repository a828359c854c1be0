from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from core.models import User
from core.permissions import is_administrator
from themis.http import SignedInRequest


def require_administrator(request: SignedInRequest) -> User:
    """The person, if they are an administrator. Raises PermissionDenied (403) otherwise."""
    if not is_administrator(request.user):
        raise PermissionDenied(_("This is for administrators. Ask one of them for what you need."))
    return request.user
