"""What happened arrives: signed, with one id, and never at a private address."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import time
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from core import jobs
from core.models import AuditEvent, Job, User
from themis.models import WebhookDelivery, WebhookEndpoint
from themis.services.webhook_events import (
    DELIVERY_JOB,
    publish_event,
    purge_deliveries,
    request_due_deliveries,
    send_test,
)
from themis.services.webhooks import disable_endpoint, rotate_secret
from themis.tests.factories import make_delivery, make_endpoint
from themis.tests.receivers import Received, Receiver, pass_time, receiver, run_jobs

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
