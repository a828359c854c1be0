"""What happened arrives: signed, with one id, after failures too, and never at a private address."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from core import jobs
from core.models import AuditEvent, Job, User
from core.permissions import ADMINISTRATOR
from core.tests.factories import UserFactory
from themis.models import Notification, WebhookDelivery, WebhookEndpoint
from themis.services import webhook_delivery
from themis.services.webhook_events import (
    DELIVERY_JOB,
    publish_event,
    purge_deliveries,
    redeliver,
    request_due_deliveries,
    send_test,
)
from themis.services.webhooks import disable_endpoint, rotate_secret
from themis.tests.factories import make_delivery, make_endpoint
from themis.tests.receivers import Received, Receiver, receiver

__all__ = ["receiver"]

pytestmark = pytest.mark.django_db(transaction=True)

State = WebhookDelivery.State
EVENT = {"id": "7", "kind": "embed_document", "state": "done", "url": "/jobs/7/"}


def signature_by_hand(secret: str, sent: Received) -> str:
    """As a receiver computes it from the specification, sharing no code with us."""
    key = base64.b64decode(secret.split("_", 1)[1])
    signed = b".".join(
        [sent.headers["webhook-id"].encode(), sent.headers["webhook-timestamp"].encode(), sent.body]
    )
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def run_jobs() -> None:
    """What the workers would do now."""
    for job in Job.objects.filter(kind=DELIVERY_JOB, state=Job.State.QUEUED):
        jobs.execute(job.pk)


def pass_time() -> None:
    """Until the next attempt is due, and the clock has seen that."""
    WebhookDelivery.objects.filter(state=State.PENDING).update(next_attempt_at=timezone.now())
    request_due_deliveries()
    run_jobs()


def test_an_event_arrives_signed_as_the_specification_says(receiver: Receiver, settings: Settings) -> None:
    settings.SITE_URL = "https://spelunker.example.com"
    _endpoint, secret = make_endpoint(receiver.url)
    publish_event("job.finished", data=EVENT)
    run_jobs()

    (sent,) = receiver.received
    assert sent.path == "/hooks?from=spelunker"
    assert sent.headers["host"] == receiver.host
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["webhook-signature"] == signature_by_hand(secret, sent)
    assert abs(int(sent.headers["webhook-timestamp"]) - time.time()) < 10
    body = json.loads(sent.body)
    assert body["type"] == "job.finished"
    assert dt.datetime.fromisoformat(body["timestamp"]).tzinfo is not None
    assert body["data"] == EVENT | {"url": "https://spelunker.example.com/jobs/7/"}
    delivery = WebhookDelivery.objects.get()
    assert sent.headers["webhook-id"] == delivery.message_id
    assert (delivery.state, delivery.response_status, delivery.attempts) == (State.DELIVERED, 200, 1)
    assert delivery.next_attempt_at is None


def test_only_those_who_chose_the_event_and_are_enabled_are_told(receiver: Receiver) -> None:
    make_endpoint(receiver.url, events=["source.changed"])
    disable_endpoint(make_endpoint(receiver.url)[0])
    publish_event("job.finished", data=EVENT)
    assert not WebhookDelivery.objects.exists()
    with pytest.raises(LookupError, match=r"moon\.landed"):
        publish_event("moon.landed", data={})


def test_what_is_rolled_back_is_not_told(receiver: Receiver) -> None:
    make_endpoint(receiver.url)
    with transaction.atomic():
        publish_event("job.finished", data=EVENT)
        transaction.set_rollback(True)
    assert not WebhookDelivery.objects.exists()
    assert not Job.objects.exists()


def test_nobody_listening_costs_one_query(django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(1):
        publish_event("job.finished", data=EVENT)


def test_while_a_secret_is_rotated_both_sign(receiver: Receiver) -> None:
    endpoint, old = make_endpoint(receiver.url)
    new = rotate_secret(endpoint)
    send_test(endpoint)
    run_jobs()
    (sent,) = receiver.received
    both = [signature_by_hand(new, sent), signature_by_hand(old, sent)]
    assert sent.headers["webhook-signature"].split(" ") == both

    WebhookEndpoint.objects.update(previous_until=timezone.now() - dt.timedelta(seconds=1))
    purge_deliveries()
    endpoint.refresh_from_db()
    assert endpoint.previous_secret == ""
    send_test(endpoint)
    run_jobs()
    assert receiver.received[1].headers["webhook-signature"] == signature_by_hand(new, receiver.received[1])


def test_secrets_are_nowhere_in_the_database_as_they_are(receiver: Receiver) -> None:
    endpoint, old = make_endpoint(receiver.url)
    new = rotate_secret(endpoint)
    kept = str(WebhookEndpoint.objects.values().get()) + str(list(AuditEvent.objects.values()))
    for secret in (old, new):
        assert secret.removeprefix("whsec_") not in kept


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


def test_a_redirect_is_not_followed(receiver: Receiver, settings: Settings) -> None:
    elsewhere = Receiver()
    settings.WEBHOOK_ALLOWED_HOSTS = [receiver.host, elsewhere.host]
    try:
        receiver.statuses, receiver.location = [307], elsewhere.url
        send_test(make_endpoint(receiver.url)[0])
        run_jobs()
        assert elsewhere.received == []
        delivery = WebhookDelivery.objects.get()
        assert (delivery.state, delivery.response_status) == (State.PENDING, 307)
        assert "not followed" in delivery.error
    finally:
        elsewhere.close()


def test_a_private_address_is_not_sent_to(receiver: Receiver, settings: Settings) -> None:
    """Also where it was let in once, or its name has come to stand for one."""
    endpoint, _secret = make_endpoint(receiver.url)
    settings.WEBHOOK_ALLOWED_HOSTS = []
    send_test(endpoint)
    WebhookEndpoint.objects.update(url=f"https://{receiver.host}/")
    run_jobs()
    WebhookEndpoint.objects.update(url="https://localhost/")
    pass_time()
    assert receiver.received == []
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.response_status, delivery.attempts) == (State.PENDING, None, 2)
    assert "localhost is not on the public internet" in delivery.error
    assert "WEBHOOK_ALLOWED_HOSTS" in delivery.error


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


def test_a_secret_that_cannot_be_read_is_said_in_words(receiver: Receiver, settings: Settings) -> None:
    endpoint, _secret = make_endpoint(receiver.url)
    settings.SECRET_KEY = "another key of at least fifty characters, as settings ask"
    send_test(endpoint)
    run_jobs()
    assert receiver.received == []
    assert "SECRET_KEY" in WebhookDelivery.objects.get().error


def test_an_endpoint_that_is_deleted_meanwhile_is_a_clean_end(receiver: Receiver) -> None:
    endpoint, _secret = make_endpoint(receiver.url)
    send_test(endpoint)
    endpoint.delete()
    run_jobs()
    assert Job.objects.get().state == Job.State.DONE
    request_due_deliveries()
    assert receiver.received == []


def test_a_job_that_ends_is_told_of_and_the_delivering_one_is_not(receiver: Receiver, alice: User) -> None:
    make_endpoint(receiver.url)
    job = jobs.enqueue(DELIVERY_JOB, title="Secret title", key="x", params={}, target=alice, owner=alice)
    Job.objects.update(kind="read_tea_leaves")
    jobs.request_cancel(Job.objects.get(pk=job.pk))
    run_jobs()
    (sent,) = receiver.received
    assert json.loads(sent.body)["data"] == {
        "id": str(job.pk),
        "kind": "read_tea_leaves",
        "state": "cancelled",
        "target": {"kind": "core.user", "id": str(alice.pk)},
        "url": f"/jobs/{job.pk}/",
    }
    assert "Secret" not in sent.body.decode()
    assert WebhookDelivery.objects.count() == 1


def test_old_deliveries_and_their_jobs_are_forgotten(receiver: Receiver) -> None:
    endpoint, _secret = make_endpoint(receiver.url)
    send_test(endpoint)
    run_jobs()
    WebhookDelivery.objects.update(created_at=timezone.now() - dt.timedelta(days=31))
    Job.objects.update(finished_at=timezone.now() - dt.timedelta(days=2))
    kept = make_delivery(endpoint, state=State.DELIVERED)
    purge_deliveries()
    assert list(WebhookDelivery.objects.all()) == [kept]
    assert not Job.objects.exists()
