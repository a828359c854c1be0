import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.permissions import is_administrator
from themis.formatting import Preferences


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> "InvitationQuerySet":
        """Invitations are for administrators."""
        return self if is_administrator(user) else self.none()

    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor revoked; it may have expired, and is then sent again or revoked."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(models.Model):
    """A place on the team for somebody who has no account. Its link works once, until it expires."""

    email = models.EmailField(_("e-mail address"))
    roles = ArrayField(models.CharField(max_length=50), verbose_name=_("roles"))
    # Of the mail, of the page that its link leads to, and of the account at first; empty: the installation's.
    language = models.CharField(_("language"), max_length=10, blank=True, choices=settings.LANGUAGES)
    # Part of the signed link. A new one ends every link that was sent before.
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the mail server took the link.")
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once_per_address",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="invitation_accepted_or_revoked"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def preferences(self) -> Preferences:
        """How the invited person is spoken to."""
        return Preferences(language=self.language)

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_usable(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and not self.is_expired
