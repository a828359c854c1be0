"""How far an RFP is, wherever it stands: what the customer no longer asks counts neither as asked nor as approved."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from rfp_manager.models import RFP, Question
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(rfp: RFP) -> Question:
    """Open, beside an approved one that a newer workbook has dropped."""
    document = QuestionDocumentFactory(rfp=rfp)
    dropped = QuestionFactory(document=document, status=Question.Status.APPROVED, removed_at=timezone.now())
    answered(dropped)
    return QuestionFactory(document=document)


def test_history_is_no_progress(client: Client, rfp: RFP, alice: User, asked: Question) -> None:
    client.force_login(alice)
    (listed,) = client.get(reverse("rfp_manager:list")).context["page"]
    panels = client.get("/").context["panels"]
    (open_one,) = next(panel.context["rfps"] for panel in panels if "rfps" in panel.context)
    api = client.get(f"/api/v1/rfps/{rfp.pk}").json()
    (document,) = client.get(f"/api/v1/rfps/{rfp.pk}/question-documents").json()["items"]
    assert (listed.question_count, listed.approved_count) == (1, 0)
    assert (open_one.question_count, open_one.approved_count) == (1, 0)
    assert (api["question_count"], api["approved_count"]) == (1, 0)
    assert document["question_count"] == 1
