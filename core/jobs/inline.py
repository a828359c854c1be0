"""Doing a queued job at once, for commands that want its result before they end."""

import time

from django.utils.translation import gettext as _

from core.jobs.errors import JobError
from core.jobs.running import execute
from core.models import Job


def finish_now(job: Job, *, timeout: float = 3600) -> Job:
    """Run the job in this process, or wait for the worker that took it first; returns its row as it ended.

    Raises JobError with the job's own sentence when it failed, was cancelled or deleted, or did not end within
    `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    while True:
        execute(job.pk)
        try:
            job.refresh_from_db()
        except Job.DoesNotExist as error:
            raise JobError(_("“%(title)s” was deleted meanwhile.") % {"title": job.title}) from error
        if job.state == Job.State.DONE:
            return job
        if not job.is_active:
            raise JobError(job.error or _("“%(title)s” was cancelled.") % {"title": job.title})
        if time.monotonic() > deadline:
            raise JobError(
                _("“%(title)s” has not ended after %(timeout)s seconds.")
                % {"title": job.title, "timeout": f"{timeout:.0f}"}
            )
        time.sleep(0.2)
