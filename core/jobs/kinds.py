"""What kinds of jobs there are: each app registers its handlers here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.models import Job, User

if TYPE_CHECKING:
    from core.jobs.running import JobRun


@dataclass(frozen=True)
class JobKind:
    name: str
    handler: Callable[["JobRun"], None]
    queue: str
    max_attempts: int | None
    visible_to: Callable[[Job, User], bool] | None
    on_failure: Callable[[Job], None] | None


_kinds: dict[str, JobKind] = {}


def find_kind(name: str) -> JobKind | None:
    return _kinds.get(name)


def register_job(
    name: str,
    *,
    queue: str = "default",
    max_attempts: int | None = None,
    visible_to: Callable[[Job, User], bool] | None = None,
    on_failure: Callable[[Job], None] | None = None,
) -> Callable[[Callable[["JobRun"], None]], Callable[["JobRun"], None]]:
    """Decorator: `handler(run)` does the work of jobs of this kind.

    A handler may run twice, and its effect must be that of one run. `visible_to` lets people other
    than the owner see such a job; `on_failure` records the end of a failed or cancelled one on its target.
    """

    def register(handler: Callable[["JobRun"], None]) -> Callable[["JobRun"], None]:
        _kinds[name] = JobKind(name, handler, queue, max_attempts, visible_to, on_failure)
        return handler

    return register


def may_see(job: Job, user: User) -> bool:
    """Whether `user` may see and steer this job: owner, administrator, or whom its kind lets."""
    if Job.objects.visible_to(user).filter(pk=job.pk).exists():
        return True
    kind = find_kind(job.kind)
    return bool(kind and kind.visible_to and kind.visible_to(job, user))
