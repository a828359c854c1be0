from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ReviewReminder(models.Model):
    """That somebody was told about a row of the library, once for each reason and day that it became due.

    Notifications are not asked: they may have been read and deleted, and that is no reason to tell again.
    """

    class Reason(models.TextChoices):
        OVERDUE = "overdue", _("Review overdue")
        CHANGED = "changed", _("Page changed lately")
        UNUSED = "unused", _("Not used for long")

    document = models.ForeignKey("Document", null=True, on_delete=models.CASCADE, related_name="+")
    answer = models.ForeignKey("LibraryAnswer", null=True, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    due_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "reason", "due_on"], name="reminder_once_per_document"
            ),
            models.UniqueConstraint(fields=["answer", "reason", "due_on"], name="reminder_once_per_answer"),
            models.CheckConstraint(
                condition=Q(document__isnull=False, answer__isnull=True)
                | Q(document__isnull=True, answer__isnull=False),
                name="reminder_of_one_row",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["overdue", "changed", "unused"]), name="reminder_reason_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.document or self.answer}"
