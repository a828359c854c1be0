"""Notifications by e-mail: as each person chose, once, and what became of it stands on the row."""

import datetime as dt
import smtplib
from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from themis.models import Notification, NotificationMail, Profile
from themis.services import mails
from themis.services.mails import send_due_mails, send_mail, write_digests
from themis.services.notifications import notify, notify_of_many, notify_once

ClientOf = Callable[[User], Client]
MORNING = dt.datetime(2027, 3, 1, 7, 5, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def site(settings) -> None:
    settings.SITE_URL = "https://spelunker.example.com"


@pytest.fixture
def rung():
    """What was told to the broker; the clock does the sending."""
    with patch.object(mails, "_ring") as ring:
        yield ring


def choose(user: User, **choices: str) -> None:
    Profile.objects.of(user)
    Profile.objects.filter(user=user).update(notification_choices=choices)


def at(moment: dt.datetime):
    return patch.object(timezone, "now", lambda: moment)


def test_a_mention_is_mailed_after_the_commit_with_text_html_and_whole_links(
    alice: User, rung, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        told = notify(alice, kind="mention", text="Bob mentioned you:\nlook <here>", link="/jobs/")
        assert not rung.called
    rung.assert_called_once_with(told.mail.pk)
    assert send_mail(told.mail.pk)
    (letter,) = mail.outbox
    assert letter.to == ["alice@example.com"]
    assert letter.subject == "Bob mentioned you: look <here>"
    assert "https://spelunker.example.com/jobs/" in letter.body
    ((html, kind),) = letter.alternatives
    assert kind == "text/html"
    assert 'href="https://spelunker.example.com/jobs/"' in html
    assert "look &lt;here&gt;" in html
    assert "<img" not in html and "prefers-color-scheme: dark" in html
    told.mail.refresh_from_db()
    assert told.mail.state == "sent" and told.mail.sent_at


def test_nothing_is_sent_twice(alice: User, rung) -> None:
    told = notify(alice, kind="mention", text="Look.")
    assert [send_mail(told.mail.pk), send_mail(told.mail.pk), bool(send_due_mails())] == [True, False, False]
    assert len(mail.outbox) == 1


def test_an_unread_message_brought_up_to_date_is_mailed_once(alice: User, rung) -> None:
    for number in (1, 2):
        notify_of_many(
            alice, kind="assignment", say=lambda count: f"{count} questions", number=number, key="assigned:1"
        )
    assert Notification.objects.get().text == "3 questions"
    assert NotificationMail.objects.count() == 1


def test_what_was_told_once_is_not_told_again_when_it_was_read(alice: User, rung) -> None:
    said = {"kind": "due", "level": "warning", "text": "Due.", "link": "/", "key": "due:1"}
    assert notify_once(alice, **said)
    Notification.objects.update(read_at=timezone.now())
    assert notify_once(alice, **said) is None


@pytest.mark.parametrize(("choice", "letters"), [("off", 0), ("daily", 0), ("now", 1)])
def test_each_person_chooses_for_each_kind(alice: User, rung, choice: str, letters: int) -> None:
    choose(alice, mention=choice)
    notify(alice, kind="mention", text="Look.")
    assert NotificationMail.objects.count() == letters


def test_a_digest_is_one_letter_in_the_persons_own_morning(alice: User, rung) -> None:
    Profile.objects.of(alice)
    Profile.objects.filter(user=alice).update(time_zone="America/New_York")  # seven there is twelve UTC
    with at(MORNING - dt.timedelta(hours=10)):
        notify(alice, kind="review", text="2 answers wait.", link="/rfps/")
        notify(alice, kind="due", text="An RFP is due.")
        read = notify(alice, kind="due", text="Read already.")
        Notification.objects.filter(pk=read.pk).update(read_at=timezone.now())
    with at(MORNING):
        assert write_digests() == 0
    with at(MORNING + dt.timedelta(hours=5)):
        assert write_digests() == 1
        assert write_digests() == 0
        assert send_due_mails() == 1
        notify(alice, kind="due", text="Too late for today.")
    with at(MORNING + dt.timedelta(hours=6)):
        assert write_digests() == 0
    with at(MORNING + dt.timedelta(hours=29)):
        assert write_digests() == 1
    (letter,) = mail.outbox
    assert letter.subject == "2 things are new in Spelunker"
    assert "2 answers wait." in letter.body and "Read already." not in letter.body
    assert NotificationMail.objects.filter(day="2027-03-01").count() == 1


def test_the_database_refuses_a_second_digest_of_a_day(alice: User, rung) -> None:
    choose(alice)
    NotificationMail.objects.create(user=alice, day="2027-03-01")
    with at(MORNING - dt.timedelta(hours=10)):
        notify(alice, kind="due", text="Due.")
    with at(MORNING):
        assert write_digests() == 0
    assert Notification.objects.get().mail is None


@pytest.mark.parametrize(
    ("error", "state", "said"),
    [
        (smtplib.SMTPResponseException(451, b"try later"), "pending", "code 451"),
        (smtplib.SMTPServerDisconnected("gone"), "pending", "did not answer"),
        (ConnectionRefusedError(), "pending", "did not answer"),
        (smtplib.SMTPRecipientsRefused({"a": (450, b"busy")}), "pending", "code 450"),
        (smtplib.SMTPRecipientsRefused({"a": (550, b"unknown")}), "failed", "code 550"),
        (smtplib.SMTPAuthenticationError(535, b"no"), "failed", "code 535"),
    ],
)
def test_passing_faults_are_tried_again_and_others_are_told(
    alice: User, rung, error: Exception, state: str, said: str
) -> None:
    told = notify(alice, kind="mention", text="Look.")
    with patch.object(EmailBackend, "send_messages", side_effect=error):
        assert not send_mail(told.mail.pk)
    told.mail.refresh_from_db()
    assert (told.mail.state, told.mail.attempts) == (state, 1)
    assert said in told.mail.error
    assert send_due_mails() == 0  # not before its pause is over
    if state == "pending":
        NotificationMail.objects.update(next_attempt_at=timezone.now())
        assert send_due_mails() == 1
        told.mail.refresh_from_db()
        assert (told.mail.state, told.mail.error) == ("sent", "")


def test_it_is_given_up_after_the_last_attempt(alice: User, rung) -> None:
    told = notify(alice, kind="mention", text="Look.")
    NotificationMail.objects.update(attempts=mails.MAX_ATTEMPTS - 1)
    with patch.object(EmailBackend, "send_messages", side_effect=ConnectionRefusedError()):
        send_mail(told.mail.pk)
    told.mail.refresh_from_db()
    assert told.mail.state == "failed"


@pytest.mark.parametrize(
    ("error", "asked"),
    [
        (TimeoutError(), 1),
        (smtplib.SMTPServerDisconnected("gone"), 1),
        (smtplib.SMTPConnectError(421, b"busy"), 1),
        (smtplib.SMTPRecipientsRefused({"a@example.com": (550, b"who?")}), 3),
        (smtplib.SMTPDataError(451, b"later"), 3),
    ],
)
def test_a_round_ends_when_the_mail_server_is_away(alice: User, rung, error: Exception, asked: int) -> None:
    for text in ("One", "Two", "Three"):
        notify(alice, kind="mention", text=text)
    with patch.object(EmailBackend, "send_messages", side_effect=error) as send:
        assert send_due_mails() == 0
    assert send.call_count == asked
    assert NotificationMail.objects.due().count() == 3 - asked
    assert send_due_mails() == 3 - asked


def test_one_round_at_a_time(alice: User, rung) -> None:
    notify(alice, kind="mention", text="Look.")
    other = connection.copy()
    lock = "hashtext('themis.send_due_mails')"
    try:
        with other.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_lock({lock})")
            assert send_due_mails() == 0
            cursor.execute(f"SELECT pg_advisory_unlock({lock})")
        assert send_due_mails() == 1
        with other.cursor() as cursor:
            cursor.execute(f"SELECT pg_try_advisory_lock({lock})")
            assert cursor.fetchone() == (True,), "the round gave it back"
    finally:
        other.close()


def test_a_letter_whose_worker_was_lost_is_not_sent_again(alice: User, rung) -> None:
    told = notify(alice, kind="mention", text="Look.")
    past = timezone.now() - dt.timedelta(minutes=1)
    NotificationMail.objects.update(state="sending", attempts=1, next_attempt_at=past)
    assert send_due_mails() == 0
    told.mail.refresh_from_db()
    assert told.mail.state == "failed" and "worker was lost" in told.mail.error
    assert not mail.outbox


def test_deactivated_people_are_written_to_no_more(alice: User, rung) -> None:
    told = notify(alice, kind="mention", text="Look.")
    notify(alice, kind="due", text="Due.")
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert not send_mail(told.mail.pk)
    told.mail.refresh_from_db()
    assert "deactivated" in told.mail.error
    with at(timezone.now() + dt.timedelta(days=2)):
        assert write_digests() == 0
    alice.refresh_from_db()
    assert notify(alice, kind="mention", text="Look.").mail is None
    assert not mail.outbox


def test_without_a_mail_server_nothing_is_written(alice: User, rung, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert notify(alice, kind="mention", text="Look.").mail is None


def test_without_an_address_of_the_site_a_letter_has_no_broken_links(alice: User, rung, settings) -> None:
    settings.SITE_URL = ""
    send_mail(notify(alice, kind="mention", text="Look.", link="/jobs/").mail.pk)
    ((html, _kind),) = mail.outbox[0].alternatives
    assert "href" not in html
    assert "Open Spelunker" in mail.outbox[0].body


def test_choices_are_saved_and_only_for_what_one_may_get(
    alice: User, administrator: User, client_of: ClientOf
) -> None:
    address = reverse("themis:notification_choices")
    page = client_of(alice).get(address).content.decode()
    assert "mentions you" in page and "needs an administrator" not in page
    assert "needs an administrator" in client_of(administrator).get(address).content.decode()
    form = client_of(alice).get(address).context["form"]
    choices = dict.fromkeys(form.fields, "off") | {"due": "now"}
    assert client_of(alice).post(address, choices).status_code == 302
    assert Profile.objects.of(alice).mail_choice("due") == "now"
    assert client_of(alice).post(address, choices | {"due": "weekly"}).status_code == 422


def test_the_bell_comes_alone_with_its_count(alice: User, client_of: ClientOf, rung) -> None:
    notify(alice, text="Look.")
    said = client_of(alice).get(reverse("themis:bell"), headers={"HX-Request": "true"}).content.decode()
    assert "Notifications, 1 unread" in said and "<html" not in said
    assert client_of(alice).get(reverse("themis:bell"))["Location"] == reverse("themis:notifications")


def test_an_unknown_kind_is_refused(alice: User) -> None:
    with pytest.raises(LookupError):
        notify(alice, kind="gossip", text="Look.")
