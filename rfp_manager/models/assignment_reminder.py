from django.conf import settings
from django.db import models


class AssignmentReminder(models.Model):
    """That a person was reminded of their questions of an RFP, once a day.

    Notifications are not asked: they may have been read and deleted, and that is no reason to tell again.
    """

    rfp = models.ForeignKey("RFP", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rfp", "user", "day"], name="assignment_reminder_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.day}"
