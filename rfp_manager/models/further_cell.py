from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rfp_manager.models.rfp import team_filter

if TYPE_CHECKING:
    from core.models import User


class FurtherCellQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> "FurtherCellQuerySet":
        return self.filter(team_filter(user, "question__rfp"))


class FurtherCell(models.Model):
    """What a person put into a cell of a question's row that its answer does not fill: a second list, a date, a name.

    Written once, never changed: the newest of a column holds, the others are its history.
    """

    question = models.ForeignKey("Question", on_delete=models.CASCADE, related_name="further_cells")
    column = models.CharField(max_length=3, help_text=_("The column's letters, as the customer sees them."))
    value = models.TextField(blank=True, help_text=_("Empty where it was taken back."))
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FurtherCellQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.column}: {self.value[:80]}"
