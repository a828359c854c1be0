from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.permissions import can_edit_library

if TYPE_CHECKING:
    from core.models import User


class RetrievalEvaluationQuerySet(models.QuerySet["RetrievalEvaluation"]):
    def visible_to(self, user: "User") -> "RetrievalEvaluationQuerySet":
        """Library editors compare them; to everybody else there are none."""
        return self if can_edit_library(user) else self.none()


class RetrievalEvaluation(models.Model):
    """How well the library was searched and drafted from once, measured on its own approved answers; written once.

    `results` has, by a question's key ("library:12" or "rfp:34"), `rank` (the place of the first source that its
    answer cites, from 1, or null), the question's own `ndcg`, `recall` and `mrr`, and, if it was drafted, `answered`,
    `sourced` and `agreement` (see rag.answer_quality). No question's text is kept.
    """

    created_at = models.DateTimeField(auto_now_add=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    job_id = models.UUIDField(
        null=True, blank=True, unique=True, help_text=_("So that the job run again writes no second one.")
    )
    embedding_model = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=12, help_text=_("Of `settings`."))
    settings = models.JSONField(
        default=dict, help_text=_("Every number that chunking and search are tuned by.")
    )
    question_count = models.PositiveIntegerField()
    ndcg = models.FloatField("nDCG@10")
    recall = models.FloatField("Recall@10")
    mrr = models.FloatField("MRR@10")
    results = models.JSONField(default=dict)

    objects = RetrievalEvaluationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}: nDCG@10 {self.ndcg:.3f}"

    def get_absolute_url(self) -> str:
        return reverse("rag:evaluations") + f"?after={self.pk}"
