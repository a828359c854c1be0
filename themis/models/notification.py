from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import User
from themis.registry import notification_kinds


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

    class MailChoice(models.TextChoices):
        NOW = "now", _("At once")
        DAILY = "daily", _("Once a day")
        OFF = "off", _("Not by e-mail")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40, default="system", help_text=_("A key of themis.registry."))
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.INFO)
    text = models.CharField(max_length=500)
    link = models.CharField(max_length=500, blank=True, help_text=_("A path of this site."))
    key = models.CharField(max_length=200, blank=True, help_text=_("One unread message per key and person."))
    count = models.PositiveIntegerField(default=1, help_text=_("How many things it tells of."))
    mail_choice = models.CharField(
        max_length=10,
        choices=MailChoice.choices,
        default=MailChoice.OFF,
        help_text=_("As it was when it was told."),
    )
    mail = models.ForeignKey(
        "NotificationMail", null=True, blank=True, on_delete=models.SET_NULL, related_name="notifications"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["user", "read_at", "-created_at"], name="notification_of_user"),
            models.Index(
                fields=["user", "created_at"],
                condition=Q(mail_choice="daily", mail__isnull=True, read_at__isnull=True),
                name="notification_for_digest",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(mail_choice__in=["now", "daily", "off"]), name="notification_mail_choice_known"
            ),
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

    @property
    def kind_label(self) -> str:
        """What kind of news it is, in words; of a kind that no app registers any more, nothing."""
        kind = notification_kinds.entries.get(self.kind)
        return str(kind.label) if kind else ""

    @property
    def local_day(self) -> date:
        """The day it was told, where the reader lives."""
        return timezone.localdate(self.created_at)
