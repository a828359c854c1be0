"""Endpoints of webhooks: where events go, the secrets that sign them, and whether they are sent at all."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import record_event
from core.encryption import decrypt, encrypt
from core.models import User
from core.net.errors import NetworkError
from core.net.policy import AddressPolicy, listed_hosts
from core.net.targets import check_target
from core.permissions import ADMINISTRATOR
from themis.exceptions import WebhookError
from themis.models import Notification, WebhookDelivery, WebhookEndpoint
from themis.services.notifications import notify
from themis.services.webhook_signing import new_secret

# How long the secret before the present one signs too.
ROTATION = dt.timedelta(hours=24)
_PURPOSE = "themis.webhooks"


def address_policy() -> AddressPolicy:
    hosts = listed_hosts(settings.WEBHOOK_ALLOWED_HOSTS)
    return AddressPolicy(private_hosts=hosts, setting="WEBHOOK_ALLOWED_HOSTS")


def check_address(url: str) -> None:
    """Raise WebhookError unless events may be sent there. No name service is asked; that is done at each delivery."""
    policy = address_policy()
    try:
        target = check_target(url, policy)
    except NetworkError as error:
        raise WebhookError(str(error)) from error
    if target.scheme != "https" and not policy.admits_private(target.host, target.port):
        raise WebhookError(
            _(
                "The address has to start with https://. An administrator can allow http:// for a host of your own "
                "network with WEBHOOK_ALLOWED_HOSTS."
            )
        )


def create_endpoint(*, name: str, url: str, events: Sequence[str], by: User) -> tuple[WebhookEndpoint, str]:
    """A new endpoint and its secret, which is not to be had again afterwards. Raises WebhookError."""
    check_address(url)
    secret = new_secret()
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.create(
            name=name, url=url, events=sorted(set(events)), secret=_sealed(secret), created_by=by
        )
        record_event("webhook.created", target=endpoint, detail={"events": endpoint.events})
    return endpoint, secret


def change_endpoint(endpoint: WebhookEndpoint, *, name: str, url: str, events: Sequence[str]) -> None:
    """Raises WebhookError for an address that events may not be sent to."""
    check_address(url)
    wanted = {"name": name, "url": url, "events": sorted(set(events))}
    changed = {field: value for field, value in wanted.items() if getattr(endpoint, field) != value}
    if not changed:
        return
    # An address may hold a key of the receiver, so the log says that it changed and not to what.
    detail = {"changed": sorted(changed), "events": wanted["events"]}
    with transaction.atomic():
        for field, value in changed.items():
            setattr(endpoint, field, value)
        endpoint.save(update_fields=[*changed, "updated_at"])
        record_event("webhook.changed", target=endpoint, detail=detail)


def rotate_secret(endpoint: WebhookEndpoint) -> str:
    """A new secret. The one before signs beside it for a day, so that the receiver can change over."""
    secret = new_secret()
    with transaction.atomic():
        locked = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        endpoint.previous_secret, endpoint.previous_until = locked.secret, timezone.now() + ROTATION
        endpoint.secret = _sealed(secret)
        endpoint.save(update_fields=["secret", "previous_secret", "previous_until", "updated_at"])
        record_event("webhook.rotated", target=endpoint)
    return secret


def secrets_of(endpoint: WebhookEndpoint) -> list[str]:
    """Those that sign now, the present one first. Raises DecryptionError."""
    sealed = [endpoint.secret, endpoint.previous_secret] if endpoint.is_rotating else [endpoint.secret]
    return [decrypt(token, purpose=_PURPOSE) for token in sealed]


def disable_endpoint(endpoint: WebhookEndpoint, *, reason: str = "") -> None:
    """Send nothing any more. What was still waiting has failed, and can be sent again one by one.

    With a reason it was not a person who did it, and the administrators are told.
    """
    with transaction.atomic():
        enabled = WebhookEndpoint.objects.filter(pk=endpoint.pk, is_enabled=True)
        if enabled.update(is_enabled=False, disabled_reason=reason[:300], updated_at=timezone.now()):
            give_up(endpoint.deliveries.all())
            record_event("webhook.disabled", target=endpoint, detail={"reason": reason})
            if reason:
                _tell_administrators(endpoint, reason)
    endpoint.refresh_from_db()


def give_up(deliveries: QuerySet[WebhookDelivery]) -> None:
    """Those of a disabled endpoint that still wait have failed."""
    deliveries.filter(state=WebhookDelivery.State.PENDING).update(
        state=WebhookDelivery.State.FAILED,
        next_attempt_at=None,
        error=_("The webhook was disabled before this was delivered."),
    )


def enable_endpoint(endpoint: WebhookEndpoint) -> None:
    """Send again what happens from now on."""
    with transaction.atomic():
        disabled = WebhookEndpoint.objects.filter(pk=endpoint.pk, is_enabled=False)
        now = timezone.now()
        if disabled.update(is_enabled=True, disabled_reason="", failing_since=None, updated_at=now):
            record_event("webhook.enabled", target=endpoint)
    endpoint.refresh_from_db()


def delete_endpoint(endpoint: WebhookEndpoint) -> None:
    """With all its deliveries."""
    with transaction.atomic():
        record_event("webhook.deleted", target=endpoint)
        endpoint.delete()


def _tell_administrators(endpoint: WebhookEndpoint, reason: str) -> None:
    role = Q(is_superuser=True) | Q(groups__name=ADMINISTRATOR)

    def say() -> str:
        return _("The webhook “%(name)s” was disabled: %(reason)s") % {
            "name": endpoint.name,
            "reason": reason,
        }

    for administrator in User.objects.filter(role, is_active=True).distinct():
        notify(
            administrator,
            kind="system",
            level=Notification.Level.ERROR,
            text=say,
            link=reverse("themis:webhook", args=[endpoint.pk]),
            key=f"webhook-{endpoint.pk}",
        )


def _sealed(secret: str) -> str:
    return encrypt(secret, purpose=_PURPOSE)
