import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.permissions import is_administrator


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def visible_to(self, user: User) -> "WebhookEndpointQuerySet":
        """Endpoints are for administrators."""
        return self if is_administrator(user) else self.none()

    def listening_to(self, kind: str) -> "WebhookEndpointQuerySet":
        return self.filter(is_enabled=True, events__contains=[kind])


class WebhookEndpoint(models.Model):
    """Where events are sent, and the secret that signs them. `themis.services.webhooks` changes it."""

    name = models.CharField(_("name"), max_length=100, help_text=_("What receives the events."))
    url = models.CharField(_("address"), max_length=500)
    events = ArrayField(models.CharField(max_length=60), verbose_name=_("events"))
    is_enabled = models.BooleanField(_("enabled"), default=True)
    # Both encrypted (core.encryption). The previous one signs too until `previous_until`.
    secret = models.TextField(editable=False)
    previous_secret = models.TextField(blank=True, editable=False)
    previous_until = models.DateTimeField(null=True, blank=True, editable=False)
    failing_since = models.DateTimeField(
        null=True, blank=True, help_text=_("The first failed attempt since the last that succeeded.")
    )
    disabled_reason = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(events=[]), name="webhook_has_an_event"),
            models.CheckConstraint(
                condition=Q(previous_secret="", previous_until=None)
                | ~Q(previous_secret="") & Q(previous_until__isnull=False),
                name="webhook_previous_secret_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_rotating(self) -> bool:
        """Whether the secret before this one still signs."""
        return self.previous_until is not None and self.previous_until > timezone.now()


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def visible_to(self, user: User) -> "WebhookDeliveryQuerySet":
        """Deliveries are for administrators."""
        return self if is_administrator(user) else self.none()

    def due(self) -> "WebhookDeliveryQuerySet":
        return self.filter(state=WebhookDelivery.State.PENDING, next_attempt_at__lte=timezone.now())


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint, written in the transaction in which it happened.

    This row is the truth: it is pending until an attempt succeeds or none is left, whatever becomes of a worker.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Not enforced: deleting an endpoint must not break the transaction of an event that is just being recorded.
    # The row of such a race is never sent, and purged with the others.
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries", db_constraint=False
    )
    kind = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="pending"), name="webhook_due"),
            models.Index(fields=["endpoint", "-created_at"], name="webhook_of_endpoint"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["pending", "delivered", "failed"]), name="webhook_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="pending") | Q(next_attempt_at__isnull=False),
                name="webhook_pending_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.message_id})"

    @property
    def message_id(self) -> str:
        """What the receiver knows it by; the same for each attempt."""
        return f"msg_{self.pk.hex}"
