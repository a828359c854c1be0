"""Messages to a person: written here, read on the notifications page and in the bell's count."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from core.models import User
from themis.models import Notification


def notify(
    user: User, *, level: str = Notification.Level.INFO, text: str, link: str = "", key: str = ""
) -> Notification:
    """Tell `user` something; `link` is a path of this site.

    With a `key`, an unread notification of that key is brought up to date instead of a second one
    being made, so a job that is retried five times does not ring five times.
    Raises ValueError for a link that leads elsewhere.
    """
    if link and not (link.startswith("/") and url_has_allowed_host_and_scheme(link, allowed_hosts=None)):
        raise ValueError(f"A notification links to a path of this site, not to {link!r}.")
    fields = {"level": level, "text": _shortened(text, 500), "link": link}
    if not key:
        return Notification.objects.create(user=user, **fields)
    try:
        with transaction.atomic():
            return Notification.objects.create(user=user, key=key, **fields)
    except IntegrityError:
        unread = Notification.objects.filter(user=user, key=key, read_at=None)
        if unread.update(created_at=timezone.now(), **fields):
            return unread.get()
        # It was read between the two statements.
        return Notification.objects.create(user=user, key=key, **fields)


def mark_read(user: User, notification: Notification | None = None) -> int:
    """Mark one of the user's notifications as read, or all of them; returns how many changed."""
    mine = Notification.objects.visible_to(user).unread()
    if notification is not None:
        mine = mine.filter(pk=notification.pk)
    return mine.update(read_at=timezone.now())


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
