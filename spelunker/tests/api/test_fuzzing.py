"""What schemathesis makes of the schema, valid and not, meets no server error and gets what the schema says."""

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from core.models import User
from rfp_manager.models import RFP
from spelunker.api import api
from spelunker.tests.api.caller import Caller
from spelunker.tests.api.world import World, build_world

pytestmark = pytest.mark.django_db

EXAMPLES = 5  # of valid and of invalid requests, for each operation
LIMITS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# A schema cannot say that a file must be a document or an id a member of the team: 422, which it
# announces, says so then.
NOT_PROMISED = [positive_data_acceptance]
# Sends each request twice more without a valid key: that every operation refuses that is tested by itself.
TESTED_ELSEWHERE = [ignored_auth]

SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))
SCHEMA.app = get_wsgi_application()
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]


@pytest.fixture
def world(rfp: RFP, alice: User) -> World:
    return build_world(rfp, alice)


def test_whatever_is_sent_the_answer_fits_the_schema(
    world: World, as_alice: Caller, endless_requests: None, subtests: pytest.Subtests
) -> None:
    """One world for all: each example's effects are undone."""
    for operation in OPERATIONS:
        name = operation.definition.raw["operationId"]
        with subtests.test(name):
            try_operation(name, operation, world.ids_of(name), as_alice.key)


def try_operation(name: str, operation: Any, ids: dict[str, Any], key: str) -> None:
    authorization = {"Authorization": f"Bearer {key}"}

    def answer(case: Any) -> None:
        with transaction.atomic():
            response = case.call(headers=authorization)
            transaction.set_rollback(True)
        case.validate_response(
            response, headers=authorization, excluded_checks=NOT_PROMISED + TESTED_ELSEWHERE
        )

    @LIMITS
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def answer_valid(case: Any) -> None:
        case.path_parameters = {field: str(ids[field]) for field in case.path_parameters or {}}
        answer(case)

    @LIMITS
    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def answer_invalid(case: Any) -> None:
        answer(case)

    # A file that is sent and thrown away stays open; that files arrive is tested elsewhere.
    if not name.startswith("download_"):
        answer_valid()
    answer_invalid()
