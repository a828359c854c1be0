"""An outsider sends what the owner's forms send, to every route that writes: 404, and not one row is written."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from core.models import User
from core.tests.factories import UserFactory
from core.tests.written_rows import count_written
from rfp_manager import urls
from rfp_manager.models import RFP, Question, RFPMembership
from rfp_manager.services import answering
from rfp_manager.services.excel_processor import import_questions
from rfp_manager.tests.exporting import detected
from rfp_manager.tests.factories import OFFERED_DATE, InformationDocumentFactory, answered
from rfp_manager.tests.test_access import WITHOUT_RFP
from rfp_manager.tests.workbooks import QUESTIONS, question_workbook
from rfp_manager.tests.write_routes import WRITES, World
from solution_library.tests.factories import SolutionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def language_model(settings: Any) -> None:
    settings.LLM_PROVIDER, settings.LLM_API_URL, settings.LLM_MODEL = "openai", "http://127.0.0.1:9/v1", "m"


@pytest.fixture
def world(rfp: RFP, alice: User, bob: User) -> World:
    solution = SolutionFactory()
    rfp.solutions.add(solution)
    first = detected(rfp, question_workbook(QUESTIONS), alice)
    import_questions(first, sheets=["Questions"], user=alice)
    first.refresh_from_db()
    second = detected(rfp, question_workbook([*QUESTIONS[1:], ("Access", "A-4", "Who audits you?")]), alice)
    drafted, reviewed, approved, unanswered = first.questions.order_by("position")[:4]
    for question in (drafted, reviewed, approved):
        answered(question)
    answering.submit_for_review([reviewed.pk], rfp=rfp)
    answering.approve([approved.pk], rfp=rfp, user=alice)
    # A cell beside the answer, for a person to fill in.
    cells = [*drafted.answer_cells, drafted.answer_cells[-1] | {"cell": "E2"}]
    Question.objects.filter(pk=drafted.pk).update(answer_cells=cells)
    rfp.refresh_from_db()
    return World(
        rfp=rfp,
        alice=alice,
        bob=bob,
        newcomer=UserFactory(),
        solution=solution,
        imported=first,
        detected=second,
        information=InformationDocumentFactory(rfp=rfp, summary_status="ready", summary_dates=[OFFERED_DATE]),
        drafted=drafted,
        reviewed=reviewed,
        approved=approved,
        open=unanswered,
        ids={
            "rfp_id": rfp.pk,
            "sheet": 1,
            "member_id": RFPMembership.objects.get(rfp=rfp, user=bob).pk,
            "comment_id": drafted.comments.create(text="A word", author=alice).pk,
            "view_id": rfp.saved_views.create(owner=alice, name="Gaps", query="status=gap", shared=True).pk,
        },
    )


def writing_routes(client: Client) -> Iterator[tuple[str, set[str]]]:
    """Every route under an RFP that takes POST, with what its address names."""
    for pattern in urls.urlpatterns:
        assert pattern.name
        if pattern.name in WITHOUT_RFP:
            continue
        wanted = set(pattern.pattern.converters)
        if (
            client.post(reverse(f"rfp_manager:{pattern.name}", kwargs=dict.fromkeys(wanted, 1))).status_code
            != 405
        ):
            yield pattern.name, wanted


def send(client: Client, world: World, name: str, wanted: set[str]) -> tuple[int, int]:
    """What the route answers, and how many rows it wrote; all of it is undone."""
    write = WRITES[name]
    with transaction.atomic():
        needed = write.before(world)
        ids = world.ids | {
            "question_id": getattr(world, write.row).pk,
            "document_id": getattr(world, write.document).pk,
        }
        body = write.body(world) | (needed if isinstance(needed, dict) else {})
        url = reverse(f"rfp_manager:{name}", kwargs={key: ids[key] for key in wanted})
        before = count_written()
        status = client.post(url + write.query, body).status_code
        written = count_written() - before
        transaction.set_rollback(True)
    for row in (world.rfp, world.detected, world.drafted, world.reviewed, world.approved):
        row.refresh_from_db()
    for question in (world.drafted, world.reviewed, world.approved):
        question.answer.refresh_from_db()
    return status, written


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
