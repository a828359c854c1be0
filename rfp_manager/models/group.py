from django.db import models
from django.utils.translation import gettext_lazy as _

from rfp_manager.models.rfp import RFPPartQuerySet


class QuestionGroup(models.Model):
    """Questions of one RFP that ask the same: answered once, written to each one's cells."""

    rfp = models.ForeignKey("RFP", on_delete=models.CASCADE, related_name="question_groups")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RFPPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("group of repeated questions")
        verbose_name_plural = _("groups of repeated questions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Repeated question {self.pk}"
