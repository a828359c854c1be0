"""Each route under an RFP that writes, with a request that does: what an owner's form sends."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from core.tests.factories import UserFactory
from core.tests.written_rows import count_written
from rfp_manager import urls
from rfp_manager.models import RFP, Question, RFPInformationDocument, RFPMembership, RFPQuestionDocument
from rfp_manager.services import answering
from rfp_manager.services.bulk_steps import Kind, take_step
from rfp_manager.services.contradictions import dismiss_contradiction, list_contradictions
from rfp_manager.services.excel_processor import import_questions
from rfp_manager.services.grouping import join_group
from rfp_manager.services.layouts import correct_layout
from rfp_manager.services.outdated import mark_answer
from rfp_manager.services.revision_comparison import compare_versions
from rfp_manager.tests.exporting import detected
from rfp_manager.tests.factories import OFFERED_DATE, InformationDocumentFactory, answered
from rfp_manager.tests.test_access import WITHOUT_RFP
from rfp_manager.tests.workbooks import QUESTIONS, question_workbook, uploaded
from rfp_manager.workbooks.detection.corrections import Correction, Selection
from solution_library.models import Solution
from solution_library.tests.factories import SolutionFactory


@dataclass
class World:
    """Alice's RFP with two workbooks: one imported, one whose layout waits to be confirmed."""

    rfp: RFP
    alice: User
    bob: User
    newcomer: User
    solution: Solution
    imported: RFPQuestionDocument
    detected: RFPQuestionDocument
    information: RFPInformationDocument
    drafted: Question
    reviewed: Question
    approved: Question
    open: Question
    ids: dict[str, int] = field(default_factory=dict)


Body = Callable[[World], dict[str, Any]]
Change = Callable[[World], object]


@dataclass(frozen=True)
class Write:
    """`before` brings about what the request needs; it may return values that belong to its body.

    `query` ends the address, `row` names its question and `document` its workbook or information document.
    `writes` is False for what asks or shows.
    """

    body: Body = lambda world: {}
    before: Change = lambda world: None
    row: str = "drafted"
    document: str = "imported"
    query: str = ""
    writes: bool = True


def _chosen(world: World) -> dict[str, Any]:
    return {"question": [world.drafted.pk]}


def _version(world: World) -> dict[str, Any]:
    return {"version": world.detected.layout_version}


def _correct(world: World) -> None:
    correct_layout(
        world.detected,
        sheet="Questions",
        correction=Correction("not_questions", Selection.parse("2:2"), None),
        version=world.detected.layout_version,
        user=world.alice,
    )
    world.detected.refresh_from_db()


def _contradict(world: World) -> dict[str, Any]:
    """Two answers to one question that disagree."""
    text = "How long are backups kept?"
    for question, said in ((world.drafted, "For 30 days."), (world.reviewed, "For 90 days.")):
        Question.objects.filter(pk=question.pk).update(text=text)
        question.answer.text, question.answer.choice = said, ""
        question.answer.save()
    return {"key": list_contradictions(world.rfp, user=world.alice).open[0].key}


def _dismiss(world: World) -> dict[str, Any]:
    found = _contradict(world)
    dismiss_contradiction(world.rfp, key=found["key"], user=world.alice)
    return found


def _step(world: World) -> dict[str, Any]:
    take_step(Kind.APPROVE, [world.drafted.pk], rfp=world.rfp, user=world.alice)
    return {"moment": world.rfp.bulk_steps.get().moment.isoformat()}


def _second_version(world: World) -> None:
    answering.save_answer(world.drafted, text="New.", choice="No", expected_version=1, user=world.alice)


def _due(world: World) -> dict[str, Any]:
    return {"due_on": "2027-02-26"}


def _mark(world: World) -> None:
    mark_answer(world.drafted.answer, reason="A source changed.")


def _no_go(world: World) -> None:
    world.rfp.bid_decisions.create(decision="no_go", reason="Too late.", decided_by=world.alice)


def _group(world: World) -> None:
    join_group(world.reviewed, to=world.drafted)


def _drop(world: World) -> None:
    RFP.objects.filter(pk=world.rfp.pk).update(status=RFP.Status.DROPPED)


def _no_preview(world: World) -> None:
    RFPQuestionDocument.objects.update(preview_key="")


def _entry(world: World) -> dict[str, Any]:
    return {
        "solution": world.solution.pk,
        "question": "Is data encrypted?",
        "answer": "With AES-256.",
        "owner": world.alice.pk,
    }


