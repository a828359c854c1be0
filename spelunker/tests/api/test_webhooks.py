"""Webhooks over the API: the secret is in the reply that makes it and nowhere else, not even in a replayed one."""

from collections.abc import Callable

import pytest

from core.models import User
from core.permissions import ADMINISTRATOR
from core.tests.factories import UserFactory
from spelunker.tests.api.caller import Caller
from themis.models import IdempotentRequest, WebhookDelivery, WebhookEndpoint
from themis.services.webhooks import secrets_of
from themis.tests.factories import make_delivery

pytestmark = pytest.mark.django_db

CHAT = {"name": "Chat", "url": "https://chat.example.com/in", "events": ["job.finished"]}


@pytest.fixture
def as_ada(caller_of: Callable[[User], Caller]) -> Caller:
    return caller_of(UserFactory(email="ada@example.com", groups=[ADMINISTRATOR]))


def test_the_secret_is_told_once(as_ada: Caller) -> None:
    made = as_ada.post("/webhooks", CHAT)
    assert made.status_code == 201
    endpoint = WebhookEndpoint.objects.get()
    assert [made.json()["secret"]] == secrets_of(endpoint)
    assert "secret" not in as_ada.get(f"/webhooks/{endpoint.pk}").json()
    assert "secret" not in as_ada.get("/webhooks").json()["items"][0]
    rotated = as_ada.post(f"/webhooks/{endpoint.pk}/rotate")
    endpoint.refresh_from_db()
    assert secrets_of(endpoint) == [rotated.json()["secret"], made.json()["secret"]]
    assert rotated.json()["previous_until"]


def test_a_repeated_request_makes_no_second_one_and_its_answer_keeps_no_secret(as_ada: Caller) -> None:
    first, again = (as_ada.post("/webhooks", CHAT, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert first.json()["secret"].startswith("whsec_")
    assert again.json() == first.json() | {"secret": None}
    assert again.headers["Idempotency-Replayed"] == "true"
    assert WebhookEndpoint.objects.count() == 1
    assert first.json()["secret"] not in IdempotentRequest.objects.get().body


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "http://chat.example.com/"}, "body.url"),
        ({"url": "https://127.0.0.1/"}, "body.url"),
        ({"events": ["moon.landed"]}, "body.events"),
        ({"events": []}, "body.events"),
    ],
)
def test_what_the_page_refuses_is_refused(as_ada: Caller, change: dict, field: str) -> None:
    refused = as_ada.post("/webhooks", CHAT | change)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]


def test_it_is_changed_and_a_disabled_one_sends_nothing(as_ada: Caller) -> None:
    delivery = make_delivery(state="failed")
    path = f"/webhooks/{delivery.endpoint_id}"
    changed = as_ada.patch(path, {"name": "Renamed", "is_enabled": False}).json()
    assert (changed["name"], changed["is_enabled"]) == ("Renamed", False)
    for refused in (
        as_ada.post(f"{path}/test"),
        as_ada.post(f"{path}/deliveries/{delivery.pk}/redeliver"),
    ):
        assert refused.status_code == 409
        assert refused.json()["type"] == "urn:spelunker:problem:wrong-state"
    assert as_ada.patch(path, {"is_enabled": True}).json()["is_enabled"]
    assert as_ada.post(f"{path}/deliveries/{delivery.pk}/redeliver").json()["state"] == "pending"
    tested = as_ada.post(f"{path}/test").json()
    assert tested["message_id"] == WebhookDelivery.objects.get(kind="webhook.test").message_id
    assert as_ada.get(f"{path}/deliveries", state="failed").json()["total"] == 0
    assert as_ada.get(f"{path}/deliveries").json()["total"] == 2
    assert as_ada.delete(path).status_code == 204
    assert as_ada.get(path).status_code == 404
