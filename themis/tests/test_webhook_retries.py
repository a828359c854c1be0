"""What does not arrive is tried again, ever later, by whoever is left to do it, and not for ever."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from core import jobs
from core.models import AuditEvent, Job
from core.permissions import ADMINISTRATOR
from core.tests.factories import UserFactory
from themis.models import Notification, WebhookDelivery, WebhookEndpoint
from themis.services import webhook_delivery
from themis.services.webhook_events import (
    publish_event,
    redeliver,
    request_due_deliveries,
    send_test,
)
from themis.tests.factories import make_delivery, make_endpoint
from themis.tests.receivers import Receiver, pass_time, receiver, run_jobs, wait_until

__all__ = ["receiver"]

pytestmark = pytest.mark.django_db(transaction=True)

State = WebhookDelivery.State
EVENT = {"id": "7", "kind": "embed_document", "state": "done", "url": "/jobs/7/"}


@pytest.mark.parametrize("status", [500, 429, 404, 302])
def test_a_failure_is_tried_again_later_with_the_same_id_and_body(receiver: Receiver, status: int) -> None:
    make_endpoint(receiver.url)
    receiver.statuses = [status, 204]
    publish_event("job.finished", data=EVENT)
    run_jobs()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.response_status) == (State.PENDING, status)
    assert str(status) in delivery.error
    pause = delivery.next_attempt_at - timezone.now()
    assert dt.timedelta(seconds=2) < pause < dt.timedelta(seconds=7)
    assert WebhookEndpoint.objects.get().failing_since is not None

    request_due_deliveries()
    run_jobs()
    assert len(receiver.received) == 1, "it was not due yet"
    pass_time()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.response_status, delivery.attempts) == (State.DELIVERED, 204, 2)
    assert delivery.error == ""
    first, second = receiver.received
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert WebhookEndpoint.objects.get().failing_since is None


def test_pauses_grow_and_after_the_last_attempt_it_is_given_up(receiver: Receiver) -> None:
    endpoint, _secret = make_endpoint(receiver.url)
    receiver.statuses = [503]
    publish_event("job.finished", data=EVENT)
    run_jobs()
    for number, seconds in enumerate(webhook_delivery.BACKOFF, start=1):
        delivery = WebhookDelivery.objects.get()
        assert delivery.attempts == number
        pause = (delivery.next_attempt_at - delivery.last_attempt_at).total_seconds()
        assert seconds * 0.8 <= pause <= seconds * 1.2 + 5
        pass_time()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.next_attempt_at) == (State.FAILED, None)
    pass_time()
    assert len(receiver.received) == webhook_delivery.MAX_ATTEMPTS

    receiver.statuses = [200]
    redeliver(delivery)
    run_jobs()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (State.DELIVERED, 1)
    assert len({sent.headers["webhook-id"] for sent in receiver.received}) == 1
    endpoint.refresh_from_db()
    assert endpoint.is_enabled


def test_a_receiver_that_does_not_answer_costs_one_attempt_at_a_time(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = webhook_delivery.FetchLimits(total_seconds=0.3, step_seconds=0.2)
    monkeypatch.setattr(webhook_delivery, "LIMITS", limits)

    receiver.hold = threading.Event()
    endpoint, _secret = make_endpoint(receiver.url)
    send_test(endpoint)
    send_test(endpoint)
    run_jobs()
    assert len(receiver.received) == 1
    assert sorted(WebhookDelivery.objects.values_list("attempts", flat=True)) == [0, 1]
    assert WebhookDelivery.objects.filter(error__contains="took too long").count() == 1


def test_a_delivery_whose_worker_is_killed_half_way_is_made_by_the_next(
    receiver: Receiver, settings: Settings, celery_worker_process: Callable[..., Any]
) -> None:
    settings.JOB_LEASE_SECONDS = 1
    receiver.hold = threading.Event()
    make_endpoint(receiver.url)
    publish_event("job.finished", data=EVENT)
    worker = celery_worker_process(
        queues="default", environment={"WEBHOOK_ALLOWED_HOSTS": receiver.host, "JOB_LEASE_SECONDS": "1"}
    )
    wait_until(lambda: len(receiver.received) == 1)
    worker.kill()
    receiver.hold.set()
    job, delivery = Job.objects.get(), WebhookDelivery.objects.get()
    assert (job.state, delivery.state, delivery.attempts) == (Job.State.RUNNING, State.PENDING, 1)

    wait_until(lambda: jobs.execute(job.pk) is not None)
    assert len(receiver.received) == 1, "for all we know the first attempt is still under way"
    pass_time()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (State.DELIVERED, 2)
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_a_delivery_that_takes_its_worker_along_each_time_is_given_up(receiver: Receiver) -> None:
    endpoint, _secret = make_endpoint(receiver.url)
    delivery = make_delivery(endpoint, attempts=webhook_delivery.MAX_ATTEMPTS)
    pass_time()
    delivery.refresh_from_db()
    assert delivery.state == State.FAILED
    assert receiver.received == []


def test_two_workers_send_it_once(receiver: Receiver) -> None:
    endpoint, _secret = make_endpoint(receiver.url)
    make_delivery(endpoint)
    assert webhook_delivery._claim(endpoint) is not None
    assert webhook_delivery._claim(endpoint) is None


def test_an_endpoint_that_failed_for_days_is_disabled_and_administrators_are_told(receiver: Receiver) -> None:
    ada = UserFactory(groups=[ADMINISTRATOR])
    UserFactory()
    endpoint, _secret = make_endpoint(receiver.url)
    receiver.statuses = [500]
    send_test(endpoint)
    other = make_delivery(endpoint)
    run_jobs()
    WebhookEndpoint.objects.update(failing_since=timezone.now() - dt.timedelta(days=3, minutes=1))
    pass_time()
    endpoint.refresh_from_db()
    assert not endpoint.is_enabled
    assert "3 days" in endpoint.disabled_reason
    told = Notification.objects.get()
    assert told.user == ada
    assert told.link == f"/webhooks/{endpoint.pk}/"
    other.refresh_from_db()
    assert other.state == State.FAILED
    assert not WebhookDelivery.objects.filter(state=State.PENDING).exists()
    assert AuditEvent.objects.filter(action="webhook.disabled", actor=None).exists()


def test_a_receiver_that_says_it_is_gone_is_not_asked_again(receiver: Receiver) -> None:
    endpoint, _secret = make_endpoint(receiver.url)
    receiver.statuses = [410]
    send_test(endpoint)
    run_jobs()
    endpoint.refresh_from_db()
    assert not endpoint.is_enabled
    assert "410" in endpoint.disabled_reason


def test_an_event_that_met_the_disabling_is_given_up(receiver: Receiver) -> None:
    endpoint, _secret = make_endpoint(receiver.url, is_enabled=False)
    late = make_delivery(endpoint, next_attempt_at=timezone.now())
    before = Job.objects.count()
    request_due_deliveries()
    late.refresh_from_db()
    assert (late.state, late.next_attempt_at) == (State.FAILED, None)
    assert "disabled before this was delivered" in late.error
    assert Job.objects.count() == before
    assert receiver.received == []
