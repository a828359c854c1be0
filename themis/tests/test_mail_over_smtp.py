"""Letters as a mail server gets them: whom they go to, both of their forms, in the reader's language."""

import datetime as dt
import re
from email.message import EmailMessage
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from core.models import User
from themis.models import NotificationMail, Profile
from themis.services import mails
from themis.services.mails import send_due_mails, send_mail, write_digests
from themis.services.notifications import notify
from themis.tests.mail_sink import MailSink, mail_sink

__all__ = ["mail_sink"]

SITE = "https://spelunker.example.com"
MORNING = dt.datetime(2027, 3, 1, 7, 5, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def site(settings: Settings, mail_sink: MailSink):
    settings.SITE_URL = SITE
    with patch.object(mails, "_ring"):
        yield


def forms(letter: EmailMessage) -> tuple[str, str]:
    """Its text and its HTML, decoded as a reader's program would."""
    assert letter.get_content_type() == "multipart/alternative"
    plain, html = letter.iter_parts()
    assert [plain.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    return plain.get_content(), html.get_content()  # type: ignore[attr-defined]


def assert_links_are_whole(text: str, html: str) -> None:
    addresses = re.findall(r'href="([^"]*)"', html)
    assert addresses and all(address.startswith(f"{SITE}/") for address in addresses)
    said = [word for word in text.split() if "/" in word and not word.startswith("http")]
    assert not said, f"paths that lead nowhere from a letter: {said}"


def test_a_mention_arrives_at_once_in_both_forms(alice: User, mail_sink: MailSink) -> None:
    told = notify(alice, kind="mention", text="Bob hat Sie erwähnt: „Größe“?", link="/rfps/7/")
    assert send_mail(told.mail.pk)
    ((recipients, letter),) = mail_sink.letters
    assert recipients == ["alice@example.com"]
    assert letter["To"] == "alice@example.com"
    assert letter["Subject"] == "Bob hat Sie erwähnt: „Größe“?"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@spelunker.example.com>")
    text, html = forms(letter)
    assert f"{SITE}/rfps/7/" in text and f'href="{SITE}/rfps/7/"' in html
    assert "Hello Alice" in text
    assert_links_are_whole(text, html)


def test_a_digest_arrives_in_the_readers_german(alice: User, mail_sink: MailSink) -> None:
    Profile.objects.of(alice)
    Profile.objects.filter(user=alice).update(language="de", time_zone="Europe/Berlin")
    with patch.object(timezone, "now", lambda: MORNING - dt.timedelta(hours=10)):
        notify(alice, kind="review", text="2 Antworten warten.", link="/rfps/7/questions/")
        notify(alice, kind="due", text="Eine Ausschreibung wird fällig.", link="/rfps/8/")
    with patch.object(timezone, "now", lambda: MORNING):
        assert (write_digests(), send_due_mails()) == (1, 1)
    ((_recipients, letter),) = mail_sink.letters
    assert letter["Subject"] == "2 Neuigkeiten in Spelunker"
    text, html = forms(letter)
    assert 'lang="de"' in html
    assert "Guten Tag Alice" in text
    for form in (text, html):
        assert "2 Antworten warten." in form and "Eine Ausschreibung wird fällig." in form
        assert f"{SITE}/rfps/7/questions/" in form and f"{SITE}/profile/notifications/" in form
        assert "You chose" not in form
    assert_links_are_whole(text, html)


def test_an_address_that_the_server_does_not_know_stands_on_the_row(alice: User, mail_sink: MailSink) -> None:
    mail_sink.refused.add(alice.email)
    told = notify(alice, kind="mention", text="Look.")
    assert not send_mail(told.mail.pk)
    told.mail.refresh_from_db()
    assert (told.mail.state, NotificationMail.objects.count()) == ("failed", 1)
    assert "code 550" in told.mail.error
    assert not mail_sink.letters


def test_the_settings_reach_the_server(mail_sink: MailSink) -> None:
    call_command("sendtestemail", "ada@example.com")
    ((recipients, _letter),) = mail_sink.letters
    assert recipients == ["ada@example.com"]
