"""What was approved or sent to review in bulk is taken back as it was, by who did it, for a while."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from rfp_manager.models import RFP, BulkStep, Question
from rfp_manager.services import answering
from rfp_manager.services.bulk_steps import find_last_step, take_step, undo_step
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered

pytestmark = pytest.mark.django_db

Status = Question.Status


@pytest.fixture
def questions(rfp: RFP) -> list[Any]:
    """One drafted, one in review, one with nothing to approve."""
    document = QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")
    drafted, reviewed, silent = (QuestionFactory(document=document) for _ in range(3))
    for question, status in ((drafted, Status.DRAFTED), (reviewed, Status.IN_REVIEW)):
        answered(question)
        Question.objects.filter(pk=question.pk).update(status=status)
    return [drafted, reviewed, silent]


def _statuses(questions: list[Any]) -> list[str]:
    by_pk = dict(Question.objects.values_list("pk", "status"))
    return [by_pk[question.pk] for question in questions]


def _approve(rfp: RFP, questions: list[Any], user: User) -> BulkStep:
    take_step(BulkStep.Kind.APPROVE, [question.pk for question in questions], rfp=rfp, user=user)
    step = find_last_step(rfp, user=user)
    assert step is not None
    return step


def test_approved_answers_stand_as_they_stood(rfp: RFP, questions: list[Any], alice: User) -> None:
    step = _approve(rfp, questions, alice)
    assert step.number == 2
    assert _statuses(questions) == ["approved", "approved", "unanswered"]
    assert undo_step(step, user=alice) == 2
    assert _statuses(questions) == ["drafted", "in_review", "unanswered"]
    assert questions[0].answer.__class__.objects.filter(approved_by=None, approved_at=None).count() == 2
    assert find_last_step(rfp, user=alice) is None


def test_what_there_was_to_look_at_is_there_again(rfp: RFP, questions: list[Any], alice: User) -> None:
    answer = questions[0].answer
    answer.outdated_at, answer.outdated_reason = timezone.now(), "“guide.pdf” changed."
    answer.save()
    Question.objects.filter(pk=questions[0].pk).update(previous_text="As it was asked before")
    undo_step(_approve(rfp, questions, alice), user=alice)
    again = Question.objects.get(pk=questions[0].pk)
    assert again.previous_text == "As it was asked before"
    assert (again.answer.outdated_at, again.answer.outdated_reason) == (
        answer.outdated_at,
        "“guide.pdf” changed.",
    )


def test_what_was_changed_since_stays(rfp: RFP, questions: list[Any], alice: User) -> None:
    step = _approve(rfp, questions, alice)
    answering.reopen([questions[0].pk], rfp=rfp)
    answering.reopen([questions[1].pk], rfp=rfp)
    answering.approve([questions[1].pk], rfp=rfp, user=alice)
    assert undo_step(step, user=alice) == 0
    assert _statuses(questions) == ["drafted", "approved", "unanswered"]


def test_sending_to_review_is_taken_back(rfp: RFP, questions: list[Any], bob: User) -> None:
    pks = [question.pk for question in questions]
    take_step(BulkStep.Kind.SUBMIT, pks, rfp=rfp, user=bob)
    step = find_last_step(rfp, user=bob)
    assert step is not None and step.number == 1
    assert undo_step(step, user=bob) == 1
    assert _statuses(questions) == ["drafted", "in_review", "unanswered"]


def test_the_list_offers_it_to_who_did_it_for_an_hour(
    client: Client, rfp: RFP, questions: list[Any], alice: User, bob: User
) -> None:
    data = {"question": [question.pk for question in questions]}
    client.force_login(alice)
    client.post(reverse("rfp_manager:bulk_approve", args=[rfp.pk]), data)
    url = reverse("rfp_manager:questions", args=[rfp.pk])
    page = client.get(url)
    assert "You approved 2 answers" in page.content.decode()
    moment = page.context["last_step"].moment.isoformat()
    client.force_login(bob)
    assert client.get(url).context["last_step"] is None
    client.force_login(alice)
    undo = reverse("rfp_manager:bulk_undo", args=[rfp.pk])
    done = client.post(undo, {"moment": moment}, follow=True)
    assert "2 are as they were before." in done.content.decode()
    assert (
        "There is nothing to take back."
        in client.post(undo, {"moment": moment}, follow=True).content.decode()
    )
    client.post(reverse("rfp_manager:bulk_approve", args=[rfp.pk]), data)
    BulkStep.objects.update(moment=timezone.now() - timedelta(minutes=61))
    assert client.get(url).context["last_step"] is None


def test_a_page_that_shows_an_earlier_step_takes_back_nothing(
    client: Client, rfp: RFP, questions: list[Any], alice: User
) -> None:
    _approve(rfp, questions, alice)
    client.force_login(alice)
    client.post(reverse("rfp_manager:bulk_undo", args=[rfp.pk]), {"moment": "2026-01-01T00:00:00+00:00"})
    assert _statuses(questions) == ["approved", "approved", "unanswered"]


def test_who_may_no_longer_approve_takes_no_approval_back(
    client: Client, rfp: RFP, questions: list[Any], bob: User
) -> None:
    step = _approve(rfp, questions, bob)
    client.force_login(bob)
    data = {"moment": step.moment.isoformat()}
    assert client.post(reverse("rfp_manager:bulk_undo", args=[rfp.pk]), data).status_code == 403
