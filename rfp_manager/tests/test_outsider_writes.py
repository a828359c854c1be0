"""An outsider sends what the owner's forms send, to every route that writes: 404, and not one row is written."""

import pytest
from django.test import Client

from core.models import User
from rfp_manager.tests.write_routes import WRITES, World, send, writing_routes

pytestmark = pytest.mark.django_db


def test_what_the_owner_may_write_an_outsider_may_not(
    client: Client, alice: User, charlie: User, world: World, language_model: None
) -> None:
    client.force_login(charlie)
    routes = dict(writing_routes(client))
    assert set(routes) == set(WRITES), "each route that takes POST has what an owner sends in write_routes"
    wrong = []
    for name, wanted in routes.items():
        client.force_login(alice)
        status, written = send(client, world, name, wanted)
        if status >= 400 or (written > 0) != WRITES[name].writes:
            wrong.append(f"{name}: Alice gets {status} and writes {written}")
        client.force_login(charlie)
        status, written = send(client, world, name, wanted)
        if status != 404 or written:
            wrong.append(f"{name}: Charlie gets {status} and writes {written}")
    assert wrong == []
