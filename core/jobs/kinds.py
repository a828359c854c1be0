"""What kinds of jobs there are: each app registers its handlers here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.models import Job, User
from core.permissions import is_administrator

if TYPE_CHECKING:
    from core.jobs.running import JobRun


Rule = Callable[[Job, User], bool]


def of_owner(job: Job, user: User) -> bool:
    """The rule of jobs that are nobody's but their owner's."""
    return user.is_active and job.owner_id == user.pk


def sees_target(job: Job, user: User) -> bool:
    """The rule of jobs that whoever sees the row that they are about sees as well: by its manager's `visible_to`.

    A job's title says what it is about and stays when that row is gone, so nobody else reads it by the job's id.
    """
    model = job.target_type.model_class() if job.target_type else None
    if model is None:
        return False
    visible = model._default_manager.visible_to(user)  # type: ignore[attr-defined]
    return bool(visible.filter(pk=job.target_id).exists())


@dataclass(frozen=True)
class JobKind:
    name: str
    handler: Callable[["JobRun"], None]
    queue: str
    max_attempts: int | None
    visible_to: Rule | None
    steered_by: Rule
    on_failure: Callable[[Job], None] | None


_kinds: dict[str, JobKind] = {}


def find_kind(name: str) -> JobKind | None:
    return _kinds.get(name)


def register_job(
    name: str,
    *,
    steered_by: Rule,
    queue: str = "default",
    max_attempts: int | None = None,
    visible_to: Rule | None = None,
    on_failure: Callable[[Job], None] | None = None,
) -> Callable[[Callable[["JobRun"], None]], Callable[["JobRun"], None]]:
    """Decorator: `handler(run)` does the work of jobs of this kind.

    A handler may run twice, and its effect must be that of one run. `visible_to` lets people other
    than the owner see such a job. `steered_by` says who may cancel it and try it again: whoever may start one as
    things are now, and an administrator. `on_failure` records the end of a failed or cancelled one on its target.
    """

    def register(handler: Callable[["JobRun"], None]) -> Callable[["JobRun"], None]:
        _kinds[name] = JobKind(name, handler, queue, max_attempts, visible_to, steered_by, on_failure)
        return handler

    return register


def kind_names() -> list[str]:
    return sorted(_kinds)


def may_see(job: Job, user: User) -> bool:
    """Whether `user` may see this job: owner, administrator, or whom its kind lets."""
    if Job.objects.visible_to(user).filter(pk=job.pk).exists():
        return True
    kind = find_kind(job.kind)
    return bool(kind and kind.visible_to and kind.visible_to(job, user))


def may_steer(job: Job, user: User) -> bool:
    """Whether `user` may cancel this job or try it again, by the rule of its kind."""
    if is_administrator(user):
        return True
    kind = find_kind(job.kind)
    return (kind.steered_by if kind else of_owner)(job, user)
