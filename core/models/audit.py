from typing import NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One thing that somebody did, written once by `core.audit.record_event`.

    A trigger in the database refuses UPDATE and DELETE, so the row outlives whoever and whatever it
    speaks of: names are copied, and the actor is no enforced foreign key.
    """

    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    action = models.CharField(
        max_length=60, db_index=True, help_text=_("What was done, as in “login.failed”.")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    actor_name = models.CharField(
        max_length=254, blank=True, help_text=_("Their e-mail address at the time.")
    )
    via = models.CharField(max_length=150, blank=True, help_text=_("The API key that was used, if one was."))
    address = models.GenericIPAddressField(null=True, blank=True)
    target_kind = models.CharField(max_length=100, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    target_name = models.CharField(max_length=300, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["actor", "-created_at"], name="audit_actor"),
            models.Index(fields=["target_kind", "target_id"], name="audit_target"),
        ]

    def __str__(self) -> str:
        name = self.actor_name or gettext("nobody signed in")
        return gettext("%(action)s by %(name)s") % {"action": self.action, "name": name}

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError("The audit log is append-only.")
