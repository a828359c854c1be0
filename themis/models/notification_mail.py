from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class NotificationMailQuerySet(models.QuerySet["NotificationMail"]):
    def due(self) -> "NotificationMailQuerySet":
        return self.filter(state=NotificationMail.State.PENDING, next_attempt_at__lte=timezone.now())


class NotificationMail(models.Model):
    """One letter with notifications: a single one at once, or a day's together. `themis.services.mails` changes it."""

    class State(models.TextChoices):
        PENDING = "pending", gettext_lazy("Waiting")
        SENDING = "sending", gettext_lazy("Being sent")
        SENT = "sent", gettext_lazy("Sent")
        FAILED = "failed", gettext_lazy("Failed")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(
        null=True, blank=True, help_text=gettext_lazy("The day of a digest, where the person lives.")
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(
        max_length=300, blank=True, help_text=gettext_lazy("Why it was not sent, or not yet.")
    )
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
        return _("Digest of %(day)s") % {"day": self.day} if self.day else _("Single notification")
