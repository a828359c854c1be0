"""Two statements at once."""

import threading
import zoneinfo

import pytest
from django.db import connection
from django.utils import timezone

from core.models import User
from rag.services.side_by_side import begin


def backend() -> int:
    """Which of the server's processes answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        found: int = cursor.fetchone()[0]
    return found


def backend_once() -> int:
    """The same, and the connection is closed: the test's database is dropped when nobody is connected."""
    try:
        return backend()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_it_is_done_on_another_connection() -> None:
    waiting = begin(backend_once)
    assert waiting() != backend()


@pytest.mark.django_db(transaction=True)
def test_it_goes_on_while_something_else_is_done() -> None:
    both = threading.Barrier(2, timeout=20)
    waiting = begin(both.wait)
    both.wait()
    assert waiting() in (0, 1)


@pytest.mark.django_db(transaction=True)
def test_what_went_wrong_is_told_to_who_waits() -> None:
    def fail() -> None:
        raise ValueError("no such word")

    waiting = begin(fail)
    with pytest.raises(ValueError, match="no such word"):
        waiting()


@pytest.mark.django_db(transaction=True)
def test_it_is_today_where_who_asks_is() -> None:
    with timezone.override(zoneinfo.ZoneInfo("Pacific/Kiritimati")):
        waiting = begin(timezone.get_current_timezone_name)
    assert waiting() == "Pacific/Kiritimati"


@pytest.mark.django_db
def test_within_a_transaction_it_sees_what_was_not_committed(alice: User) -> None:
    waiting = begin(lambda: User.objects.filter(pk=alice.pk).exists())
    assert waiting()
