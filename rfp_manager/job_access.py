"""Who sees and who steers the jobs of an RFP: the team as it is now, whoever started them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import CharField, Model, Q
from django.db.models.functions import Cast

from core.jobs.kinds import find_kind
from core.models import Job, User
from rfp_manager.models import RFP, RFPInformationDocument, RFPQuestionDocument
from rfp_manager.permissions import Action, allowed_actions

# What the jobs are about.
_TARGETS: tuple[type[Model], ...] = (RFP, RFPInformationDocument, RFPQuestionDocument)


def on_the_team(job: Job, user: User) -> bool:
    """Everybody on the RFP's team sees its jobs."""
    rfp_id = _rfp_id(job)
    return rfp_id is not None and RFP.objects.visible_to(user).filter(pk=rfp_id).exists()


@dataclass(frozen=True)
class May:
    """The rule "whose role on the RFP allows `action`", which is what starting the job takes."""

    action: Action

    def __call__(self, job: Job, user: User) -> bool:
        rfp_id = _rfp_id(job)
        rfp = RFP.objects.visible_to(user).filter(pk=rfp_id).first() if rfp_id is not None else None
        return rfp is not None and self.action in allowed_actions(rfp, user)


def with_steering(jobs: Iterable[Job], *, actions: Collection[Action]) -> list[Job]:
    """The jobs of one RFP for its pages, which know the person's actions there: nothing is asked for each."""
    rows = list(jobs)
    for job in rows:
        kind = find_kind(job.kind)
        rule = kind.steered_by if kind else None
        job.is_steerable = isinstance(rule, May) and rule.action in actions
    return rows


def jobs_of_others(user: User) -> Q:
    """Jobs about RFPs that the user may not see, for `hide_jobs`: they were on the team once."""
    found = Q(pk__in=[])
    for model in _TARGETS:
        seen = model._default_manager.visible_to(user)  # type: ignore[attr-defined]
        keys = seen.order_by().annotate(key=Cast("pk", CharField())).values("key")
        ours = Q(target_type__app_label="rfp_manager", target_type__model=model._meta.model_name)
        found |= ours & ~Q(target_id__in=keys)
    return found


def _rfp_id(job: Job) -> int | None:
    target = job.target
    return target.pk if isinstance(target, RFP) else getattr(target, "rfp_id", None)
