"""Messages to a person: written here, read on the notifications page and in the bell's count.

Whether one is mailed too, the person chose per kind; the mail is written in the same transaction and sent after it
(`themis.services.mails`).
"""

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from core.models import User
from themis.formatting import speaking_to
from themis.models import Notification, Profile
from themis.registry import notification_kinds
from themis.services.mails import mail_at_once


def notify(
    user: User,
    *,
    kind: str = "system",
    level: str = Notification.Level.INFO,
    text: str | Callable[[], str],
    link: str = "",
    key: str = "",
) -> Notification:
    """Tell `user` something; `link` is a path of this site, `kind` one of `registry.notification_kinds`.

    A `text` that is a function is called in their language.

    With a `key`, an unread notification of that key is brought up to date instead of a second one
    being made, so a job that is retried five times does not ring five times. Nor is it mailed again.
    Raises ValueError for a link that leads elsewhere, LookupError for an unknown kind.
    """

    def say(_number: int) -> str:
        return text if isinstance(text, str) else text()

    return notify_of_many(user, kind=kind, level=level, say=say, number=0, link=link, key=key)


def notify_of_many(
    user: User,
    *,
    kind: str,
    level: str = Notification.Level.INFO,
    say: Callable[[int], str],
    number: int = 1,
    link: str = "",
    key: str = "",
) -> Notification:
    """Tell of `number` things that belong together under `key`; `say` words it for how many there are by now,
    in the person's own language.

    They are added up while the person has not read of them: one message about twelve, not twelve.
    """
    if link and not (link.startswith("/") and url_has_allowed_host_and_scheme(link, allowed_hosts=None)):
        raise ValueError(f"A notification links to a path of this site, not to {link!r}.")
    if kind not in notification_kinds.entries:
        raise LookupError(f"No notification of kind {kind!r} is registered.")
    told = {"kind": kind, "level": level, "link": link}
    with transaction.atomic():
        for _ in range(3):
            if key:
                # Whoever tells of the same at once waits here, so that nothing is counted out.
                unread = Notification.objects.select_for_update().filter(user=user, key=key, read_at=None)
                found = unread.first()
                if found is not None:
                    count = found.count + number
                    text = _worded(user, say, count)
                    fresh = {**told, "count": count, "text": text, "created_at": timezone.now()}
                    Notification.objects.filter(pk=found.pk).update(**fresh)
                    found.refresh_from_db()
                    return found
            count = max(number, 1)
            text = _worded(user, say, count)
            try:
                with transaction.atomic():
                    made = Notification.objects.create(user=user, key=key, count=count, text=text, **told)
            except IntegrityError:
                continue  # somebody else was faster: theirs is brought up to date
            _have_it_mailed(made)
            return made
    raise RuntimeError("A notification was written and read by others three times in a row.")


def notify_once(
    user: User, *, kind: str, level: str, text: str | Callable[[], str], link: str, key: str
) -> Notification | None:
    """Tell `user`, unless they were told under this key before, read or not. None when they were.

    The caller makes sure that it does not run twice at once.
    """
    if Notification.objects.filter(user=user, key=key).exists():
        return None
    return notify(user, kind=kind, level=level, text=text, link=link, key=key)


def mark_read(user: User, notification: Notification | None = None) -> int:
    """Mark one of the user's notifications as read, or all of them; returns how many changed."""
    mine = Notification.objects.visible_to(user).unread()
    if notification is not None:
        mine = mine.filter(pk=notification.pk)
    return mine.update(read_at=timezone.now())


def withdraw_unread(user: User, *, below: str) -> int:
    """Delete what the person has not read yet of pages below this path, which they may not see any more; how many.

    The letters that are still to go out would quote it.
    """
    gone = Notification.objects.unread().filter(user=user, link__startswith=below)
    return gone.delete()[0]


def _have_it_mailed(notification: Notification) -> None:
    if not notification.user.is_active:
        return
    notification.mail_choice = Profile.objects.of(notification.user).mail_choice(notification.kind)
    if notification.mail_choice == Notification.MailChoice.OFF:
        return
    notification.save(update_fields=["mail_choice"])
    if notification.mail_choice == Notification.MailChoice.NOW:
        mail_at_once(notification)


def _worded(user: User, say: Callable[[int], str], count: int) -> str:
    """Whoever does what is told of may speak another language, and a worker speaks none."""
    with speaking_to(Profile.objects.of(user).preferences):
        return _shortened(say(count), 500)


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
