"""Rows of the shell, and jobs in each state."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from core.models import Job, User


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
