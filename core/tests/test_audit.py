"""The audit log: what is recorded, of whom and from where, and that nobody changes it afterwards."""

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from core.audit import record_event
from core.models import AuditEvent, User
from core.permissions import ADMINISTRATOR, LIBRARY_EDITOR

pytestmark = pytest.mark.django_db

LOGIN = {"login": "alice@example.com", "password": "correct horse"}


def last(action: str) -> AuditEvent:
    return AuditEvent.objects.filter(action=action).latest("pk")


@pytest.mark.parametrize(
    "statement", ["UPDATE core_auditevent SET action = 'nothing'", "DELETE FROM core_auditevent"]
)
def test_the_database_refuses_to_change_or_delete_an_event(alice: User, statement: str) -> None:
    event = record_event("tried", actor=alice)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    event.refresh_from_db()
    assert event.action == "tried"


def test_what_no_database_holds_is_left_out_of_an_event(alice: User) -> None:
    record_event("tried", actor=alice, detail={"path": "/a\x00b", "names": ["c\x00", {"d\x00": "\ud800"}]})
    assert last("tried").detail == {"path": "/ab", "names": ["c", {"d": "?"}]}


def test_an_event_outlives_its_actor(alice: User) -> None:
    record_event("tried", actor=alice)
    alice.delete()
    assert last("tried").actor_name == "alice@example.com"


def test_signing_in_and_out_is_recorded_with_the_address(client: Client, alice: User) -> None:
    client.post(reverse("account_login"), LOGIN, REMOTE_ADDR="192.0.2.7")
    assert (last("login").actor, last("login").address) == (alice, "192.0.2.7")
    client.post(reverse("account_logout"))
    assert last("logout").actor == alice


def test_a_failed_login_is_recorded_without_the_password(client: Client, alice: User) -> None:
    client.post(reverse("account_login"), LOGIN | {"password": "wrong horse"})
    event = last("login.failed")
    assert event.detail == {"email": "alice@example.com"}
    assert event.actor is None


def test_a_written_header_changes_no_address(client: Client, alice: User) -> None:
    client.post(reverse("account_login"), LOGIN, headers={"x-forwarded-for": "198.51.100.1"})
    assert last("login").address == "127.0.0.1"


@override_settings(TRUSTED_PROXY_COUNT=1)
def test_of_the_header_only_what_our_own_proxy_added_counts(client: Client, alice: User) -> None:
    client.post(reverse("account_login"), LOGIN, headers={"x-forwarded-for": "198.51.100.1, 203.0.113.9"})
    assert last("login").address == "203.0.113.9"


def test_a_denied_page_is_recorded(client: Client, charlie: User) -> None:
    client.force_login(charlie)
    assert client.get(reverse("solution_library:solution_create")).status_code == 403
    event = last("denied")
    assert (event.actor, event.detail["path"]) == (charlie, "/library/solutions/new/")


def test_given_and_withdrawn_roles_are_recorded_from_either_side(bob: User) -> None:
    bob.groups.add(Group.objects.get(name=ADMINISTRATOR))
    assert (last("role.granted").target_name, last("role.granted").detail) == (
        "Bob Baker",
        {"roles": [ADMINISTRATOR]},
    )
    Group.objects.get(name=ADMINISTRATOR).user_set.remove(bob)
    assert last("role.withdrawn").detail == {"roles": [ADMINISTRATOR]}
    bob.groups.clear()
    assert last("role.withdrawn").detail == {"roles": ["contributor"]}
    bob.groups.set([Group.objects.get(name=LIBRARY_EDITOR)])
    assert last("role.granted").detail == {"roles": [LIBRARY_EDITOR]}


def test_becoming_a_superuser_is_recorded(bob: User) -> None:
    bob.is_superuser = True
    bob.save()
    event = last("user.powers_changed")
    assert (event.target_id, event.detail) == (str(bob.pk), {"is_superuser": True})
    before = AuditEvent.objects.count()
    bob.first_name = "Robert"
    bob.save()
    assert AuditEvent.objects.count() == before


def test_administrators_read_the_log_and_change_nothing(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root@example.com", "a password"))
    event = record_event("tried")
    page = client.get(reverse("admin:core_auditevent_changelist"))
    assert page.status_code == 200
    change = reverse("admin:core_auditevent_change", args=[event.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"action": "nothing"}).status_code == 403
    assert client.post(reverse("admin:core_auditevent_delete", args=[event.pk])).status_code == 403
    assert client.get(reverse("admin:core_auditevent_add")).status_code == 403
