"""What is not needed any more, once a day: sessions that are over, and old jobs, notifications, letters
and kept answers of the API.

Without it these tables only grow. Each is deleted in small batches, so that nobody waits for a long transaction.
"""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.models import Job
from themis.models import IdempotentRequest, Notification, NotificationMail

JOBS_KEPT = dt.timedelta(days=90)
NOTIFICATIONS_KEPT = dt.timedelta(days=180)
LETTERS_KEPT = dt.timedelta(days=90)
# A session is written after who signed in has been noted.
_SETTLED = dt.timedelta(days=1)
_BATCH = 1000


def forget_old() -> dict[str, int]:
    """Returns how many rows of each kind went."""
    now = timezone.now()
    return {
        "sessions": _delete(Session.objects.filter(expire_date__lt=now)),
        "devices": _delete(_devices_without_session(now)),
        "jobs": _delete(_unread_jobs(now)),
        "notifications": _delete(Notification.objects.filter(read_at__lt=now - NOTIFICATIONS_KEPT)),
        "letters": _delete(_settled_letters(now)),
        # Whoever comes again forgets their own; those who do not come are left to this.
        "requests": _delete(IdempotentRequest.objects.over()),
    }


def _devices_without_session(now: dt.datetime) -> "models.QuerySet[UserSession]":
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    return UserSession.objects.filter(~Exists(alive), last_seen_at__lt=now - _SETTLED)


def _unread_jobs(now: dt.datetime) -> "models.QuerySet[Job]":
    """Those that ended long ago, without what pages still read: a thing's last job, if it failed or has a result."""
    newer = Job.objects.filter(
        kind=OuterRef("kind"),
        target_type__isnull=True,
        created_at__gt=OuterRef("created_at"),
    )
    newer_of_target = Job.objects.filter(
        kind=OuterRef("kind"),
        target_type=OuterRef("target_type"),
        target_id=OuterRef("target_id"),
        created_at__gt=OuterRef("created_at"),
    )
    over = Job.objects.exclude(state__in=Job.ACTIVE_STATES).filter(finished_at__lt=now - JOBS_KEPT)
    nothing_to_say = models.Q(state__in=[Job.State.DONE, Job.State.CANCELLED], result={})
    superseded = models.Q(Exists(newer_of_target)) | models.Q(Exists(newer), target_type__isnull=True)
    return over.filter(nothing_to_say | superseded)


def _settled_letters(now: dt.datetime) -> "models.QuerySet[NotificationMail]":
    """Not those whose news are unread still: without their letter they would be told again in the next digest."""
    unread = Notification.objects.unread().filter(mail=OuterRef("pk"))
    sent = NotificationMail.objects.filter(state=NotificationMail.State.SENT, sent_at__lt=now - LETTERS_KEPT)
    return sent.filter(~Exists(unread))


def _delete(rows: "models.QuerySet[models.Model]") -> int:
    gone = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:_BATCH]):
        rows.filter(pk__in=keys).delete()
        gone += len(keys)
    return gone
