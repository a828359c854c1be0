"""A confirmed layout is offered to whoever uploads the form again, and tells nothing of what stood in it."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import jobs
from core.models import Job, User
from rfp_manager.models import RFP, LayoutMemory, RFPQuestionDocument
from rfp_manager.services.excel_processor import import_questions
from rfp_manager.services.layouts import correct_layout, restart_layout
from rfp_manager.services.uploads import add_question_workbook
from rfp_manager.tests.detection_texts import QUESTIONS, REQUIREMENTS
from rfp_manager.tests.factories import RFPFactory
from rfp_manager.tests.two_tables import two_tables
from rfp_manager.tests.workbook_factory import Sheet, build, heading
from rfp_manager.tests.workbooks import uploaded
from rfp_manager.workbooks.detection.corrections import Correction, Selection

pytestmark = pytest.mark.django_db


def take_in(rfp: RFP, user: User, content: bytes) -> RFPQuestionDocument:
    document, job = add_question_workbook(rfp, upload=uploaded(content), user=user)
    jobs.execute(job.pk)
    document.refresh_from_db()
    return document


def confirm(document: RFPQuestionDocument, user: User) -> None:
    import_questions(document, sheets=["Form"], user=user)
    job = Job.objects.filter(kind="remember_layout").latest("created_at")
    jobs.execute(job.pk)


@pytest.fixture
def remembered(rfp: RFP, alice: User) -> RFPQuestionDocument:
    """Alice took two rows out of the form and imported it."""
    document = take_in(rfp, alice, two_tables().getvalue())
    correction = Correction("not_questions", Selection.parse("B3:B4"))
    correct_layout(document, sheet="Form", correction=correction, version=document.layout_version, user=alice)
    confirm(document, alice)
    return document


@pytest.fixture
def again(remembered: RFPQuestionDocument, charlie: User) -> RFPQuestionDocument:
    """The same form, in an RFP of Charlie's, who is not on Alice's team."""
    return take_in(RFPFactory(owner=charlie), charlie, two_tables().getvalue())


def rows(document: RFPQuestionDocument) -> list[int]:
    return [question["row"] for sheet in document.layout["sheets"] for question in sheet["questions"]]


def test_the_same_form_is_mapped_without_asking(
    again: RFPQuestionDocument, client: Client, charlie: User
) -> None:
    memory = LayoutMemory.objects.get()
    assert again.layout_memory == memory
    assert memory.times_used == 1
    assert rows(again) == [2, *range(5, 8), *range(11, 17)]
    client.force_login(charlie)
    page = client.get(reverse("rfp_manager:workbook", args=[again.rfp_id, again.pk])).content.decode()
    assert "This form was mapped before" in page
    assert "Alice" in page
    assert again.layout_status == "detected"


def test_fresh_detection_is_used_instead_and_the_memory_taken_back(
    again: RFPQuestionDocument, client: Client, charlie: User
) -> None:
    client.force_login(charlie)
    url = reverse("rfp_manager:layout_restart", args=[again.rfp_id, again.pk])
    page = client.post(
        url, {"start": "detection", "version": again.layout_version}, follow=True
    ).content.decode()
    again.refresh_from_db()
    assert again.layout_memory is None
    assert rows(again) == [*range(2, 8), *range(11, 17)]
    assert "Use that mapping" in page
    client.post(url, {"start": "memory", "version": again.layout_version})
    again.refresh_from_db()
    assert rows(again) == [2, *range(5, 8), *range(11, 17)]


def test_corrections_go_on_from_the_memory(again: RFPQuestionDocument, charlie: User) -> None:
    correction = Correction("questions", Selection.parse("B3"))
    correct_layout(again, sheet="Form", correction=correction, version=again.layout_version, user=charlie)
    assert rows(again) == [2, 3, *range(5, 8), *range(11, 17)]


def test_the_memory_holds_nothing_that_stood_in_the_form(remembered: RFPQuestionDocument) -> None:
    memory = LayoutMemory.objects.get()
    kept = json.dumps([memory.sheets, memory.name, memory.sheet_fingerprints, memory.fingerprint])
    secrets = [
        *QUESTIONS,
        *REQUIREMENTS,
        "A-01",
        remembered.title,
        remembered.rfp.title,
        remembered.rfp.customer.name,
    ]
    assert not [text for text in secrets if text in kept]
    assert memory.name == "Form"


def test_remembering_twice_keeps_one_memory_of_the_last_confirmation(
    again: RFPQuestionDocument, charlie: User
) -> None:
    restart_layout(again, start="detection", version=again.layout_version)
    confirm(again, charlie)
    job = Job.objects.filter(kind="remember_layout").latest("created_at")
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, attempts=0)
    jobs.execute(job.pk)
    memory = LayoutMemory.objects.get()
    assert memory.confirmed_by == charlie
    assert memory.sheets[memory.sheet_fingerprints[0]]["tables"][0]["rows"] == [[2, 7]]


def test_a_form_with_another_sheet_is_known_as_well(remembered: Any, charlie: User) -> None:
    smaller = take_in(RFPFactory(owner=charlie), charlie, two_tables(notes=False).getvalue())
    assert smaller.fingerprint != LayoutMemory.objects.get().fingerprint
    assert rows(smaller) == [2, *range(5, 8), *range(11, 17)]


def test_another_form_is_not_taken_for_it(remembered: Any, charlie: User) -> None:
    body = [[f"A-{n}", text, ""] for n, text in enumerate(QUESTIONS, 1)]
    other = build(Sheet("Form", [heading("No.", "Question", "Reply"), *body])).getvalue()
    document = take_in(RFPFactory(owner=charlie), charlie, other)
    assert document.layout_memory is None
    assert len(rows(document)) == len(QUESTIONS)


def test_detecting_twice_counts_one_use(again: RFPQuestionDocument) -> None:
    job = Job.objects.filter(kind="detect_layout").latest("created_at")
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, attempts=0)
    jobs.execute(job.pk)
    assert LayoutMemory.objects.get().times_used == 1
