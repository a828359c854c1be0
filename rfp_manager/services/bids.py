"""Deciding whether an RFP is answered: scores with notes, and the decision. Nothing is overwritten."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record_event
from core.models import User
from rfp_manager.exceptions import RFPError, TransitionRefused
from rfp_manager.models import RFP, BidAssessment, BidCriterion, BidDecision
from rfp_manager.services.holding import hold_rfp
from rfp_manager.services.rfp_status import set_status

Decision = BidDecision.Decision


class AssessmentConflict(RFPError):
    """Somebody else assessed the same criterion meanwhile."""


@dataclass(frozen=True)
class Assessed:
    """One criterion of the sheet: what holds now (None before anybody said anything) and what was said before."""

    criterion: BidCriterion
    now: BidAssessment | None
    earlier: tuple[BidAssessment, ...]

    @property
    def version(self) -> int:
        return self.now.version if self.now else 0


def assessments_of(rfp: RFP) -> list[Assessed]:
    """Every criterion in its order, in one query."""
    rows: dict[str, list[BidAssessment]] = {}
    for row in rfp.bid_assessments.select_related("assessed_by").order_by("-version"):
        rows.setdefault(row.criterion, []).append(row)
    return [
        Assessed(criterion, found[0] if found else None, tuple(found[1:]))
        for criterion in BidCriterion
        for found in [rows.get(criterion, [])]
    ]


def assess(
    rfp: RFP, *, criterion: str, score: int | None, note: str, expected_version: int, user: User
) -> BidAssessment:
    """Say what one criterion looks like. Raises AssessmentConflict when it is not at `expected_version` any more."""
    with transaction.atomic():
        hold_rfp(rfp.pk)
        latest = rfp.bid_assessments.filter(criterion=criterion).order_by("-version").first()
        version = latest.version if latest else 0
        if version != expected_version:
            raise AssessmentConflict(
                _("Somebody else changed this meanwhile. What they wrote is shown; save again to replace it.")
            )
        if latest and (latest.score, latest.note) == (score, note):
            return latest
        return rfp.bid_assessments.create(
            criterion=criterion, score=score, note=note, version=version + 1, assessed_by=user
        )


def decide(rfp: RFP, *, decision: str, reason: str, user: User) -> BidDecision:
    """Record a decision with the scores it rests on. The RFP's status stays as it is."""
    with transaction.atomic():
        scores = [
            {"criterion": row.criterion.value, "score": row.now.score, "note": row.now.note}
            for row in assessments_of(rfp)
            if row.now
        ]
        made = rfp.bid_decisions.create(decision=decision, reason=reason, scores=scores, decided_by=user)
        record_event(
            "bid.decided", actor=user, target=rfp, detail={"decision": decision, "reason": reason[:500]}
        )
    return made


def latest_decision(rfp: RFP) -> BidDecision | None:
    return rfp.bid_decisions.select_related("decided_by").first()


def may_drop(rfp: RFP, decision: BidDecision | None) -> bool:
    """Whether the RFP is still open though it was decided not to answer it."""
    decided = decision is not None and decision.decision == Decision.NO_GO
    return decided and rfp.status in RFP.OPEN_STATUSES


def may_take_up(rfp: RFP, decision: BidDecision | None) -> bool:
    """Whether the RFP is not answered though it was decided to answer it, or to think again."""
    return rfp.status == RFP.Status.DROPPED and (decision is None or decision.decision != Decision.NO_GO)


def drop_rfp(rfp: RFP, *, user: User) -> None:
    """Follow a no-go: the RFP is not answered. Raises TransitionRefused when the latest decision is another."""
    if not may_drop(rfp, latest_decision(rfp)):
        raise TransitionRefused(_("There is no no-go to follow: look at the latest decision."))
    set_status(rfp, RFP.Status.DROPPED, from_any=RFP.OPEN_STATUSES, user=user)


def take_up_rfp(rfp: RFP, *, user: User) -> None:
    """Go on with an RFP that was dropped. Raises TransitionRefused when the latest decision is a no-go."""
    if not may_take_up(rfp, latest_decision(rfp)):
        raise TransitionRefused(_("This RFP is not one that was dropped and may be taken up again."))
    status = RFP.Status.ANSWERING if rfp.questions.exists() else RFP.Status.PREPARING
    set_status(rfp, status, from_any=[RFP.Status.DROPPED], user=user)
