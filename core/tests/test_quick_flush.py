"""What a test that commits leaves behind is gone for the next one; what the migrations wrote is there."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import TransactionTestCase

from core.audit import record_event
from core.models import AuditEvent, User
from core.permissions import ADMINISTRATOR
from core.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_rows_that_were_made_are_gone_also_those_that_nobody_may_delete() -> None:
    ada = UserFactory(groups=[ADMINISTRATOR])
    record_event("test.happened", actor=ada)
    roles, permissions = list(Group.objects.values()), Permission.objects.count()
    TransactionTestCase()._fixture_teardown()
    assert not User.objects.exists()
    assert not AuditEvent.objects.exists()
    assert list(Group.objects.values()) == roles
    assert Permission.objects.count() == permissions > 0


def test_what_the_migrations_wrote_is_put_back() -> None:
    roles = set(Group.objects.values_list("name", flat=True))
    Group.objects.filter(name=ADMINISTRATOR).delete()
    Group.objects.create(name="Visitors")
    TransactionTestCase()._fixture_teardown()
    assert set(Group.objects.values_list("name", flat=True)) == roles
