"""The page about the API: behind the sign-in, complete, small, and without anything from elsewhere."""

import re

import pytest
from django.test import Client

from core.models import User
from spelunker.api import api
from themis.api.reference import describe_operations, describe_shapes

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client, charlie: User) -> str:
    client.force_login(charlie)
    response = client.get("/api/v1/docs")
    assert response.status_code == 200
    return response.content.decode()


def test_every_operation_is_found_and_leads_to_its_part(page: str) -> None:
    for group in describe_operations(api.get_openapi_schema()):
        for operation in group.operations:
            assert f'id="{operation.name}"' in page
            assert f'href="/api/v1/docs/{group.slug}#{operation.name}"' in page


def test_every_link_of_a_part_leads_somewhere_on_it(client: Client, charlie: User) -> None:
    schema = api.get_openapi_schema()
    client.force_login(charlie)
    shown = set()
    for group in describe_operations(schema):
        part = client.get(f"/api/v1/docs/{group.slug}").content.decode()
        anchors = re.findall(r'id="([^"]+)"', part)
        assert len(anchors) == len(set(anchors))
        assert {operation.name for operation in group.operations} <= set(anchors)
        assert set(re.findall(r'href="#([^"]+)"', part)) <= set(anchors), group.name
        assert len(part.encode()) < 100_000, group.name
        shown |= set(anchors)
    assert {shape.name for shape in describe_shapes(schema)} <= shown
    assert {"RFPOut", "Problem", "JobOut"} <= shown
    assert client.get("/api/v1/docs/nowhere").status_code == 404


def test_it_is_small_and_asks_no_other_host(page: str) -> None:
    assert len(page.encode()) < 100_000
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_no_two_objects_share_a_name() -> None:
    """They would overwrite each other in the schema."""
    known: dict[str, dict] = {}
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            for operation in view.operations:
                for model in filter(None, operation.response_models.values()):
                    if not hasattr(model, "model_json_schema"):
                        continue  # a file
                    for name, shape in model.model_json_schema(mode="serialization").get("$defs", {}).items():
                        assert known.setdefault(name, shape) == shape, name
    assert {"AnswerOut", "PassageOut"} <= set(known)


@pytest.mark.parametrize("address", ["/api/v1/docs", "/api/v1/docs/rfps"])
def test_a_stranger_is_sent_to_the_sign_in_page(address: str, client: Client) -> None:
    assert client.get(address)["Location"].startswith("/accounts/login/")
