"""People are told how their background jobs ended, where they are likely not to have watched."""

import datetime as dt
from contextlib import AbstractContextManager
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.jobs import may_see
from core.models import Job, User
from themis.formatting import speaking_to
from themis.models import Notification, Profile
from themis.services.notifications import notify_of_many
from themis.services.webhook_events import DELIVERY_JOB

# Whoever waited for less was still looking at the page.
LONG = dt.timedelta(seconds=20)


def tell_owner(*, job: Job, state: Job.State, **kwargs: Any) -> None:
    """Receiver of `core.signals.job_ended`. A cancelled job is no news to whom cancelled it."""
    if job.owner is None or job.kind == DELIVERY_JOB or state == Job.State.CANCELLED:
        return
    if not may_see(job, job.owner):  # they are no longer on the team
        return
    failed = state == Job.State.FAILED
    if not failed and timezone.now() - job.created_at < LONG:
        return
    page, jobs_page = reverse("themis:job", args=[job.pk]), reverse("themis:jobs")
    kind = "job_failed" if failed else "job_done"
    key = f"{kind}:{job.kind}"
    unread = Notification.objects.filter(user=job.owner, key=key, read_at=None).exists()
    notify_of_many(
        job.owner,
        kind=kind,
        level=Notification.Level.ERROR if failed else Notification.Level.SUCCESS,
        say=lambda number: _say(job, failed, number),
        link=jobs_page if unread else page,
        key=key,
    )


def speaking_to_owner(owner: User) -> AbstractContextManager[None]:
    """What a job writes is read by whom it belongs to, first of all."""
    return speaking_to(Profile.objects.of(owner).preferences)


def _say(job: Job, failed: bool, number: int) -> str:
    if number == 1:
        said = _("“%(title)s” failed.") if failed else _("“%(title)s” is done.")
        return said % {"title": job.title}
    if failed:
        said = ngettext("%(n)d job failed", "%(n)d jobs failed", number)
    else:
        said = ngettext("%(n)d job is done", "%(n)d jobs are done", number)
    return _("%(what)s, the last one “%(title)s”.") % {"what": said % {"n": number}, "title": job.title}