def _details(world: World) -> dict[str, Any]:
    return {
        "title": "Another title",
        "customer": world.rfp.customer_id,
        "solutions": [world.solution.pk],
        "due_at": (timezone.now() + timedelta(days=30)).strftime("%Y-%m-%d %H:%M"),
    }


WRITES: dict[str, Write] = {
    "edit": Write(_details),
    "status": Write(lambda world: {"status": "submitted", "seen": world.rfp.status}),
    "delete": Write(),
    "upload_information": Write(lambda world: {"files": uploaded(b"Bids are due in May.", "note.txt")}),
    "summarise_information": Write(document="information"),
    "delete_information": Write(document="information"),
    "date_take": Write(lambda world: {"field": "due_at", "moment": "2027-05-12T12:00:00+00:00"}),
    "bid_assess": Write(lambda world: {"criterion": "risk", "version": 0, "score": "2"}),
    "bid_decide": Write(lambda world: {"decision": "go", "reason": "We can."}),
    "bid_drop": Write(before=_no_go),
    "bid_take_up": Write(before=_drop),
    "upload_workbook": Write(lambda world: {"files": uploaded(name="third.xlsx")}),
    "workbook": Write(lambda world: {"sheets": ["Questions"]} | _version(world), document="detected"),
    "delete_workbook": Write(document="detected"),
    "layout_correct": Write(
        lambda world: {"action": "not_questions", "selection": "2:2"} | _version(world), document="detected"
    ),
    "layout_undo": Write(_version, before=_correct, document="detected"),
    "layout_restart": Write(
        lambda world: {"start": "detection"} | _version(world), before=_correct, document="detected"
    ),
    "prepare_preview": Write(before=_no_preview, document="detected"),
    "revision_apply": Write(
        lambda world: {
            "of": world.imported.pk,
            "seen": compare_versions(world.detected, replaced=world.imported).digest,
        },
        document="detected",
    ),
    "export_create": Write(lambda world: {"content": "drafts"}),
    "answer_document_create": Write(lambda world: {"kind": "csv", "content": "drafts"}),
    "contradiction_dismiss": Write(before=_contradict),
    "contradiction_restore": Write(before=_dismiss),
    "draft": Write(),
    "bulk_redraft": Write(_chosen, writes=False),
    "bulk_redraft_start": Write(_chosen),
    "bulk_due": Write(lambda world: _chosen(world) | _due(world)),
    "question_due": Write(_due),
    "bulk_experts_assign": Write(lambda world: {"assign": [f"{world.open.pk}:{world.bob.pk}"]}),
    "here": Write(lambda world: {"question": world.drafted.pk}, writes=False),
    "view_save": Write(lambda world: {"name": "Ours", "shared": "on"}, query="?status=unapproved"),
    "view_rename": Write(lambda world: {"name": "Renamed"}),
    "view_delete": Write(),
    "view_default": Write(lambda world: {"default": "1"}),
    "bulk_approve": Write(_chosen),
    "bulk_submit": Write(_chosen),
    "bulk_undo": Write(before=_step),
    "bulk_assign": Write(lambda world: _chosen(world) | {"assignee": world.bob.pk}),
    "answer_save": Write(lambda world: {"text": "We do.", "choice": "Yes", "version": 1}),
    "answer_autosave": Write(lambda world: {"text": "We do.", "choice": "Yes", "version": 1}),
    "answer_preview": Write(lambda world: {"text": "We **do**."}, writes=False),
    "answer_redraft": Write(lambda world: {"instruction": "Shorter", "version": 1}),
    "answer_submit": Write(),
    "answer_reopen": Write(row="approved"),
    "answer_decline": Write(lambda world: {"reason": "Not ours to say"}),
    "answer_assign": Write(lambda world: {"assignee": world.bob.pk}),
    "answer_restore": Write(lambda world: {"restore": 1, "version": 2}, before=_second_version),
    "comment_add": Write(lambda world: {"text": "A word"}),
    "comment_delete": Write(),
    "group_join": Write(lambda world: {"other": world.reviewed.pk}),
    "group_leave": Write(before=_group),
    "further_save": Write(lambda world: {"seen": 0, "cell_E": "See page 4."}),
    "answer_keep": Write(before=_mark),
    "library_offer": Write(lambda world: {"solution": world.solution.pk, "question": [world.approved.pk]}),
    "library_offer_one": Write(_entry, row="approved"),
    "team": Write(lambda world: {"user": world.newcomer.pk, "role": "viewer"}),
    "member_role": Write(lambda world: {"role": "reviewer"}),
    "member_owner": Write(),
    "member_remove": Write(),
}


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
