"""How background jobs ended is told to their owners: failures always, long ones when they are done."""

import datetime as dt

import pytest
from django.utils import timezone

from core.models import Job, User
from themis.models import Notification

pytestmark = pytest.mark.django_db


def end(
    owner: User | None, state: str, *, age: int = 0, title: str = "Draft", kind: str = "tidings_test"
) -> Job:
    from core.jobs.running import end_job

    job = Job.objects.create(
        kind=kind, title=title, owner=owner, idempotency_key=f"{title}{Job.objects.count()}"
    )
    Job.objects.update(created_at=timezone.now() - dt.timedelta(seconds=age))
    job.refresh_from_db()
    end_job(job, Job.State(state))
    return job


def test_a_failed_job_is_told_at_once_and_several_together(alice: User) -> None:
    first = end(alice, "failed", title="One")
    (message,) = Notification.objects.all()
    assert (message.text, message.level, message.link) == ("“One” failed.", "error", f"/jobs/{first.pk}/")
    end(alice, "failed", title="Two")
    message.refresh_from_db()
    assert (message.text, message.link) == ("2 jobs failed, the last one “Two”.", "/jobs/")


def test_a_long_job_is_told_when_it_is_done_and_a_short_one_is_not(alice: User) -> None:
    end(alice, "done", age=2)
    assert not Notification.objects.exists()
    end(alice, "done", age=60)
    assert Notification.objects.get().text == "“Draft” is done."


@pytest.mark.parametrize(("owned", "state"), [(False, "failed"), (True, "cancelled")])
def test_nobodys_jobs_and_cancelled_ones_are_no_news(alice: User, owned: bool, state: str) -> None:
    end(alice if owned else None, state, age=60)
    assert not Notification.objects.exists()


def test_a_webhooks_deliveries_are_told_elsewhere(alice: User) -> None:
    end(alice, "failed", kind="deliver_webhook")
    assert not Notification.objects.exists()
