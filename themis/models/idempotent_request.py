import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT = dt.timedelta(hours=24)


class IdempotentRequestQuerySet(models.QuerySet["IdempotentRequest"]):
    def over(self) -> "IdempotentRequestQuerySet":
        """Those whose key means nothing any more: the same one again is a new request."""
        return self.filter(created_at__lt=timezone.now() - KEPT)


class IdempotentRequest(models.Model):
    """A POST of the API that carried an Idempotency-Key, and the answer it got, to be given again.

    Written in the transaction of the request itself: a committed row always has its answer.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, help_text=_("SHA-256 of method, path and body."))
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = IdempotentRequestQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once_per_user")]
        indexes = [models.Index(fields=["user", "created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return self.key
