"""Messages to one person: told once per key, read by their addressee only."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from themis.models import Notification
from themis.services.notifications import mark_read, notify

ClientOf = Callable[[User], Client]


def test_a_message_is_counted_in_the_bell(alice: User, client_of: ClientOf) -> None:
    notify(alice, level="success", text="The export is ready.", link="/jobs/")
    page = client_of(alice).get("/").content.decode()
    assert "Notifications, 1 unread" in page


def test_the_same_key_rings_once_while_unread(alice: User) -> None:
    first = notify(alice, text="Attempt 1 failed", key="job-1")
    second = notify(alice, text="Attempt 2 failed", key="job-1")
    assert first.pk == second.pk
    assert Notification.objects.get().text == "Attempt 2 failed"
    mark_read(alice)
    notify(alice, text="Attempt 3 failed", key="job-1")
    assert Notification.objects.count() == 2


def test_the_same_key_is_another_message_to_another_person(alice: User, bob: User) -> None:
    notify(alice, text="Due tomorrow", key="rfp-1")
    notify(bob, text="Due tomorrow", key="rfp-1")
    assert Notification.objects.count() == 2


def test_messages_without_a_key_are_all_kept(alice: User) -> None:
    notify(alice, text="one")
    notify(alice, text="one")
    assert Notification.objects.count() == 2


def test_a_long_text_is_cut_with_a_mark(alice: User) -> None:
    assert notify(alice, text="x" * 600).text == "x" * 499 + "…"


@pytest.mark.parametrize(
    "link", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "jobs/", "/\\evil"]
)
def test_a_link_to_another_site_is_refused(link: str, alice: User) -> None:
    with pytest.raises(ValueError, match="path of this site"):
        notify(alice, text="Look", link=link)


def test_opening_marks_read_and_leads_there(alice: User, client_of: ClientOf) -> None:
    message = notify(alice, text="The export is ready.", link="/jobs/")
    response = client_of(alice).post(reverse("themis:notification_open", args=[message.pk]))
    assert response["Location"] == "/jobs/"
    message.refresh_from_db()
    assert message.read_at is not None


def test_a_message_is_its_addressees_alone(alice: User, administrator: User, client_of: ClientOf) -> None:
    message = notify(alice, text="Between us.")
    address = reverse("themis:notification_open", args=[message.pk])
    assert client_of(administrator).post(address).status_code == 404
    assert "Between us." not in client_of(administrator).get(reverse("themis:notifications")).content.decode()
    message.refresh_from_db()
    assert message.read_at is None


def test_mark_all_read_leaves_others_alone(alice: User, bob: User, client_of: ClientOf) -> None:
    notify(alice, text="one")
    notify(alice, text="two")
    notify(bob, text="three")
    client_of(alice).post(reverse("themis:notifications_read"))
    assert Notification.objects.visible_to(alice).unread().count() == 0
    assert Notification.objects.visible_to(bob).unread().count() == 1


def test_what_a_message_says_is_escaped(alice: User, client_of: ClientOf) -> None:
    notify(alice, text='<img src=x onerror="alert(1)"> {{7*7}}')
    page = client_of(alice).get(reverse("themis:notifications")).content.decode()
    assert "<img src=x" not in page
    assert "{{7*7}}" in page


def test_an_empty_list_says_what_will_be_there(alice: User, client_of: ClientOf) -> None:
    assert "Nothing new" in client_of(alice).get(reverse("themis:notifications")).content.decode()
