"""Webhooks over the API, for administrators as on the pages. Only the replies that make a secret hold it."""

import datetime as dt
import uuid
from typing import Annotated, Any, ClassVar, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from themis.api.forms import accept
from themis.api.pages import Id, Page, PageQuery, paginate
from themis.api.problems import APIError
from themis.exceptions import WebhookError
from themis.forms import WebhookForm
from themis.http import SignedInRequest
from themis.models import WebhookEndpoint
from themis.services import webhook_events, webhooks
from themis.views.access import require_administrator

router = Router(tags=["Webhooks"])

Name = Annotated[str, Field(min_length=1, max_length=100)]
Url = Annotated[str, Field(min_length=1, max_length=500)]
Events = Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=50)]


class WebhookOut(Schema):
    """`failing_since` is the first failed attempt since the last success; `disabled_reason` why it was given up."""

    id: int
    name: str
    url: str
    events: list[str]
    is_enabled: bool
    failing_since: dt.datetime | None
    disabled_reason: str
    previous_until: dt.datetime | None
    created_at: dt.datetime
    updated_at: dt.datetime


class WebhookSecretOut(WebhookOut):
    """`secret` signs the deliveries, and is not to be had again; null where an answer is replayed."""

    SHOWN_ONCE: ClassVar[frozenset[str]] = frozenset({"secret"})

    secret: str | None


class WebhookIn(Schema):
    name: Name
    url: Url
    events: Events


class WebhookPatch(Schema):
    name: Name | None = None
    url: Url | None = None
    events: Events | None = None
    is_enabled: bool | None = None


class DeliveryOut(Schema):
    """`message_id` is what the receiver knows it by; `response_status` and `error` are of the last attempt."""

    id: uuid.UUID
    message_id: str
    kind: str
    data: dict[str, Any]
    state: Literal["pending", "delivered", "failed"]
    attempts: int
    next_attempt_at: dt.datetime | None
    last_attempt_at: dt.datetime | None
    response_status: int | None
    error: str
    delivered_at: dt.datetime | None
    created_at: dt.datetime


class DeliveryQuery(PageQuery):
    state: Literal["pending", "delivered", "failed"] | None = None


@router.get("/webhooks", response=Page[WebhookOut], summary="Where events are sent")
def list_webhooks(request: SignedInRequest, query: Query[PageQuery]) -> dict[str, Any]:
    return paginate(_endpoints(request), query)


@router.post(
    "/webhooks", response={201: WebhookSecretOut}, summary="Have events sent; the reply holds the secret"
)
def create_webhook(request: SignedInRequest, data: WebhookIn) -> Status[WebhookSecretOut]:
    administrator = require_administrator(request)
    form = WebhookForm(data.model_dump())
    accept(form)
    endpoint, secret = webhooks.create_endpoint(**form.cleaned_data, by=administrator)
    return Status(201, _with_secret(endpoint, secret))


@router.get("/webhooks/{webhook_id}", response=WebhookOut, summary="One webhook")
def get_webhook(request: SignedInRequest, webhook_id: Id) -> WebhookEndpoint:
    return _find(request, webhook_id)


@router.patch("/webhooks/{webhook_id}", response=WebhookOut, summary="Change, disable or enable a webhook")
def update_webhook(request: SignedInRequest, webhook_id: Id, data: WebhookPatch) -> WebhookEndpoint:
    endpoint = _find(request, webhook_id)
    now = {"name": endpoint.name, "url": endpoint.url, "events": endpoint.events}
    changes = data.model_dump(exclude_none=True)
    is_enabled = changes.pop("is_enabled", None)
    if changes:
        form = WebhookForm(now | changes)
        accept(form)
        webhooks.change_endpoint(endpoint, **form.cleaned_data)
    if is_enabled is not None:
        (webhooks.enable_endpoint if is_enabled else webhooks.disable_endpoint)(endpoint)
    return endpoint


@router.delete("/webhooks/{webhook_id}", response={204: None}, summary="Delete a webhook with its deliveries")
def delete_webhook(request: SignedInRequest, webhook_id: Id) -> Status[None]:
    webhooks.delete_endpoint(_find(request, webhook_id))
    return Status(204, None)


@router.post(
    "/webhooks/{webhook_id}/rotate",
    response={200: WebhookSecretOut},
    summary="A new secret; the one before signs too for 24 hours",
)
def rotate_webhook(request: SignedInRequest, webhook_id: Id) -> Status[WebhookSecretOut]:
    endpoint = _find(request, webhook_id)
    return Status(200, _with_secret(endpoint, webhooks.rotate_secret(endpoint)))


@router.post("/webhooks/{webhook_id}/test", response={202: DeliveryOut}, summary="Send a test")
def send_webhook_test(request: SignedInRequest, webhook_id: Id) -> Status[DeliveryOut]:
    try:
        delivery = webhook_events.send_test(_find(request, webhook_id))
    except WebhookError as error:
        raise APIError(409, str(error), code="wrong-state") from error
    return Status(202, DeliveryOut.from_orm(delivery))


@router.get(
    "/webhooks/{webhook_id}/deliveries",
    response=Page[DeliveryOut],
    summary="What was sent in the last 30 days, newest first",
)
def list_webhook_deliveries(
    request: SignedInRequest, webhook_id: Id, query: Query[DeliveryQuery]
) -> dict[str, Any]:
    rows = _find(request, webhook_id).deliveries.all()
    return paginate(rows.filter(state=query.state) if query.state else rows, query)


@router.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver",
    response={202: DeliveryOut},
    summary="Send it again, with the same id",
)
def redeliver_webhook(
    request: SignedInRequest, webhook_id: Id, delivery_id: uuid.UUID
) -> Status[DeliveryOut]:
    rows = _find(request, webhook_id).deliveries.select_related("endpoint")
    delivery = get_object_or_404(rows, pk=delivery_id)
    try:
        webhook_events.redeliver(delivery)
    except WebhookError as error:
        raise APIError(409, str(error), code="wrong-state") from error
    return Status(202, DeliveryOut.from_orm(delivery))


def _endpoints(request: SignedInRequest) -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.visible_to(require_administrator(request))


def _find(request: SignedInRequest, pk: int) -> WebhookEndpoint:
    return get_object_or_404(_endpoints(request), pk=pk)


def _with_secret(endpoint: WebhookEndpoint, secret: str) -> WebhookSecretOut:
    return WebhookSecretOut(**WebhookOut.from_orm(endpoint).model_dump(), secret=secret)
