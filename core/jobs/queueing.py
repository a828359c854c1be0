"""Asking for work: enqueue, ring the broker, cancel, retry, and the sweep for what nobody heard."""

import logging
import time
from datetime import timedelta
from functools import partial
from typing import Any

from celery import current_app
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerError

from core.jobs.broker import BrokerUnreachable, queue_lengths
from core.jobs.errors import JobError
from core.jobs.kinds import find_kind
from core.jobs.running import end_job
from core.models import Job, User

logger = logging.getLogger(__name__)

# Seconds: who takes longer to fail is not asked again for so long. Forty files uploaded would wait forty times.
_PATIENCE, _LEFT_ALONE = 1.0, 20.0
_silent_until = 0.0


def enqueue(
    kind: str,
    *,
    title: str,
    key: str,
    target: models.Model | None = None,
    owner: User | None = None,
    params: dict[str, Any] | None = None,
    total: int | None = None,
) -> Job:
    """Record a job and ring the broker once the transaction commits.

    `key` makes it idempotent: as long as a job with this key is queued or running, that one is
    returned. A finished one gives up its key, so the work can be asked for again.
    """
    spec = find_kind(kind)
    if spec is None:
        raise LookupError(f"No handler is registered for jobs of kind {kind!r}.")
    fields = {
        "kind": kind,
        "title": title[:300],
        "queue": spec.queue,
        "owner": owner,
        "params": params or {},
        "total": total,
        "max_attempts": spec.max_attempts or settings.JOB_MAX_ATTEMPTS,
    }
    if target is not None:
        fields |= {"target_type": ContentType.objects.get_for_model(target), "target_id": str(target.pk)}
    for _turn in range(5):
        existing = Job.objects.filter(idempotency_key=key).first()
        if existing and existing.is_active:
            return existing
        if existing:
            Job.objects.filter(pk=existing.pk).exclude(state__in=Job.ACTIVE_STATES).update(
                idempotency_key=f"{key}#{existing.pk}"
            )
        try:
            with transaction.atomic():
                job = Job.objects.create(idempotency_key=key, **fields)
        except IntegrityError:
            continue  # another request was faster: take its job on the next turn
        transaction.on_commit(partial(ring, job))
        return job
    raise JobError(_("This job is being started by several people at once. Try again in a moment."))


def ring(job: Job) -> bool:
    """Tell the broker that a job waits. A broker that is down is no failure: the sweep rings again.

    One that takes the call and says nothing makes one of many wait, and the others are left to the sweep.
    """
    global _silent_until
    begun = time.monotonic()
    if begun < _silent_until:
        return False
    try:
        current_app.send_task("core.tasks.run_job", args=[str(job.pk)], queue=job.queue)
    except (BrokerError, OSError):
        logger.warning("the broker does not answer; job %s stays queued", job.pk)
        if time.monotonic() - begun > _PATIENCE:
            _silent_until = time.monotonic() + _LEFT_ALONE
        return False
    Job.objects.filter(pk=job.pk).update(enqueued_at=timezone.now())
    return True


def request_cancel(job: Job) -> None:
    """Ask a job to stop: a queued one ends at once, a running one at its next step."""
    if Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(cancel_requested_at=timezone.now()):
        end_job(job, Job.State.CANCELLED)
    else:
        Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested_at=timezone.now())
    job.refresh_from_db()


def retry(job: Job) -> bool:
    """Queue a failed or cancelled job again with fresh attempts. False when there was nothing to retry.

    It takes back the key that it gave up, so that the same work is not done twice at once. Raises JobError when a
    later job is about it already.
    """
    row = Job.objects.get(pk=job.pk)
    key = row.idempotency_key.removesuffix(f"#{row.pk}")
    try:
        with transaction.atomic():
            later = Job.objects.select_for_update().filter(idempotency_key=key).exclude(pk=row.pk).first()
            if later and not later.is_active:
                Job.objects.filter(pk=later.pk).update(idempotency_key=f"{key}#{later.pk}")
            queued = Job.objects.filter(pk=row.pk, state__in=[Job.State.FAILED, Job.State.CANCELLED]).update(
                idempotency_key=key,
                state=Job.State.QUEUED,
                queued_at=timezone.now(),
                attempts=0,
                error="",
                message="",
                finished_at=None,
                cancel_requested_at=None,
            )
            if not queued:
                transaction.set_rollback(True)
    except IntegrityError as error:  # an active job holds the key
        raise JobError(_("This is running already, by a later job.")) from error
    job.refresh_from_db()
    if queued:
        transaction.on_commit(partial(ring, job))
    return bool(queued)


def sweep() -> int:
    """Ring for every job that waits unheard or whose worker is gone, the oldest first; returns how many.

    A queue that still holds a message for each job in it needs no more of them: a worker that is behind, or gone,
    would find them all. Two sweeps at once are harmless: ringing twice starts nothing twice.
    """
    now = timezone.now()
    stale = now - timedelta(seconds=settings.JOB_LEASE_SECONDS)
    waiting = Job.objects.filter(
        Q(state=Job.State.RUNNING, heartbeat_at__lt=stale)
        | Q(state=Job.State.QUEUED)
        & (Q(enqueued_at__isnull=True, created_at__lt=now - timedelta(seconds=5)) | Q(enqueued_at__lt=stale))
    )
    try:
        lengths = queue_lengths(waiting.order_by().values_list("queue", flat=True).distinct())
    except BrokerUnreachable:
        logger.warning("the broker does not answer; the jobs that wait stay queued")
        return 0
    queued = Job.objects.filter(state=Job.State.QUEUED).order_by().values_list("queue")
    heard = [name for name, jobs in queued.annotate(Count("pk")) if lengths.get(name, 0) >= jobs]
    waiting = waiting.exclude(state=Job.State.QUEUED, queue__in=heard)
    rung = 0
    for job in waiting.order_by("queued_at")[:1000]:
        if not ring(job):
            break
        rung += 1
    return rung
