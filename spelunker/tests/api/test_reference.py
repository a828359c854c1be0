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


def test_every_operation_and_every_object_is_on_the_page(page: str) -> None:
    schema = api.get_openapi_schema()
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert f'id="{operation["operationId"]}"' in page
    for group in describe_operations(schema):
        for operation in group.operations:
            assert not operation.body or f'id="{operation.body}"' in page
    assert {"RFPOut", "Problem", "JobOut"} <= {shape.name for shape in describe_shapes(schema)}


def test_it_is_small_and_asks_no_other_host(page: str) -> None:
    assert len(page.encode()) < 200_000
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


def test_a_stranger_is_sent_to_the_sign_in_page(client: Client, db: None) -> None:
    assert client.get("/api/v1/docs")["Location"].startswith("/accounts/login/")
