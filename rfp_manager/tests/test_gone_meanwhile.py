"""Somebody deletes the workbook between the look and the step: words, not a failure, and nothing half done."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from core import jobs
from core.models import Job, User
from core.storage import delete_objects
from rfp_manager.api import answers as answers_api
from rfp_manager.api import workbooks as workbooks_api
from rfp_manager.exceptions import GoneMeanwhile
from rfp_manager.models import RFP, Answer, BidDecision, Question, RFPQuestionDocument
from rfp_manager.services import answering, bids, revision_comparison, revisions
from rfp_manager.services.excel_processor import import_questions
from rfp_manager.services.uploads import add_question_workbook
from rfp_manager.tests.factories import QuestionFactory, answered
from rfp_manager.tests.workbooks import QUESTIONS, question_workbook, uploaded
from rfp_manager.views import documents as documents_view
from rfp_manager.views import revisions as revisions_view
from themis.services.api_keys import create_api_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def detected(rfp: RFP, alice: User) -> Callable[[str], RFPQuestionDocument]:
    def make(name: str) -> RFPQuestionDocument:
        book = question_workbook([*QUESTIONS, ("Access", "Z-1", name)])
        document, job = add_question_workbook(rfp, upload=uploaded(book, name), user=alice)
        jobs.execute(job.pk)
        document.refresh_from_db()
        return document

    return make


def after_deleting(row: Model, step: Callable[..., Any]) -> Callable[..., Any]:
    """`step`, but for somebody who was quicker."""

    def late(*args: Any, **kwargs: Any) -> Any:
        type(row)._default_manager.filter(pk=row.pk).delete()
        return step(*args, **kwargs)

    return late


@pytest.mark.parametrize("gone", ["new", "replaced"])
def test_a_new_version_is_not_put_in_place_of_what_was_deleted(
    client: Client,
    rfp: RFP,
    alice: User,
    detected: Callable[[str], RFPQuestionDocument],
    monkeypatch: pytest.MonkeyPatch,
    gone: str,
) -> None:
    first, second = detected("first.xlsx"), detected("second.xlsx")
    import_questions(first, sheets=["Questions"], user=alice)
    first.refresh_from_db()
    seen = revision_comparison.compare_versions(second, replaced=first).digest
    victim, other = (second, first) if gone == "new" else (first, second)
    monkeypatch.setattr(
        revisions_view, "apply_revision", after_deleting(victim, revisions_view.apply_revision)
    )
    client.force_login(alice)
    before = RFPQuestionDocument.objects.values("layout_status", "revision").get(pk=other.pk)
    asked = first.questions.count()
    url = reverse("rfp_manager:revision_apply", args=[rfp.pk, second.pk])
    response = client.post(url, {"of": first.pk, "seen": seen}, follow=True)
    assert response.status_code == 200
    assert "deleted in the meantime" in response.content.decode()
    assert RFPQuestionDocument.objects.values("layout_status", "revision").get(pk=other.pk) == before
    assert rfp.questions.count() == (asked if gone == "new" else 0)


def test_a_workbook_whose_file_went_with_it_is_said_to_be_deleted(
    rfp: RFP, alice: User, detected: Callable[[str], RFPQuestionDocument]
) -> None:
    first, second = detected("first.xlsx"), detected("second.xlsx")
    import_questions(first, sheets=["Questions"], user=alice)
    for sheet in second.layout["sheets"]:
        for question in sheet["questions"]:
            question["answers"][0]["filled"] = True
    RFPQuestionDocument.objects.filter(pk=second.pk).delete()
    delete_objects([second.s3_key])
    with pytest.raises(GoneMeanwhile):
        revisions.apply_revision(second, replaced=first, seen="", user=alice)


def test_the_questions_of_a_deleted_workbook_are_not_imported(
    client: Client,
    rfp: RFP,
    alice: User,
    detected: Callable[[str], RFPQuestionDocument],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page, program = detected("page.xlsx"), detected("program.xlsx")
    jobs_before = Job.objects.count()
    monkeypatch.setattr(documents_view, "import_questions", after_deleting(page, import_questions))
    monkeypatch.setattr(workbooks_api, "import_questions", after_deleting(program, import_questions))
    client.force_login(alice)
    url = reverse("rfp_manager:workbook", args=[rfp.pk, page.pk])
    response = client.post(url, {"sheets": ["Questions"]}, follow=True)
    assert response.status_code == 200
    assert "deleted in the meantime" in response.content.decode()
    answer = _program(client, alice, "post", f"question-documents/{program.pk}/confirm", rfp, {})
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:spelunker:problem:gone")
    assert "deleted in the meantime" in answer.json()["detail"]
    assert (rfp.questions.count(), Job.objects.count()) == (0, jobs_before)


@pytest.mark.parametrize("route", ["answer_save", "answer_autosave"])
def test_words_for_a_question_that_is_gone_stay_in_the_form(
    client: Client, rfp: RFP, alice: User, monkeypatch: pytest.MonkeyPatch, route: str
) -> None:
    question = QuestionFactory(document__rfp=rfp)
    answered(question)
    monkeypatch.setattr(answering, "save_answer", after_deleting(question.document, answering.save_answer))
    client.force_login(alice)
    url = reverse(f"rfp_manager:{route}", args=[rfp.pk, question.pk])
    sent = {"text": "Backups run nightly, says Alice.", "version": 1}
    response = client.post(url, sent, headers={"HX-Request": "true"})
    assert response.status_code == (422 if route == "answer_save" else 200)
    page = response.content.decode()
    assert "was deleted or dropped" in page
    if route == "answer_save":
        assert sent["text"] in page
    assert not Answer.objects.filter(text=sent["text"]).exists()


def test_a_program_is_told_that_the_question_is_gone(
    client: Client, rfp: RFP, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    question: Question = QuestionFactory(document__rfp=rfp)
    late = after_deleting(question.document, answering.save_answer)
    monkeypatch.setattr(answers_api.answering, "save_answer", late)
    answer = _program(
        client, alice, "put", f"questions/{question.pk}/answer", rfp, {"text": "Yes", "version": 0}
    )
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:spelunker:problem:gone")


def test_a_program_is_told_that_a_deletion_overtook_it(
    client: Client, rfp: RFP, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as at the end of a transaction
    monkeypatch.setattr(bids, "decide", after_deleting(rfp, bids.decide))
    body = {"decision": "go", "reason": "We can."}
    answer = _program(client, alice, "post", "bid/decisions", rfp, body)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:spelunker:problem:overtaken")
    assert not BidDecision.objects.exists()


def _program(client: Client, user: User, method: str, path: str, rfp: RFP, body: dict[str, Any]) -> Any:
    _key, text = create_api_key(user, name="test", scopes=["read", "write"])
    return getattr(client, method)(
        f"/api/v1/rfps/{rfp.pk}/{path}",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {text}"},
    )
