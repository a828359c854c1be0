from django.conf import settings
from django.db import models

from rfp_manager.models.rfp import RFPPartQuerySet


class DismissedContradiction(models.Model):
    """Two answers that somebody found to agree after all.

    The key is made of what both questions and answers say, so that the pair is shown again once either changes.
    """

    rfp = models.ForeignKey("RFP", on_delete=models.CASCADE, related_name="dismissed_contradictions")
    key = models.CharField(max_length=64)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RFPPartQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["rfp", "key"], name="contradiction_dismissed_once"),
        ]

    def __str__(self) -> str:
        return f"Dismissed in RFP {self.rfp_id}"
