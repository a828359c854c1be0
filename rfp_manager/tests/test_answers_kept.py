"""Words and decisions that a later save must not take away: new wordings, what was typed, a decline."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from rag.services.drafting import Draft
from rfp_manager.exceptions import AnswerConflict
from rfp_manager.models import RFP, Answer, Question, QuestionGroup
from rfp_manager.services import answering
from rfp_manager.services.group_answers import copy_to_group
from rfp_manager.services.saved_drafts import save_draft
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered

pytestmark = pytest.mark.django_db

Status = Question.Status
DRAFT = Draft(
    text="For a year.",
    choice="Yes",
    status="supported",
    confidence=0.8,
    origin="extractive",
    missing="",
    sentences=(),
)


@pytest.fixture
def question(rfp: RFP) -> Question:
    return QuestionFactory(document=QuestionDocumentFactory(rfp=rfp))


def change(question: Question, **fields: Any) -> None:
    """As a colleague's import of a newer workbook does, while a run holds the question as it was."""
    Question.objects.filter(pk=question.pk).update(**fields)


def cells(question: Question, *allowed: str, row: int = 2) -> list[dict[str, Any]]:
    first, *others = question.answer_cells
    return [first | {"cell": f"C{row}", "allowed": list(allowed)}, *others]


def test_a_draft_for_the_old_wording_is_not_saved_under_the_new_one(question: Question) -> None:
    answered(question, text="As before.")
    change(question, text="How long are logs kept, in months?", previous_text=question.text)
    assert not save_draft(question, DRAFT)
    found = Question.objects.get()
    assert (found.previous_text, found.answer.text) == (question.text, "As before.")


def test_a_draft_for_other_choices_is_not_saved(question: Question) -> None:
    change(question, answer_cells=cells(question, "Full", "None"))
    assert not save_draft(question, DRAFT)
    assert not Answer.objects.exists()


def test_a_draft_for_a_question_that_only_moved_is_saved(question: Question) -> None:
    change(question, row=40, answer_cells=cells(question, "Yes", "No", row=40))
    assert save_draft(question, DRAFT)


@pytest.fixture
def typed(question: Question, bob: User) -> Question:
    """Version 1 is a draft, version 2 what Bob has typed and not saved himself yet."""
    answered(question)
    answering.save_answer(
        question, text="What Bob typed.", choice="Yes", expected_version=1, user=bob, autosaved=True
    )
    return question


def texts(question: Question) -> list[str]:
    return [row.text for row in Answer.objects.get(question=question).versions.all()]


def test_restoring_keeps_what_was_typed_last(typed: Question, bob: User) -> None:
    answering.restore_version(typed, version=1, expected_version=2, user=bob)
    assert texts(typed)[1] == "What Bob typed."


def test_using_an_answer_everywhere_keeps_what_was_typed_there(typed: Question, bob: User) -> None:
    other = QuestionFactory(document=typed.document)
    answered(other, text="Of the other.")
    group = QuestionGroup.objects.create(rfp=typed.rfp)
    Question.objects.filter(pk__in=[typed.pk, other.pk]).update(group=group)
    other.refresh_from_db()
    copy_to_group(other, user=bob)
    assert texts(typed)[:2] == ["Of the other.", "What Bob typed."]


def test_saving_what_was_typed_is_still_one_version(typed: Question, bob: User, client: Client) -> None:
    client.force_login(bob)
    data = {"text": "What Bob typed. And saved.", "choice": "Yes", "version": 2}
    client.post(reverse("rfp_manager:answer_save", args=[typed.rfp_id, typed.pk]), data)
    assert texts(typed) == ["What Bob typed. And saved.", "Data is encrypted at rest with AES-256."]


def test_an_autosave_does_not_undo_a_decline(typed: Question, bob: User, client: Client) -> None:
    answering.decline(typed, reason="Not in the tender's scope")
    client.force_login(bob)
    data = {"text": "Bob goes on typing.", "choice": "Yes", "version": 2}
    url = reverse("rfp_manager:answer_autosave", args=[typed.rfp_id, typed.pk])
    response = client.post(url, data, headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert "declined meanwhile: Not in the tender&#x27;s scope" in response.content.decode()
    found = Question.objects.get()
    assert (found.status, found.status_reason) == (Status.DECLINED, "Not in the tender's scope")
    assert found.answer.text == "What Bob typed."


def test_an_explicit_save_takes_a_declined_question_up_again(typed: Question, bob: User) -> None:
    answering.decline(typed, reason="Not in scope")
    with pytest.raises(AnswerConflict, match="Not in scope"):
        answering.save_answer(
            typed, text="What Bob typed.", choice="No", expected_version=2, user=bob, autosaved=True
        )
    answering.save_answer(typed, text="Our answer.", choice="Yes", expected_version=2, user=bob)
    assert Question.objects.get().status == Status.DRAFTED
