from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rfp_manager.models.rfp import team_filter

if TYPE_CHECKING:
    from core.models import User


class CommentQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> "CommentQuerySet":
        return self.filter(team_filter(user, "question__rfp"))


class Comment(models.Model):
    """What somebody of the team said about a question; no part of the answer."""

    question = models.ForeignKey("Question", on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="rfp_comments"
    )
    text = models.TextField(max_length=5_000)
    mentioned = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", help_text=_("Who was told of it.")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="comment_says_something")]

    def __str__(self) -> str:
        return self.text[:80]
