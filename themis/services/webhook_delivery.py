"""Sending what is due: one signed POST an attempt, retried ever later, until it arrives or is given up.

An attempt is counted before it is made, by a conditional UPDATE: of two workers one makes it, and a delivery that kills
its worker does so a bounded number of times. A receiver may get a delivery twice, and knows it by its id.
"""

import datetime as dt
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.encryption import DecryptionError
from core.net.errors import NetworkError
from core.net.policy import FetchLimits
from core.net.posting import post
from themis.exceptions import WebhookError
from themis.models import WebhookDelivery, WebhookEndpoint
from themis.services.webhook_signing import signed_headers
from themis.services.webhooks import address_policy, check_address, disable_endpoint, secrets_of

# Seconds to wait after each failed attempt; after the last one there is no further.
BACKOFF = (5, 30, 120, 600, 3600, 21_600)
MAX_ATTEMPTS = len(BACKOFF) + 1
LIMITS = FetchLimits(total_seconds=15, step_seconds=10)
# Nobody else takes up a delivery while an attempt may be under way: connecting, then sending.
ATTEMPT_LEASE = dt.timedelta(seconds=60)
# An endpoint at which nothing arrived for so long is disabled.
PATIENCE = dt.timedelta(days=3)
# One job makes room for others then; the clock queues the next.
_JOB_SECONDS = 60.0
_GONE = 410
_random = random.SystemRandom()


@dataclass(frozen=True)
class Outcome:
    """What an attempt came to: the status that was answered, or the sentence that says why there was none."""

    status: int | None = None
    error: str = ""

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def deliver_due(endpoint_id: int, *, check: Callable[[], None], fence: Callable[[], None]) -> int:
    """Send what is due at this endpoint, oldest first, until something fails; returns how many arrived.

    After a failure the rest waits for the clock: a receiver that is down costs one attempt at a time.
    `check` raises when the job is to stop, `fence` inside a transaction when it is another's by now.
    """
    arrived, started = 0, time.monotonic()
    while time.monotonic() - started < _JOB_SECONDS:
        check()
        # Read anew each time: an administrator may have disabled, changed or deleted it.
        endpoint = WebhookEndpoint.objects.filter(pk=endpoint_id, is_enabled=True).first()
        delivery = _claim(endpoint) if endpoint else None
        if endpoint is None or delivery is None:
            break
        outcome = _attempt(delivery, endpoint)
        with transaction.atomic():
            fence()
            _record(delivery, endpoint, outcome)
        if not outcome.succeeded:
            break
        arrived += 1
    return arrived


def body_of(delivery: WebhookDelivery) -> bytes:
    """What is sent; the same bytes for each attempt, in the order of Standard Webhooks."""
    happened = delivery.created_at.astimezone(dt.UTC).isoformat(timespec="milliseconds")
    payload = {
        "type": delivery.kind,
        "timestamp": happened.replace("+00:00", "Z"),
        "data": dict(sorted(delivery.data.items())),
    }
    return json.dumps(payload, separators=(",", ":")).encode()


def _claim(endpoint: WebhookEndpoint) -> WebhookDelivery | None:
    """The next delivery that is due, with the attempt counted; None when there is none."""
    while True:
        found = endpoint.deliveries.due().order_by("next_attempt_at", "created_at").first()
        if found is None:
            return None
        seen = WebhookDelivery.objects.due().filter(pk=found.pk, attempts=found.attempts)
        if found.attempts >= MAX_ATTEMPTS:
            lost = _("The worker was lost while this was being sent.")
            seen.update(state=WebhookDelivery.State.FAILED, next_attempt_at=None, error=lost)
            continue
        now = timezone.now()
        taken = {"last_attempt_at": now, "next_attempt_at": now + ATTEMPT_LEASE}
        if seen.update(attempts=F("attempts") + 1, **taken):
            found.attempts += 1
            return found


def _attempt(delivery: WebhookDelivery, endpoint: WebhookEndpoint) -> Outcome:
    body = body_of(delivery)
    try:
        # The settings may have changed since the address was saved.
        check_address(endpoint.url)
        headers = signed_headers(
            delivery.message_id, body, timestamp=int(time.time()), using=secrets_of(endpoint)
        )
        headers |= {"Content-Type": "application/json", "User-Agent": "Spelunker-Webhooks/1.0"}
        status = post(endpoint.url, body, headers=headers, policy=address_policy(), limits=LIMITS)
    except (NetworkError, WebhookError, DecryptionError) as error:
        return Outcome(error=str(error))
    if 200 <= status < 300:
        return Outcome(status)
    if 300 <= status < 400:
        return Outcome(
            status, _("The receiver redirects (HTTP %(status)s), which is not followed.") % {"status": status}
        )
    return Outcome(status, _("The receiver answers with HTTP %(status)s.") % {"status": status})


def _record(delivery: WebhookDelivery, endpoint: WebhookEndpoint, outcome: Outcome) -> None:
    now = timezone.now()
    # Somebody may have asked for it again meanwhile; then this attempt no longer counts.
    mine = WebhookDelivery.objects.filter(
        pk=delivery.pk, state=WebhookDelivery.State.PENDING, attempts=delivery.attempts
    )
    answered = {"response_status": outcome.status, "error": outcome.error[:300]}
    if outcome.succeeded:
        arrived = {"state": WebhookDelivery.State.DELIVERED, "delivered_at": now, "next_attempt_at": None}
        mine.update(**answered, **arrived)
        WebhookEndpoint.objects.filter(pk=endpoint.pk).exclude(failing_since=None).update(failing_since=None)
        return
    if delivery.attempts >= MAX_ATTEMPTS:
        mine.update(**answered, state=WebhookDelivery.State.FAILED, next_attempt_at=None)
    else:
        mine.update(**answered, next_attempt_at=now + _pause(delivery.attempts))
    if endpoint.failing_since is None:
        WebhookEndpoint.objects.filter(pk=endpoint.pk, failing_since=None).update(failing_since=now)
    if outcome.status == _GONE:
        disable_endpoint(endpoint, reason=_("the receiver says that it is gone for good (HTTP 410)."))
    elif endpoint.failing_since and endpoint.failing_since < now - PATIENCE:
        days = {"days": PATIENCE.days}
        disable_endpoint(endpoint, reason=_("nothing arrived there for %(days)s days.") % days)


def _pause(attempts: int) -> dt.timedelta:
    """After so many attempts; a fifth more or less, so that what failed together does not come back together."""
    return dt.timedelta(seconds=BACKOFF[attempts - 1] * _random.uniform(0.8, 1.2))
