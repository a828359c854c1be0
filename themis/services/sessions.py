"""Where a person is signed in."""

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from core.models import User


def live_sessions(user: User) -> list[UserSession]:
    """The sessions that still sign this person in, the oldest first; rows of those that are over are deleted.

    allauth asks three times a session; this asks twice, and once more where there is something to delete.
    """
    rows = list(UserSession.objects.filter(user=user).order_by("created_at"))
    keys = [row.session_key for row in rows]
    stored = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    live = {session.session_key for session in stored if _signs_in(session, user)}
    over = [row.pk for row in rows if row.session_key not in live]
    if over:
        UserSession.objects.filter(pk__in=over).delete()
    return [row for row in rows if row.session_key in live]


def _signs_in(session: Session, user: User) -> bool:
    """As Django decides it: the session is this person's, and their password is still the one it began with."""
    data = session.get_decoded()
    if data.get(SESSION_KEY) != str(user.pk):
        return False
    begun_with = data.get(HASH_SESSION_KEY, "")
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(begun_with, valid) for valid in hashes)
