from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class NotificationMailQuerySet(models.QuerySet["NotificationMail"]):
    def due(self) -> "NotificationMailQuerySet":
        return self.filter(state=NotificationMail.State.PENDING, next_attempt_at__lte=timezone.now())


class NotificationMail(models.Model):
    """One letter with notifications: a single one at once, or a day's together. `themis.services.mails` changes it."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(null=True, blank=True, help_text="The day of a digest, where the person lives.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True, help_text="Why it was not sent, or not yet.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = NotificationMailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state="pending"), name="notification_mail_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "day"], condition=Q(day__isnull=False), name="digest_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "sending", "sent", "failed"]),
                name="notification_mail_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="notification_mail_sent_when"
            ),
        ]

    def __str__(self) -> str:
        return f"Digest of {self.day}" if self.day else "Single notification"
