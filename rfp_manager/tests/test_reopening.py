"""What a reviewer approves in this very moment is not opened again by somebody who may not."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from rfp_manager.models import RFP, Question
from rfp_manager.services import answering
from rfp_manager.tests.factories import QuestionFactory, answered
from themis.services.api_keys import create_api_key

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("way", ["page", "api"])
def test_an_approval_after_the_look_stands(
    client: Client, rfp: RFP, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    question: Question = QuestionFactory(document__rfp=rfp)
    answered(question)
    answering.submit_for_review([question.pk], rfp=rfp)
    reopen = answering.reopen

    def late(*args: Any, **kwargs: Any) -> answering.BulkResult:
        answering.approve([question.pk], rfp=rfp, user=alice)
        return reopen(*args, **kwargs)

    monkeypatch.setattr(answering, "reopen", late)
    if way == "page":
        client.force_login(bob)
        status = client.post(reverse("rfp_manager:answer_reopen", args=[rfp.pk, question.pk])).status_code
        assert status == 302
    else:
        _key, text = create_api_key(bob, name="test", scopes=["read", "write"])
        url = f"/api/v1/rfps/{rfp.pk}/questions/{question.pk}/answer/reopen"
        assert client.post(url, headers={"Authorization": f"Bearer {text}"}).status_code == 409
    question.refresh_from_db()
    assert (question.status, question.answer.approved_by) == ("approved", alice)
