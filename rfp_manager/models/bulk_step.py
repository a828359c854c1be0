from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rfp_manager.models.rfp import RFPPartQuerySet


class BulkStep(models.Model):
    """What a person did last to the status of many answers at once, and how those stood before: its way back."""

    class Kind(models.TextChoices):
        APPROVE = "approve", _("Approved")
        SUBMIT = "submit", _("Sent to review")

    rfp = models.ForeignKey("RFP", on_delete=models.CASCADE, related_name="bulk_steps")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    number = models.PositiveIntegerField(help_text=_("How many questions it changed."))
    # [{"question", "status", "previous_text"?, "mark"?}]: `mark` is what a changed source left on the answer.
    before = models.JSONField()
    moment = models.DateTimeField()

    objects = RFPPartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rfp", "user"], name="bulk_step_last_of_each_person"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["approve", "submit"]), name="bulk_step_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.number}"
