"""The webhooks pages: for administrators only, the secret shown once, every change in the audit log."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from core.models import AuditEvent, Job, User
from themis.models import WebhookDelivery, WebhookEndpoint
from themis.services.webhook_events import request_delivery
from themis.services.webhooks import secrets_of
from themis.tests.factories import make_delivery, make_endpoint

ClientOf = Callable[[User], Client]

GOOD = {"name": "Chat", "url": "https://chat.example.com/hook", "events": ["job.finished", "answer.approved"]}
READ = ["webhook", "webhook_edit"]
CHANGE = [
    "webhook_edit",
    "webhook_test",
    "webhook_rotate",
    "webhook_disable",
    "webhook_enable",
    "webhook_delete",
]


def actions() -> list[str]:
    return list(AuditEvent.objects.filter(action__startswith="webhook.").values_list("action", flat=True))


def test_everything_here_is_for_administrators(alice: User, administrator: User, client_of: ClientOf) -> None:
    delivery = make_delivery(state="failed")
    pk = delivery.endpoint_id
    before = WebhookEndpoint.objects.values().get()
    client = client_of(alice)
    for name in ("webhooks", "webhook_create"):
        assert client.get(reverse(f"themis:{name}")).status_code == 403
    assert client.post(reverse("themis:webhook_create"), GOOD).status_code == 403
    for name in READ:
        assert client.get(reverse(f"themis:{name}", args=[pk])).status_code == 403
    for name in CHANGE:
        assert client.post(reverse(f"themis:{name}", args=[pk]), GOOD).status_code == 403
    address = reverse("themis:webhook_redeliver", args=[pk, delivery.pk])
    assert client.post(address).status_code == 403
    assert WebhookEndpoint.objects.values().get() == before
    assert WebhookDelivery.objects.get().state == "failed"
    assert "/webhooks/" not in client.get("/").content.decode()
    assert "/webhooks/" in client_of(administrator).get("/").content.decode()


def test_what_changes_something_refuses_get(administrator: User, client_of: ClientOf) -> None:
    endpoint, _secret = make_endpoint()
    for name in set(CHANGE) - {"webhook_edit"}:
        address = reverse(f"themis:{name}", args=[endpoint.pk])
        assert client_of(administrator).get(address).status_code == 405


def test_the_secret_is_shown_once(administrator: User, client_of: ClientOf) -> None:
    client = client_of(administrator)
    response = client.post(reverse("themis:webhook_create"), GOOD)
    endpoint = WebhookEndpoint.objects.get()
    (secret,) = secrets_of(endpoint)
    page = reverse("themis:webhook", args=[endpoint.pk])
    assert response.status_code == 302 and response["Location"] == page
    assert secret not in str(dict(client.session))
    response = client.get(page)
    assert secret in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert endpoint.events == ["answer.approved", "job.finished"]
    assert endpoint.created_by == administrator
    assert secret not in client.get(page).content.decode()

    response = client.post(reverse("themis:webhook_rotate", args=[endpoint.pk]), follow=True)
    endpoint.refresh_from_db()
    new, old = secrets_of(endpoint)
    assert old == secret
    shown = response.content.decode()
    assert new in shown
    assert old not in shown
    assert new not in client.get(page).content.decode()
    assert actions() == ["webhook.rotated", "webhook.created"]
    assert secret not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://chat.example.com/hook", "https://"),
        ("https://127.0.0.1/hook", "not on the public internet"),
        ("https://10.0.0.8/", "WEBHOOK_ALLOWED_HOSTS"),
        ("https://[::1]/", "not on the public internet"),
        ("https://2130706433/", "unusual form"),
        ("https://user:secret@chat.example.com/", "password"),
        ("https://chat.example.com:22/", "Port 22"),
        ("ftp://chat.example.com/", "http"),
        ("chat", "http"),
        ("", "required"),
    ],
)
def test_an_address_that_nothing_is_sent_to_is_refused(
    url: str, says: str, administrator: User, client_of: ClientOf
) -> None:
    response = client_of(administrator).post(reverse("themis:webhook_create"), GOOD | {"url": url})
    assert response.status_code == 422
    assert says in " ".join(response.context["form"].errors["url"])
    assert not WebhookEndpoint.objects.exists()


def test_a_host_that_the_setting_names_may_be_private_and_plain(
    administrator: User, client_of: ClientOf, settings: Settings
) -> None:
    settings.WEBHOOK_ALLOWED_HOSTS = ["tickets:8080", "10.0.0.8"]
    client = client_of(administrator)
    for url in ("http://tickets:8080/in", "http://10.0.0.8/"):
        assert client.post(reverse("themis:webhook_create"), GOOD | {"url": url}).status_code == 302
    assert (
        client.post(reverse("themis:webhook_create"), GOOD | {"url": "http://tickets:81/"}).status_code == 422
    )


@pytest.mark.parametrize("events", [[], ["moon.landed"]])
def test_an_event_has_to_be_chosen_and_known(
    events: list[str], administrator: User, client_of: ClientOf
) -> None:
    response = client_of(administrator).post(reverse("themis:webhook_create"), GOOD | {"events": events})
    assert set(response.context["form"].errors) == {"events"}


def test_it_is_changed_disabled_enabled_and_deleted(administrator: User, client_of: ClientOf) -> None:
    delivery = make_delivery()
    endpoint = delivery.endpoint
    client = client_of(administrator)

    def post(name: str, data: dict | None = None) -> int:
        return client.post(reverse(f"themis:{name}", args=[endpoint.pk]), data or {}).status_code

    assert client.get(reverse("themis:webhook_edit", args=[endpoint.pk])).status_code == 200
    assert post("webhook_edit", GOOD) == 302
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.url) == ("Chat", GOOD["url"])
    assert post("webhook_edit", GOOD) == 302  # nothing changed, and nothing is recorded
    assert post("webhook_disable") == 302
    endpoint.refresh_from_db()
    delivery.refresh_from_db()
    assert not endpoint.is_enabled
    assert delivery.state == "failed"
    assert "disabled" in delivery.error
    assert post("webhook_test") == 302
    assert WebhookDelivery.objects.count() == 1
    assert post("webhook_enable") == 302
    assert post("webhook_test") == 302
    assert WebhookDelivery.objects.filter(kind="webhook.test", state="pending").count() == 1
    assert post("webhook_delete") == 302
    assert not WebhookDelivery.objects.exists()
    assert actions() == [
        "webhook.deleted",
        "webhook.enabled",
        "webhook.disabled",
        "webhook.changed",
        "webhook.created",
    ]
    assert GOOD["url"] not in str(list(AuditEvent.objects.values("detail")))


def test_the_page_says_what_became_of_each_delivery(administrator: User, client_of: ClientOf) -> None:
    endpoint, _secret = make_endpoint()
    client, address = client_of(administrator), reverse("themis:webhook", args=[endpoint.pk])
    assert "Nothing sent yet" in client.get(address).content.decode()
    failed = make_delivery(endpoint, state="failed", response_status=503, attempts=7, error="HTTP 503.")
    make_delivery(endpoint, state="delivered", response_status=204, attempts=1)
    shown = client.get(address).content.decode()
    assert "HTTP 503" in shown
    assert "HTTP 204" in shown
    assert "every 2s" not in shown
    make_delivery(endpoint)
    rows = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "every 2s" in rows
    assert "<h1" not in rows
    again = reverse("themis:webhook_redeliver", args=[endpoint.pk, failed.pk])
    assert client.post(again).status_code == 302
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.response_status) == ("pending", 0, None)


def test_a_delivery_of_another_webhook_is_not_found(administrator: User, client_of: ClientOf) -> None:
    delivery, (other, _secret) = make_delivery(), make_endpoint(name="Other")
    address = reverse("themis:webhook_redeliver", args=[other.pk, delivery.pk])
    assert client_of(administrator).post(address).status_code == 404


def test_the_lists_take_as_many_queries_however_long(
    administrator: User, client_of: ClientOf, django_assert_num_queries: Callable
) -> None:
    client = client_of(administrator)
    endpoint, _secret = make_endpoint(name="A")
    for number in range(15):
        make_endpoint(name=f"B{number}")
        make_delivery(endpoint)
    client.get("/")  # makes the profile
    with django_assert_num_queries(5):
        client.get(reverse("themis:webhooks"))
    with django_assert_num_queries(6):
        client.get(reverse("themis:webhook", args=[endpoint.pk]))


def test_deliveries_do_not_fill_the_list_of_jobs(administrator: User, client_of: ClientOf) -> None:
    request_delivery([make_endpoint(name="Ticket system")[0]])
    assert Job.objects.count() == 1
    assert "Ticket system" not in client_of(administrator).get(reverse("themis:jobs")).content.decode()


def test_the_admin_site_only_shows(administrator: User, client_of: ClientOf) -> None:
    delivery = make_delivery()
    root = User.objects.create_superuser("root@example.com", "root of all")
    client = client_of(root)
    for model, pk in (("webhookdelivery", delivery.pk), ("webhookendpoint", delivery.endpoint_id)):
        assert client.get(reverse(f"admin:themis_{model}_changelist")).status_code == 200
        shown = client.get(reverse(f"admin:themis_{model}_change", args=[pk]))
        assert shown.status_code == 200
        assert delivery.endpoint.secret not in shown.content.decode()
        assert client.post(reverse(f"admin:themis_{model}_delete", args=[pk])).status_code == 403
