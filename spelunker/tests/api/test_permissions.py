"""Every operation of the API and its rule: the OpenAPI schema and the URLconf are walked, so none escapes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver

from core.models import User
from core.permissions import ADMINISTRATOR, VIEWER
from core.tests.factories import UserFactory
from core.tests.written_rows import count_written
from rfp_manager.models import RFP, RFPMembership
from rfp_manager.tests.factories import add_member
from spelunker import api as api_module
from spelunker.api import api
from spelunker.tests.api.caller import Caller
from spelunker.tests.api.rules import OPERATIONS
from spelunker.tests.api.world import World, build_world

pytestmark = pytest.mark.django_db

SCHEMA = api.get_openapi_schema(path_prefix="")
# Routes beside the operations: the schema, its page, MCP (test_mcp), and two that only say that there is nothing.
OTHER_ROUTES = {"api_reference", "api_reference_group", "mcp", "openapi_schema", "api-root", "no_such_route"}


@dataclass(frozen=True)
class Route:
    name: str
    method: str
    path: str


ROUTES = [
    Route(operation["operationId"], method, path)
    for path, operations in SCHEMA["paths"].items()
    for method, operation in operations.items()
]


@pytest.fixture
def dave(rfp: RFP) -> User:
    user = UserFactory(email="dave@example.com", first_name="Dave", groups=[VIEWER])
    add_member(rfp, user, RFPMembership.Role.VIEWER)
    return user


@pytest.fixture
def administrator(db: None) -> User:
    return UserFactory(email="ada@example.com", first_name="Ada", groups=[ADMINISTRATOR])


@pytest.fixture
def world(rfp: RFP, alice: User, dave: User) -> World:
    return build_world(rfp, alice)


def call(caller: Caller, route: Route, world: World) -> HttpResponse:
    operation, ids = OPERATIONS[route.name], world.ids_of(route.name)
    body = operation.body(ids) if callable(operation.body) else operation.body
    files = operation.files() if operation.files else None
    arguments: dict[str, Any] = {"files": files, "query": operation.query or None}
    return caller.send(route.method, route.path.format(**ids), body, **arguments)


def status_of(caller: Caller, route: Route, world: World) -> int:
    """What the call answers; what it did is undone. Who is refused has written nothing."""
    with transaction.atomic():
        before = count_written()
        response = call(caller, route, world)
        response.getvalue()  # a file is closed once it was read
        assert response.status_code not in (401, 403, 404) or count_written() == before
        transaction.set_rollback(True)
    return response.status_code


def test_every_operation_has_a_rule() -> None:
    assert {route.name for route in ROUTES} == set(OPERATIONS)
    assert len(ROUTES) == len(OPERATIONS), "two operations share a name"


def test_every_address_is_an_operation() -> None:
    def names(patterns: list[URLPattern | URLResolver]) -> set[str]:
        found: set[str] = set()
        for pattern in patterns:
            found |= {str(pattern.name)} if isinstance(pattern, URLPattern) else names(pattern.url_patterns)
        return found

    assert names(api_module.urlpatterns) == set(OPERATIONS) | OTHER_ROUTES


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_its_rule_holds(
    route: Route,
    world: World,
    caller_of: Callable[..., Caller],
    alice: User,
    bob: User,
    charlie: User,
    dave: User,
    administrator: User,
) -> None:
    rule = OPERATIONS[route.name].rule
    for person, expected in (
        (charlie, rule.charlie),
        (dave, rule.dave),
        (bob, rule.bob),
        (alice, rule.alice),
        (administrator, rule.administrator),
    ):
        status = status_of(caller_of(person), route, world)
        assert (status // 100 if expected == 2 else status) == expected, f"{person}: {status}"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_nobody_and_a_key_without_the_scope_are_refused(
    route: Route, world: World, caller_of: Callable[..., Caller], alice: User
) -> None:
    assert status_of(Caller(), route, world) == 401
    scope = "write" if route.method == "get" else "read"
    response = call(caller_of(alice, scopes=(scope,)), route, world)
    assert response.status_code == 403
    assert response.json()["type"] == "urn:spelunker:problem:missing-scope"


def test_the_schema_is_for_those_who_are_let_in(as_charlie: Caller) -> None:
    assert as_charlie.get("/openapi.json").json()["info"]["title"] == "Spelunker"
    assert Caller().get("/openapi.json").status_code == 401


def test_lists_hold_nothing_of_others(as_charlie: Caller, world: World) -> None:
    for path in ("/rfps", "/jobs", "/notifications"):
        assert as_charlie.get(path).json()["total"] == 0, path


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if "{rfp_id}/" in route.path and route.path.count("{") > 1],
    ids=lambda route: route.name,
)
def test_a_row_of_another_rfp_is_not_reached_through_ones_own(
    route: Route, world: World, as_charlie: Caller, charlie: User, rfp: RFP
) -> None:
    """Charlie owns an RFP, and names rows of Alice's under it."""
    own = RFP.objects.create(title="Charlie's", customer=rfp.customer, owner=charlie)
    assert status_of(as_charlie, route, World(world.ids | {"rfp_id": own.pk})) == 404
