"""Whatever is being written: what it is about is deleted between the look and the step, and that is no failure."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client

from core.models import User
from rfp_manager import views
from rfp_manager.models import RFP
from rfp_manager.tests.write_routes import WRITES, World, send, writing_routes

pytestmark = pytest.mark.django_db


@pytest.fixture
def autocommit(monkeypatch: pytest.MonkeyPatch) -> None:
    """As outside of a test: what the database refuses ends the view's own transactions and no more, and at once."""
    monkeypatch.setattr(BaseHandler, "make_view_atomic", lambda self, view: transaction.atomic(view))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _delete_after(name: str, victim: Callable[[Any], Model], monkeypatch: pytest.MonkeyPatch) -> None:
    """In all views: somebody deletes the `victim` of what the function `name` has found just now."""
    for module in pkgutil.iter_modules(views.__path__, f"{views.__name__}."):
        rooms = importlib.import_module(module.name)
        find = getattr(rooms, name, None)
        if find is None:
            continue

        def late(*args: Any, find: Callable[..., Any] = find, **kwargs: Any) -> Any:
            found = find(*args, **kwargs)
            gone = victim(found)
            type(gone)._base_manager.filter(pk=gone.pk).delete()
            return found

        monkeypatch.setattr(rooms, name, late)


def _rfp_of(row: Any) -> Model:
    return row if isinstance(row, RFP) else row.question.rfp if hasattr(row, "question") else row.rfp


@pytest.mark.parametrize(
    ("name", "victim"),
    [
        ("find_rfp", lambda rfp: rfp),
        ("find_question", _rfp_of),
        ("find_question", lambda question: question),
        ("get_object_or_404", _rfp_of),
        ("get_object_or_404", lambda row: row),
    ],
    ids=["rfp", "rfp-of-question", "question", "rfp-of-row", "row"],
)
def test_a_step_on_what_was_just_deleted_is_answered_in_words(
    client: Client,
    alice: User,
    charlie: User,
    world: World,
    language_model: None,
    autocommit: None,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    victim: Callable[[Any], Model],
) -> None:
    client.force_login(charlie)
    routes = dict(writing_routes(client))
    client.force_login(alice)
    _delete_after(name, victim, monkeypatch)
    client.raise_request_exception = False  # a failure is a page for 500
    answers = {
        route: send(client, world, route, routes[route])[0] for route in routes if WRITES[route].writes
    }
    assert {route: status for route, status in answers.items() if status >= 500} == {}
    # htmx would put a page for 409 into the place of the fragment that was asked for.
    assert answers["comment_add"] == 404
