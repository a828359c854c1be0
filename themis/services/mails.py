"""Notifications by e-mail: one at once, or a day's together in the person's morning.

The row is claimed by a conditional UPDATE before the letter is handed over, and what became of it stands there. A
letter whose worker was lost meanwhile may have gone out, so it is not sent again: better none than two.
"""

import datetime as dt
import logging
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerError

from core.models import User
from themis.models import Notification, NotificationMail, Profile
from themis.services.invitations import mail_is_configured
from themis.services.mail_texts import write_letter

logger = logging.getLogger(__name__)

# The hour of the person's day in which the digest goes out.
MORNING = 7
# Seconds to wait after each failed attempt.
BACKOFF = (30, 120, 600, 3600, 14_400)
MAX_ATTEMPTS = len(BACKOFF) + 1
LOST_AFTER = dt.timedelta(minutes=10)
State = NotificationMail.State


def mail_at_once(notification: Notification) -> None:
    """Have it mailed when the transaction is committed. Without a mail server nothing is written."""
    if not mail_is_wanted():
        return
    mail = NotificationMail.objects.create(user=notification.user)
    Notification.objects.filter(pk=notification.pk).update(mail=mail)
    notification.mail = mail
    transaction.on_commit(partial(_ring, mail.pk), robust=True)


def mail_is_wanted() -> bool:
    """On a developer's machine letters are printed; elsewhere a backend that prints them would fill the log."""
    return mail_is_configured() or settings.DEBUG


def send_mail(pk: int) -> bool:
    """Send one letter that is due; returns whether the mail server took it. Nothing happens to one that is not due."""
    try:
        return _attempt(pk)
    except _ServerAway:
        return False


class _ServerAway(Exception):
    """The mail server does not answer, so the next letter would wait as long. It stands on this letter's row."""


def _attempt(pk: int) -> bool:
    """As `send_mail`. Raises _ServerAway."""
    now = timezone.now()
    claimed = NotificationMail.objects.due().filter(pk=pk)
    if not claimed.update(state=State.SENDING, attempts=F("attempts") + 1, next_attempt_at=now + LOST_AFTER):
        return False
    mail = NotificationMail.objects.select_related("user").get(pk=pk)
    if not mail.user.is_active:
        _end(mail, State.FAILED, error=_("The account is deactivated."))
        return False
    letter = write_letter(mail)
    if letter is None:
        _end(mail, State.FAILED, error=_("What it told of is gone."))
        return False
    try:
        _hand_over(mail, letter.subject, letter.text, letter.html)
    except (smtplib.SMTPException, OSError) as error:
        _record_failure(mail, error)
        if _is_away(error):
            raise _ServerAway from error
        return False
    _end(mail, State.SENT, sent_at=timezone.now(), error="")
    return True


def send_due_mails() -> int:
    """For the clock: letters to be tried again, and those that nobody heard of; returns how many were sent.

    The round ends when the mail server does not answer, and there is one at a time: the worker has other things to do
    than to wait for it.
    """
    with _alone() as alone:
        return _send_round() if alone else 0


def _send_round() -> int:
    lost = NotificationMail.objects.filter(state=State.SENDING, next_attempt_at__lt=timezone.now())
    lost.update(
        state=State.FAILED,
        next_attempt_at=None,
        error=_("The worker was lost while this was being sent; it may have arrived."),
    )
    due = NotificationMail.objects.due().order_by("next_attempt_at").values_list("pk", flat=True)
    sent = 0
    try:
        for pk in list(due[:200]):
            sent += _attempt(pk)
    except _ServerAway:
        logger.warning("the mail server does not answer; the other letters wait for the next round")
    return sent


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other round is under way; none begins as long as this lasts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('themis.send_due_mails'))")
        taken = bool(cursor.fetchone()[0])
    try:
        yield taken
    finally:
        if taken:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('themis.send_due_mails'))")


def write_digests() -> int:
    """For the clock: a letter for everybody whose morning has come and who has unread news from before it."""
    if not mail_is_wanted():
        return 0
    waiting = Notification.objects.unread().filter(
        mail_choice=Notification.MailChoice.DAILY, mail=None, user__is_active=True
    )
    people = User.objects.filter(pk__in=waiting.values("user")).order_by("pk")
    return sum(_write_digest(person) for person in people)


def _write_digest(person: User) -> bool:
    local = timezone.now().astimezone(Profile.objects.of(person).preferences.zone)
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if local < morning:
        return False
    try:
        with transaction.atomic():
            mail = NotificationMail.objects.create(user=person, day=local.date())
            told = Notification.objects.unread().filter(
                user=person,
                mail_choice=Notification.MailChoice.DAILY,
                mail=None,
                created_at__lt=morning,
            )
            if not told.update(mail=mail):
                transaction.set_rollback(True)
                return False
            transaction.on_commit(partial(_ring, mail.pk), robust=True)
    except IntegrityError:
        return False  # today's is written already
    return True


def _hand_over(mail: NotificationMail, subject: str, text: str, html: str) -> None:
    """Raises SMTPException or OSError. The same Message-ID for each attempt lets receivers drop a second copy."""
    host = settings.SITE_URL.split("://")[-1].split("/")[0].split(":")[0] or "spelunker.localhost"
    message = EmailMultiAlternatives(
        subject,
        text,
        to=[mail.user.email],
        headers={
            "Message-ID": f"<notification-{mail.pk}-{mail.created_at:%Y%m%d%H%M%S}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(html, "text/html")
    message.send()


def _record_failure(mail: NotificationMail, error: Exception) -> None:
    logger.warning("mail %s was not sent: %s", mail.pk, type(error).__name__)
    said = _in_words(error)
    if not _is_transient(error) or mail.attempts >= MAX_ATTEMPTS:
        _end(mail, State.FAILED, error=said)
        return
    again = timezone.now() + dt.timedelta(seconds=BACKOFF[mail.attempts - 1])
    _held(mail).update(state=State.PENDING, next_attempt_at=again, error=said)


def _is_transient(error: Exception) -> bool:
    """Codes from 400 to 499 and a server that is not there pass; 500 and more, and wrong settings, stay."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _said in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500 or error.smtp_code < 0
    return not isinstance(error, smtplib.SMTPNotSupportedError)


def _is_away(error: Exception) -> bool:
    """No answer, where a refusal is one."""
    if isinstance(error, smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError):
        return True
    return isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException)


def _in_words(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()), (None,))[0]
    if code and code > 0:
        return _("The mail server refused it (code %(code)s).") % {"code": code}
    return _("The mail server did not answer.")


def _held(mail: NotificationMail) -> QuerySet[NotificationMail]:
    return NotificationMail.objects.filter(pk=mail.pk, state=State.SENDING, attempts=mail.attempts)


def _end(mail: NotificationMail, state: State, **fields: object) -> None:
    _held(mail).update(state=state, next_attempt_at=None, **fields)


def _ring(pk: int) -> None:
    """A broker that is down is no failure: the clock finds the row."""
    try:
        current_app.send_task("themis.tasks.send_notification_mail", args=[pk])
    except (BrokerError, OSError):
        logger.warning("the broker does not answer; mail %s waits for the clock", pk)
