import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from core.models import User
from core.permissions import ROLES, can_create_rfp, can_edit_library, is_administrator
from core.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_roles_exist_from_the_first_migration() -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= set(ROLES)


@pytest.mark.parametrize(
    ("role", "administers", "edits", "creates"),
    [
        ("administrator", True, True, True),
        ("library editor", False, True, True),
        ("contributor", False, False, True),
        ("viewer", False, False, False),
    ],
)
def test_each_role_allows_what_it_says(role: str, administers: bool, edits: bool, creates: bool) -> None:
    user = UserFactory(groups=[role])
    assert (is_administrator(user), can_edit_library(user), can_create_rfp(user)) == (
        administers,
        edits,
        creates,
    )


def test_an_inactive_administrator_may_nothing() -> None:
    user = UserFactory(groups=["administrator"], is_active=False)
    assert not is_administrator(user)
    assert not can_create_rfp(user)


def test_the_first_start_creates_one_administrator_and_prints_the_password_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("ensure_admin")
    first = capsys.readouterr().out
    call_command("ensure_admin")
    assert capsys.readouterr().out == ""
    administrator = User.objects.get()
    password = first.split("Password:")[1].split()[0]
    assert administrator.check_password(password)
    assert is_administrator(administrator)


def test_a_scripted_start_takes_the_given_credentials(
    settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.INITIAL_ADMIN_EMAIL = "boss@example.com"  # type: ignore[attr-defined]
    settings.INITIAL_ADMIN_PASSWORD = "a given password"  # type: ignore[attr-defined]
    call_command("ensure_admin")
    assert User.objects.get(email="boss@example.com").check_password("a given password")
    assert "a given password" not in capsys.readouterr().out


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_superuser": False}])
def test_a_first_administrator_who_is_none_any_more_stops_no_start(
    capsys: pytest.CaptureFixture[str], change: dict[str, bool]
) -> None:
    call_command("ensure_admin")
    User.objects.update(**change)
    first = User.objects.get()
    first.groups.clear()
    capsys.readouterr()
    call_command("ensure_admin")
    assert "exists and is no active administrator" in capsys.readouterr().out
    assert User.objects.get().is_active == first.is_active


def test_an_administrator_who_is_no_superuser_is_enough(capsys: pytest.CaptureFixture[str]) -> None:
    UserFactory(groups=["administrator"])
    call_command("ensure_admin")
    assert capsys.readouterr().out == ""
    assert User.objects.count() == 1


def test_an_address_signs_in_in_any_case() -> None:
    User.objects.create_user("Ada@Example.com", "a password")
    assert User.objects.get_by_natural_key("ADA@example.COM").email == "ada@example.com"
