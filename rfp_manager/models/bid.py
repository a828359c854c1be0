from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from rfp_manager.models.rfp import RFPPartQuerySet


class BidCriterion(models.TextChoices):
    """What a team weighs before it answers. How much of it the library answers is measured, not felt."""

    DEADLINE = "deadline", gettext_lazy("The deadline is feasible")
    MANDATORY = "mandatory", gettext_lazy("Mandatory requirements are met")
    COVERAGE = "coverage", gettext_lazy("The library answers the questions")
    COMPETITION = "competition", gettext_lazy("Customer and competition")
    EFFORT = "effort", gettext_lazy("Effort")
    RISK = "risk", gettext_lazy("Risk and red flags")


class BidAssessment(models.Model):
    """What the team thought of one criterion at one version; written once. The latest one holds."""

    class Score(models.IntegerChoices):
        AGAINST = 1, gettext_lazy("Speaks against it")
        RATHER_AGAINST = 2, gettext_lazy("Rather against")
        BALANCED = 3, gettext_lazy("Balanced")
        RATHER_FOR = 4, gettext_lazy("Rather for")
        FOR = 5, gettext_lazy("Speaks for it")

    rfp = models.ForeignKey("RFP", on_delete=models.CASCADE, related_name="bid_assessments")
    criterion = models.CharField(max_length=20, choices=BidCriterion.choices)
    version = models.PositiveIntegerField()
    score = models.PositiveSmallIntegerField(null=True, blank=True, choices=Score.choices)
    note = models.TextField(blank=True)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    assessed_at = models.DateTimeField(auto_now_add=True)

    objects = RFPPartQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["rfp", "criterion", "version"], name="bid_assessment_version_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    criterion__in=["deadline", "mandatory", "coverage", "competition", "effort", "risk"]
                ),
                name="bid_criterion_known",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=1, score__lte=5), name="bid_score_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_criterion_display()}: {self.get_score_display() or _('not scored')}"


class BidDecision(models.Model):
    """Whether an RFP is answered: who said so, when and why. Written once; the latest one holds."""

    class Decision(models.TextChoices):
        UNDECIDED = "undecided", gettext_lazy("Undecided")
        GO = "go", pgettext_lazy("bid", "Go")
        NO_GO = "no_go", gettext_lazy("No-go")

    rfp = models.ForeignKey("RFP", on_delete=models.CASCADE, related_name="bid_decisions")
    decision = models.CharField(max_length=20, choices=Decision.choices)
    reason = models.TextField(blank=True)
    # [{"criterion": str, "score": int | null, "note": str}] as they stood when it was decided
    scores = models.JSONField(default=list, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(auto_now_add=True)

    objects = RFPPartQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=["undecided", "go", "no_go"]), name="bid_decision_known"
            ),
            models.CheckConstraint(
                condition=Q(decision="undecided") | ~Q(reason=""), name="bid_decision_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.get_decision_display()
