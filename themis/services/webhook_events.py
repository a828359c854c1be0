"""What happened, on its way out: the outbox of webhooks.

A delivery is written in the transaction of the event, so there is none for what was rolled back, and what was
committed is delivered whatever becomes of broker and workers. The job is only rung for; `request_due_deliveries`, on a
clock, finds what nobody heard.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import jobs
from core.models import Job
from themis.exceptions import WebhookError
from themis.models import WebhookDelivery, WebhookEndpoint
from themis.registry import webhook_events
from themis.services.webhooks import give_up

DELIVERY_JOB = "deliver_webhook"
TEST_EVENT = "webhook.test"
# Deliveries are shown for this long.
KEPT = dt.timedelta(days=30)
# Their jobs say nothing that the deliveries do not.
JOBS_KEPT = dt.timedelta(days=1)

# What is sent of an event: ids, names of kinds and paths. Never a text that somebody wrote: it is confidential.
EventData = Mapping[str, Any]


def publish_event(kind: str, *, data: EventData) -> None:
    """Have every endpoint that chose `kind` told. `data["url"]`, if there is one, is a path of this site.

    Costs one query while nobody listens. Raises LookupError for a kind that is not registered.
    """
    publish_events(kind, [data])


def publish_events(kind: str, items: Sequence[EventData]) -> None:
    """The same for several events of one kind, which happened together."""
    if kind not in webhook_events.entries:
        raise LookupError(f"No event of kind {kind!r} is registered.")
    listening = list(WebhookEndpoint.objects.listening_to(kind).order_by("pk")) if items else []
    _put_out(kind, items, listening)


def send_test(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """A delivery that says nothing, to try the way. Raises WebhookError when the endpoint is disabled."""
    if not endpoint.is_enabled:
        raise WebhookError(_("This webhook is disabled. Enable it first."))
    data = {"webhook": endpoint.pk, "url": reverse("themis:webhook", args=[endpoint.pk])}
    return _put_out(TEST_EVENT, [data], [endpoint])[0]


def redeliver(delivery: WebhookDelivery) -> None:
    """Send it again from the first attempt, under the same id. Raises WebhookError when the endpoint is disabled."""
    if not delivery.endpoint.is_enabled:
        raise WebhookError(_("This webhook is disabled. Enable it first."))
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=WebhookDelivery.State.PENDING,
        attempts=0,
        next_attempt_at=timezone.now(),
        delivered_at=None,
        response_status=None,
        error="",
    )
    transaction.on_commit(partial(request_delivery, [delivery.endpoint]), robust=True)
    delivery.refresh_from_db()


def request_delivery(endpoints: Collection[WebhookEndpoint]) -> None:
    """Queue one job for each endpoint, which sends all that is due there."""
    for endpoint in endpoints:
        jobs.enqueue(
            DELIVERY_JOB,
            title=_("Webhook “%(name)s”") % {"name": endpoint.name},
            key=f"{DELIVERY_JOB}:{endpoint.pk}",
            target=endpoint,
        )


def request_due_deliveries() -> None:
    """For the clock: what is to be tried again, and what was written while a job was just ending."""
    due = WebhookDelivery.objects.due()
    # Of an event that met the disabling: no job sends them, and each round would queue another one.
    give_up(due.filter(endpoint__is_enabled=False))
    request_delivery(WebhookEndpoint.objects.filter(is_enabled=True, pk__in=due.values("endpoint")))


def purge_deliveries() -> None:
    """Forget old deliveries, the jobs that made them, and secrets that no longer sign."""
    now = timezone.now()
    WebhookDelivery.objects.filter(created_at__lt=now - KEPT).delete()
    rotated = WebhookEndpoint.objects.filter(previous_until__lt=now)
    rotated.update(previous_secret="", previous_until=None)
    Job.objects.filter(kind=DELIVERY_JOB, finished_at__lt=now - JOBS_KEPT).delete()


def publish_job_end(*, job: Job, state: Job.State, **kwargs: Any) -> None:
    """Receiver of `core.signals.job_ended`. The jobs that deliver are left out: they would go on for ever."""
    if job.kind == DELIVERY_JOB:
        return
    target = ContentType.objects.get_for_id(job.target_type_id) if job.target_type_id else None
    publish_event(
        "job.finished",
        data={
            "id": str(job.pk),
            "kind": job.kind,
            "state": state.value,
            "target": {"kind": f"{target.app_label}.{target.model}", "id": job.target_id} if target else None,
            "url": reverse("themis:job", args=[job.pk]),
        },
    )


def _put_out(
    kind: str, items: Sequence[EventData], endpoints: Sequence[WebhookEndpoint]
) -> list[WebhookDelivery]:
    now = timezone.now()
    deliveries = [
        WebhookDelivery(endpoint=endpoint, kind=kind, data=_with_whole_url(data), next_attempt_at=now)
        for endpoint in endpoints
        for data in items
    ]
    if deliveries:
        WebhookDelivery.objects.bulk_create(deliveries, batch_size=500)
        # What was committed stays so when the job cannot be written; the clock finds the delivery.
        transaction.on_commit(partial(request_delivery, endpoints), robust=True)
    return deliveries


def _with_whole_url(data: EventData) -> dict[str, Any]:
    path = data.get("url", "")
    return {**data, "url": settings.SITE_URL + path} if path else dict(data)
