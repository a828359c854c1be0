"""What a test that commits leaves behind is gone for the next one; what the migrations wrote is there."""

import threading
import time

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from django.test import TransactionTestCase

from core.audit import record_event
from core.models import AuditEvent, Job, User
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


def test_a_request_that_is_still_under_way_ends_first() -> None:
    user = UserFactory()
    job = Job.objects.create(kind="test", title="Under way", idempotency_key="under way")
    holds_the_user = threading.Event()

    def request() -> None:
        try:
            with transaction.atomic():
                User.objects.select_for_update().get(pk=user.pk)
                holds_the_user.set()
                wait_until_somebody_waits()
                Job.objects.filter(pk=job.pk).update(title="Waits for the emptying, which waits for it")
        finally:
            connection.close()

    thread = threading.Thread(target=request)
    thread.start()
    assert holds_the_user.wait(10)
    TransactionTestCase()._fixture_teardown()
    thread.join(10)
    assert not User.objects.exists()
    assert not Job.objects.exists()


def wait_until_somebody_waits() -> None:
    for _turn in range(500):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND datname = current_database())"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("the emptying does not wait for the request")


def test_what_the_migrations_wrote_is_put_back() -> None:
    roles = set(Group.objects.values_list("name", flat=True))
    Group.objects.filter(name=ADMINISTRATOR).delete()
    Group.objects.create(name="Visitors")
    TransactionTestCase()._fixture_teardown()
    assert set(Group.objects.values_list("name", flat=True)) == roles
