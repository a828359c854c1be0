"""What nobody needs any more goes once a day, and what is still read stays."""

import datetime as dt
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from core.models import Job, User
from themis.models import IdempotentRequest, Notification, NotificationMail
from themis.services import forgetting
from themis.services.forgetting import forget_old
from themis.tasks import forget_old_rows
from themis.tests.factories import make_job

pytestmark = pytest.mark.django_db


def ago(**span: float) -> dt.datetime:
    return timezone.now() - dt.timedelta(**span)


def old_job(owner: User, state: str, days: int = 100, **fields: Any) -> Job:
    job = make_job(owner, state=state, finished_at=ago(days=days), **fields)
    Job.objects.filter(pk=job.pk).update(created_at=ago(days=days))
    return job


def test_sessions_that_are_over_go_with_their_devices(alice: User) -> None:
    here, over = Client(), Client()
    for client in (here, over):
        client.force_login(alice)
        UserSession.objects.get_or_create(
            session_key=client.session.session_key,
            defaults={"user": alice, "ip": "192.0.2.1", "user_agent": ""},
        )
    Session.objects.filter(pk=over.session.session_key).update(expire_date=ago(days=1))
    assert forget_old()["devices"] == 0, "a session may be written after its device"
    Session.objects.create(session_key="k" * 32, session_data="", expire_date=ago(days=1))
    UserSession.objects.update(last_seen_at=ago(days=2))
    found = forget_old()
    assert (found["sessions"], found["devices"]) == (1, 1)
    assert here.get("/jobs/").status_code == 200
    assert UserSession.objects.get().session_key == here.session.session_key


def test_jobs_go_that_ended_long_ago_and_tell_nothing(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "_BATCH", 2)
    for _ in range(5):
        old_job(alice, Job.State.DONE)
    old_job(alice, Job.State.FAILED, 200, kind="sync", target=bob, error="Then it was something else.")
    old_job(alice, Job.State.FAILED, 200, kind="measure")
    kept = {
        old_job(alice, Job.State.DONE, 80),
        old_job(alice, Job.State.FAILED, kind="sync", target=bob, error="It does not answer."),
        old_job(alice, Job.State.FAILED, kind="measure"),
        old_job(alice, Job.State.DONE, kind="offer", target=bob, result={"left_out": [1]}),
        make_job(alice, state=Job.State.QUEUED),
        make_job(alice),
    }
    assert forget_old()["jobs"] == 7
    assert set(Job.objects.all()) == kept


def test_notifications_go_that_were_read_long_ago(alice: User) -> None:
    Notification.objects.create(user=alice, text="Read long ago", read_at=ago(days=181))
    kept = {
        Notification.objects.create(user=alice, text="Read", read_at=ago(days=170)),
        Notification.objects.create(user=alice, text="Never read"),
    }
    Notification.objects.update(created_at=ago(days=400))
    assert forget_old()["notifications"] == 1
    assert set(Notification.objects.all()) == kept


def test_letters_go_that_were_sent_long_ago_unless_their_news_are_unread(alice: User) -> None:
    sent = {"user": alice, "state": NotificationMail.State.SENT}
    old = NotificationMail.objects.create(**sent, sent_at=ago(days=91))
    read = Notification.objects.create(user=alice, text="Read", mail=old, read_at=ago(days=90))
    unread = NotificationMail.objects.create(**sent, sent_at=ago(days=91), day=dt.date(2026, 1, 1))
    Notification.objects.create(user=alice, text="Unread", mail=unread, mail_choice="daily")
    kept = {
        unread,
        NotificationMail.objects.create(**sent, sent_at=ago(days=80)),
        NotificationMail.objects.create(user=alice, state=NotificationMail.State.PENDING),
    }
    assert forget_old()["letters"] == 1
    assert set(NotificationMail.objects.all()) == kept
    read.refresh_from_db()
    assert read.mail is None
    forget_old_rows()


def test_answers_of_the_api_go_a_day_after_their_key_ended(alice: User, bob: User) -> None:
    over, kept = (
        IdempotentRequest.objects.create(user=user, key="k", fingerprint="f", status=201, body="{}")
        for user in (alice, bob)
    )
    IdempotentRequest.objects.filter(pk=over.pk).update(created_at=ago(hours=25))
    assert forget_old()["requests"] == 1
    assert IdempotentRequest.objects.get() == kept
