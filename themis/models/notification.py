from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import User


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User) -> "NotificationQuerySet":
        """A notification is its addressee's alone, administrators included."""
        return self.filter(user=user)

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)


class Notification(models.Model):
    """A message to one person. Written by `themis.services.notifications.notify` only."""

    class Level(models.TextChoices):
        INFO = "info", _("Information")
        SUCCESS = "success", _("Good news")
        WARNING = "warning", _("Needs a look")
        ERROR = "error", _("Problem")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.INFO)
    text = models.CharField(max_length=500)
    link = models.CharField(max_length=500, blank=True, help_text="A path of this site.")
    key = models.CharField(max_length=200, blank=True, help_text="One unread message per key and person.")
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at", "-created_at"], name="notification_of_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=["info", "success", "warning", "error"]),
                name="notification_level_known",
            ),
            models.UniqueConstraint(
                fields=["user", "key"],
                condition=Q(read_at=None) & ~Q(key=""),
                name="notification_unread_once_per_key",
            ),
        ]

    def __str__(self) -> str:
        return self.text
