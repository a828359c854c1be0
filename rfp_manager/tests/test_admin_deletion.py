"""Deleting RFPs and their files in the admin takes along what they stored, as on the pages."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from core.tests.factories import UserFactory
from rfp_manager.models import RFP, Answer, Comment, RFPQuestionDocument
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def workbook(rfp: RFP) -> RFPQuestionDocument:
    """With an answered question that somebody commented: parts that the admin deletes by themselves never."""
    question = QuestionFactory(document=QuestionDocumentFactory(rfp=rfp))
    answered(question)
    Comment.objects.create(question=question, author=rfp.owner, text="Look again.")
    return question.document


def delete(client: Client, row: Any) -> str:
    name = f"admin:rfp_manager_{row._meta.model_name}_delete"
    url = reverse(name, args=[row.pk])
    asked = client.get(url).content.decode()
    client.post(url, {"post": "yes"})
    return asked


@pytest.mark.parametrize("deletes", ["rfp", "workbook"])
def test_files_go_along(
    administrator: Client, workbook: RFPQuestionDocument, deletes: str, django_capture_on_commit_callbacks
) -> None:
    key = workbook.s3_key
    assert default_storage.exists(key)
    with django_capture_on_commit_callbacks(execute=True):
        asked = delete(administrator, workbook.rfp if deletes == "rfp" else workbook)
    assert "questions: 1" in asked
    assert not RFPQuestionDocument.objects.exists()
    assert RFP.objects.exists() == (deletes != "rfp")
    assert not default_storage.exists(key)


def test_an_answer_is_not_deleted_under_its_question(
    administrator: Client, workbook: RFPQuestionDocument
) -> None:
    answer = Answer.objects.get()
    url = reverse("admin:rfp_manager_answer_delete", args=[answer.pk])
    assert administrator.post(url, {"post": "yes"}).status_code == 403
