"""Background jobs: enqueue, claim, heartbeat, finish, sweep.

The `Job` row is the truth and the broker only the doorbell, so every step here is a conditional
UPDATE: zero rows means that somebody else was faster. A worker holds a lease (a token on the row)
and a thread renews its heartbeat; when the worker dies the heartbeat stops, and `sweep` rings
again. Whoever lost the lease may not write any more: `JobRun.fence` proves it inside a transaction.
"""

from core.jobs.errors import JobCancelled, JobError, JobLost, JobRetryError
from core.jobs.inline import finish_now
from core.jobs.kinds import may_see, may_steer, of_owner, register_job, sees_target
from core.jobs.queueing import enqueue, request_cancel, retry, ring, sweep
from core.jobs.running import JobRun, claim, execute
from core.jobs.surroundings import register_surroundings

__all__ = [
    "JobCancelled",
    "JobError",
    "JobLost",
    "JobRetryError",
    "JobRun",
    "claim",
    "enqueue",
    "execute",
    "finish_now",
    "may_see",
    "may_steer",
    "of_owner",
    "register_job",
    "register_surroundings",
    "request_cancel",
    "retry",
    "ring",
    "sees_target",
    "sweep",
]
