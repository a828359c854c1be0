"""Rows of the shell, and jobs in each state."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from core.models import Job, User
from core.tests.factories import UserFactory
from themis.models import WebhookDelivery, WebhookEndpoint
from themis.services.webhooks import create_endpoint


def make_job(owner: User, state: str = Job.State.RUNNING, **fields: Any) -> Job:
    """A job row in a state, as core.jobs would have left it."""
    now = timezone.now()
    values: dict[str, Any] = {
        "kind": "test",
        "title": "Reading guide.pdf",
        "idempotency_key": uuid.uuid4().hex,
    }
    if state == Job.State.RUNNING:
        values |= {"lease": uuid.uuid4(), "heartbeat_at": now, "started_at": now, "attempts": 1}
    elif state != Job.State.QUEUED:
        values |= {"started_at": now - dt.timedelta(seconds=65), "finished_at": now, "attempts": 1}
    return Job.objects.create(owner=owner, state=state, **(values | fields))


def make_endpoint(url: str = "https://hooks.example.com/in", **fields: Any) -> tuple[WebhookEndpoint, str]:
    """An endpoint that listens to finished jobs, and its secret."""
    events = fields.pop("events", ["job.finished"])
    name = fields.pop("name", "Ticket system")
    endpoint, secret = create_endpoint(name=name, url=url, events=events, by=UserFactory())
    if fields:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(**fields)
        endpoint.refresh_from_db()
    return endpoint, secret


def make_delivery(endpoint: WebhookEndpoint | None = None, **fields: Any) -> WebhookDelivery:
    """A delivery that waits to be sent, or in the state that `fields` say."""
    endpoint = endpoint or make_endpoint()[0]
    values: dict[str, Any] = {
        "kind": "job.finished",
        "data": {"id": "1"},
        "next_attempt_at": timezone.now() if fields.get("state", "pending") == "pending" else None,
    }
    return WebhookDelivery.objects.create(endpoint=endpoint, **(values | fields))
