"""An approved answer is told to other programs: with ids and a link, and without a word of the bid."""

import json
from collections.abc import Callable

import pytest

from core.models import User
from rfp_manager.models import RFP, Question
from rfp_manager.services.answering import approve
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from themis.models import WebhookDelivery
from themis.tests.factories import make_endpoint

pytestmark = pytest.mark.django_db


def test_every_approved_answer_is_told_and_what_was_skipped_is_not(rfp: RFP, alice: User) -> None:
    make_endpoint(events=["answer.approved"])
    document = QuestionDocumentFactory(rfp=rfp)
    told, silent = QuestionFactory(document=document), QuestionFactory(document=document)
    answered(told)
    Question.objects.update(status=Question.Status.IN_REVIEW)
    approve([told.pk, silent.pk], rfp=rfp, user=alice)

    delivery = WebhookDelivery.objects.get()
    assert delivery.kind == "answer.approved"
    assert delivery.data == {
        "rfp": rfp.pk,
        "question": told.pk,
        "url": f"/rfps/{rfp.pk}/questions/{told.pk}/",
    }
    sent = json.dumps(delivery.data)
    for text in (told.text, told.answer.text, rfp.title, str(rfp.customer), alice.email):
        assert text not in sent


def test_many_at_once_cost_two_more_queries_than_nobody_listening(
    rfp: RFP, alice: User, django_assert_max_num_queries: Callable
) -> None:
    make_endpoint(events=["answer.approved"])
    document = QuestionDocumentFactory(rfp=rfp)
    questions = [QuestionFactory(document=document) for _ in range(10)]
    for question in questions:
        answered(question)
    with django_assert_max_num_queries(10):
        approve([question.pk for question in questions], rfp=rfp, user=alice)
    assert WebhookDelivery.objects.count() == 10
