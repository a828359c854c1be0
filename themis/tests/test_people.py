"""The people page: who may see it, what it changes, and that a deactivated person is out at once."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent, User
from core.models.user import COMMAND_LINE_EMAIL
from core.permissions import ADMINISTRATOR, LIBRARY_EDITOR, VIEWER
from core.tests.factories import UserFactory
from themis.services.api_keys import authenticate_api_key, create_api_key
from themis.services.invitations import invite
from themis.services.people import search_people

ClientOf = Callable[[User], Client]


def test_everything_here_is_for_administrators(
    alice: User, bob: User, administrator: User, client_of: ClientOf
) -> None:
    invitation = invite("dora@example.com", roles=[VIEWER], invited_by=administrator)
    for name, arguments in [
        ("people", []),
        ("invitation_create", []),
        ("person", [bob.pk]),
        ("person_deactivate", [bob.pk]),
        ("person_activate", [bob.pk]),
        ("person_disconnect", [bob.pk]),
        ("invitation_resend", [invitation.pk]),
        ("invitation_revoke", [invitation.pk]),
    ]:
        address = reverse(f"themis:{name}", args=arguments)
        sent = {"roles": [ADMINISTRATOR], "email": "eve@example.com"}
        assert client_of(alice).get(address).status_code in (403, 405)
        assert client_of(alice).post(address, sent).status_code in (403, 405)
    bob.refresh_from_db()
    invitation.refresh_from_db()
    assert bob.is_active
    assert invitation.is_usable
    assert not bob.groups.filter(name=ADMINISTRATOR).exists()


def test_people_are_found_by_name_address_and_role(
    alice: User, bob: User, administrator: User, client_of: ClientOf
) -> None:
    client = client_of(administrator)

    def shown(query: str) -> set[str]:
        page = client.get(reverse("themis:people"), {"q": query}).context["page"]
        return {person.first_name for person in page}

    assert shown("") == {"Alice", "Bob", "Ada"}
    assert shown("archer") == {"Alice"}
    assert shown("BOB@") == {"Bob"}
    assert shown("library editor") == {"Alice"}
    assert shown("nobody") == set()


def test_the_command_lines_account_is_nobody(administrator: User, client_of: ClientOf) -> None:
    account = UserFactory(email=COMMAND_LINE_EMAIL, first_name="Command line", is_active=False)
    client = client_of(administrator)
    assert "Command line" not in client.get(reverse("themis:people")).content.decode()
    for name in ("person", "person_activate"):
        assert client.post(reverse(f"themis:{name}", args=[account.pk])).status_code == 404
    User.objects.filter(pk=account.pk).update(is_active=True)
    assert search_people(administrator, "command line", 5) == []


def test_the_list_takes_as_many_queries_however_long(
    administrator: User, client_of: ClientOf, django_assert_max_num_queries: Callable
) -> None:
    for number in range(20):
        UserFactory(groups=[VIEWER])
        invite(f"guest{number}@example.com", roles=[VIEWER], invited_by=administrator)
    client = client_of(administrator)
    client.get("/")  # makes the profile
    with django_assert_max_num_queries(10):
        client.get(reverse("themis:people"))


def test_roles_are_given_and_taken_and_that_is_recorded(
    alice: User, administrator: User, client_of: ClientOf
) -> None:
    address = reverse("themis:person", args=[alice.pk])
    assert client_of(administrator).get(address).status_code == 200
    client_of(administrator).post(address, {"roles": [LIBRARY_EDITOR, ADMINISTRATOR]})
    assert set(alice.groups.values_list("name", flat=True)) == {LIBRARY_EDITOR, ADMINISTRATOR}
    client_of(administrator).post(address, {})
    assert not alice.groups.exists()
    assert AuditEvent.objects.filter(
        action="role.granted", target_id=str(alice.pk), actor=administrator
    ).exists()


def test_a_role_that_does_not_exist_is_refused(alice: User, administrator: User, client_of: ClientOf) -> None:
    address = reverse("themis:person", args=[alice.pk])
    assert client_of(administrator).post(address, {"roles": ["emperor"]}).status_code == 422


def test_a_deactivated_person_is_out_everywhere(
    alice: User, administrator: User, client_of: ClientOf
) -> None:
    theirs = Client()
    theirs.post(reverse("account_login"), {"login": alice.email, "password": "correct horse"})
    assert theirs.get("/").status_code == 200
    _key, secret = create_api_key(alice, name="script", scopes=["read"])
    admin = client_of(administrator)
    admin.post(reverse("themis:person_deactivate", args=[alice.pk]))
    assert theirs.get("/").status_code == 302
    assert authenticate_api_key(secret) is None
    again = Client()
    again.post(reverse("account_login"), {"login": alice.email, "password": "correct horse"})
    assert again.get("/").status_code == 302
    assert AuditEvent.objects.filter(action="user.powers_changed", actor=administrator).exists()

    admin.post(reverse("themis:person_activate", args=[alice.pk]))
    assert theirs.get("/").status_code == 302  # the old session stays over
    assert authenticate_api_key(secret) is None
    again.post(reverse("account_login"), {"login": alice.email, "password": "correct horse"})
    assert again.get("/").status_code == 200


def test_administrators_do_not_lock_themselves_out(administrator: User, client_of: ClientOf) -> None:
    client = client_of(administrator)
    client.post(reverse("themis:person_deactivate", args=[administrator.pk]))
    response = client.post(reverse("themis:person", args=[administrator.pk]), {"roles": [VIEWER]})
    assert response.status_code == 422
    administrator.refresh_from_db()
    assert administrator.is_active
    assert administrator.groups.filter(name=ADMINISTRATOR).exists()


@pytest.mark.parametrize("name", ["person_deactivate", "person"])
def test_a_superuser_is_changed_by_superusers_only(
    name: str, administrator: User, client_of: ClientOf
) -> None:
    root = User.objects.create_superuser("root@example.com", "root of all")
    root.groups.add(administrator.groups.get())
    client_of(administrator).post(reverse(f"themis:{name}", args=[root.pk]), {"roles": []})
    root.refresh_from_db()
    assert root.is_active
    assert root.groups.exists()
