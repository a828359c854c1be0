"""Doing the work: claim a job, keep its heartbeat, run its handler, record how it ended."""

import logging
import threading
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from core.exceptions import SpelunkerError
from core.jobs.errors import JobCancelled, JobLost, JobRetryError
from core.jobs.kinds import find_kind
from core.jobs.surroundings import surroundings_of
from core.models import Job
from core.signals import job_ended
from core.storable import storable_text
from core.storage import MissingObjectError, StorageError

logger = logging.getLogger(__name__)


class JobRun:
    """One attempt at a job, as its handler sees it."""

    def __init__(self, job: Job, lease: uuid.UUID) -> None:
        self.job = job
        self.lease = lease

    def held(self) -> "models.QuerySet[Job]":
        return Job.objects.filter(pk=self.job.pk, lease=self.lease, state=Job.State.RUNNING)

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """Report progress; raises JobCancelled or JobLost when the work is to stop."""
        changes: dict[str, Any] = {
            "done": done,
            "message": storable_text(message)[:300],
            "heartbeat_at": timezone.now(),
        }
        if total is not None:
            changes["total"] = total
        self.held().update(**changes)
        self.check()

    def finish_message(
        self, message: str, *, result: dict[str, Any] | None = None, result_url: str = ""
    ) -> None:
        """Record what came out and where to see it, for the moment the job is done."""
        self.held().update(message=storable_text(message)[:300], result=result or {}, result_url=result_url)

    def check(self) -> None:
        """Raises JobLost when another worker took over, JobCancelled when the user asked to stop."""
        row = Job.objects.filter(pk=self.job.pk).values("lease", "state", "cancel_requested_at").first()
        if row is None or row["lease"] != self.lease or row["state"] != Job.State.RUNNING:
            raise JobLost
        if row["cancel_requested_at"]:
            raise JobCancelled

    def fence(self) -> None:
        """Inside a transaction: hold the row until commit, so that no second worker can write too.

        Raises JobLost when the lease is gone.
        """
        if not self.held().select_for_update().exists():
            raise JobLost

    def beat(self) -> bool:
        return bool(self.held().update(heartbeat_at=timezone.now()))


class _Heartbeat(threading.Thread):
    """Renews the lease while the handler works, on a database connection of its own."""

    def __init__(self, run: JobRun) -> None:
        super().__init__(daemon=True, name=f"heartbeat-{run.job.pk}")
        self.run_ = run
        self.stopped = threading.Event()

    def run(self) -> None:
        interval = max(1.0, settings.JOB_LEASE_SECONDS / 4)
        try:
            while not self.stopped.wait(interval):
                try:
                    if not self.run_.beat():
                        return
                except Exception:
                    logger.warning("heartbeat of job %s failed", self.run_.job.pk, exc_info=True)
                    connection.close()
        finally:
            connection.close()

    def __enter__(self) -> "_Heartbeat":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.join(timeout=10)


def claim(job_id: uuid.UUID | str) -> JobRun | None:
    """Take a job, or None when it is done, cancelled, unknown or held by a living worker.

    A job that has used up its attempts is failed here.
    """
    now = timezone.now()
    expired = now - timedelta(seconds=settings.JOB_LEASE_SECONDS)
    lease = uuid.uuid4()
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, heartbeat_at__lt=expired)
    claimed = Job.objects.filter(free, pk=job_id, attempts__lt=F("max_attempts")).update(
        state=Job.State.RUNNING,
        lease=lease,
        heartbeat_at=now,
        started_at=now,
        attempts=F("attempts") + 1,
        error="",
    )
    if claimed:
        # What it is about may be deleted just now, and it with it.
        job = Job.objects.filter(pk=job_id).first()
        return JobRun(job, lease) if job else None
    exhausted = Job.objects.filter(free, pk=job_id, attempts__gte=F("max_attempts")).first()
    if exhausted:
        end_job(
            exhausted,
            Job.State.FAILED,
            error=exhausted.error
            or _(
                "The worker was lost %(attempts)s times while doing this. Retry it, or ask an "
                "administrator to look at the worker's log."
            )
            % {"attempts": exhausted.attempts},
        )
    return None


def execute(job_id: uuid.UUID | str) -> Job | None:
    """Claim and run a job in this process; returns its row afterwards.

    None when it was not ours to run, or was deleted meanwhile with what it is about.
    """
    run = claim(job_id)
    if run is None:
        return None
    with surroundings_of(run.job.owner):
        return _do(run)


def _do(run: JobRun) -> Job | None:
    job, kind = run.job, find_kind(run.job.kind)
    if kind is None:
        end_job(
            job,
            Job.State.FAILED,
            lease=run.lease,
            error=_("Nothing here knows how to do a job of kind %(kind)s.") % {"kind": job.kind},
        )
        return job
    try:
        with _Heartbeat(run):
            run.check()
            kind.handler(run)
    except JobLost:
        logger.info("job %s was taken over by another worker", job.pk)
        return None
    except JobCancelled:
        end_job(job, Job.State.CANCELLED, lease=run.lease)
    except MissingObjectError as error:  # the store answers, and will say the same again
        end_job(job, Job.State.FAILED, lease=run.lease, error=str(error))
    except (JobRetryError, StorageError) as error:
        _fail_or_requeue(run, str(error))
    except SpelunkerError as error:
        end_job(job, Job.State.FAILED, lease=run.lease, error=str(error))
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        close_old_connections()
        _fail_or_requeue(
            run, _("Something went wrong that we did not foresee; the server's log has the details.")
        )
    else:
        end_job(job, Job.State.DONE, lease=run.lease)
    return Job.objects.filter(pk=job.pk).first()


def end_job(job: Job, state: Job.State, *, lease: uuid.UUID | None = None, error: str = "") -> bool:
    rows = Job.objects.filter(pk=job.pk, state__in=Job.ACTIVE_STATES)
    if lease is not None:
        rows = rows.filter(lease=lease)
    changes: dict[str, Any] = {
        "state": state,
        "finished_at": timezone.now(),
        "error": storable_text(error),
        "lease": None,
    }
    if state == Job.State.DONE:
        changes["done"] = Coalesce(F("total"), F("done"))
    kind = find_kind(job.kind)
    # All or nothing: a worker lost in between would leave a target that waits for a job which has ended.
    with transaction.atomic():
        ended = bool(rows.update(**changes))
        if ended:
            job_ended.send(sender=Job, job=job, state=state)
        if ended and state != Job.State.DONE and kind and kind.on_failure:
            job.refresh_from_db()
            kind.on_failure(job)
    return ended


def _fail_or_requeue(run: JobRun, error: str) -> None:
    job = run.job
    if job.attempts >= job.max_attempts:
        end_job(job, Job.State.FAILED, lease=run.lease, error=error)
        return
    # The sweep rings again after the lease time: a pause before the next attempt.
    now = timezone.now()
    run.held().update(
        state=Job.State.QUEUED,
        lease=None,
        error=storable_text(error),
        message=_("Waiting to try again"),
        enqueued_at=now,
        queued_at=now,
    )
