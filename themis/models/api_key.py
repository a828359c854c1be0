from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from core.models import User


class APIKeyQuerySet(models.QuerySet["APIKey"]):
    def visible_to(self, user: User) -> "APIKeyQuerySet":
        """A key is its maker's alone."""
        return self.filter(user=user)


class APIKey(models.Model):
    """A person's key for the REST API; its secret is shown once and kept as a keyed digest only."""

    class Scope(models.TextChoices):
        READ = "read", _("Read: search, list and download")
        WRITE = "write", _("Write: upload, edit answers, start jobs")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=100, help_text=_("What uses it."))
    prefix = models.CharField(
        max_length=16, unique=True, editable=False, help_text=_("<id> of spk_<id>.<secret>")
    )
    digest = models.CharField(max_length=64, editable=False, help_text=_("HMAC-SHA256 of the secret."))
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope.choices),
        verbose_name=pgettext_lazy("permission", "may"),
    )
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = APIKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(scopes=[]), name="api_key_has_a_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.name} (spk_{self.prefix})"

    @property
    def scope_names(self) -> list[str]:
        """What it may, each in a word: the choices of the form are whole sentences."""
        words = {
            self.Scope.READ: pgettext("permission", "Read"),
            self.Scope.WRITE: pgettext("permission", "Write"),
        }
        return [str(words.get(self.Scope(scope), scope)) for scope in self.scopes]

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and not self.is_expired
