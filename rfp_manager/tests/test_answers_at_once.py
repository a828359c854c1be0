"""Two people, or a person and a sync, at one answer in the same moment: no step is lost, and none waits for ever."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from core.models import User
from rfp_manager.exceptions import TransitionRefused
from rfp_manager.models import RFP, Answer, Citation, Question
from rfp_manager.services import answer_versions, answering
from rfp_manager.services.library_offers import offer_answer
from rfp_manager.services.outdated import mark_answers_citing
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from solution_library.models import LibraryAnswer
from solution_library.tests.factories import DocumentFactory, SolutionFactory

pytestmark = pytest.mark.django_db(transaction=True)

Status = Question.Status
# Long enough for another thread to come as far as it can.
A_MOMENT = 1.0


@pytest.fixture
def question(rfp: RFP) -> Question:
    question = QuestionFactory(document=QuestionDocumentFactory(rfp=rfp))
    answered(question)
    return question


class Elsewhere(threading.Thread):
    """Somebody else's step, on a connection of its own; `failure` is what it raised."""

    def __init__(self, step: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.step = step
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            self.step()
        except Exception as error:  # noqa: BLE001 - looked at in the test's own thread
            self.failure = error
        finally:
            connection.close()


def test_what_is_saved_right_after_an_approval_is_not_approved_unseen(
    question: Question, alice: User, bob: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bobs_words() -> None:
        answering.save_answer(question, text="Bob's words.", choice="", expected_version=2, user=bob)

    bobs = Elsewhere(bobs_words)
    approve = answering.approve

    def approve_late(*args: Any, **kwargs: Any) -> Any:
        bobs.start()
        bobs.join(A_MOMENT)
        return approve(*args, **kwargs)

    monkeypatch.setattr(answering, "approve", approve_late)
    client.force_login(alice)
    address = reverse("rfp_manager:answer_save", args=[question.rfp_id, question.pk])
    client.post(address, {"text": "Alice's words.", "version": "1", "approve": "yes"})
    bobs.join()
    answer = Answer.objects.get(question=question)
    assert (answer.text, answer.approved_by) == ("Alice's words.", alice)
    assert isinstance(bobs.failure, TransitionRefused)


@pytest.mark.parametrize("approve", [{}, {"approve": "yes"}])
def test_words_that_come_after_an_approval_are_shown_to_be_copied(
    question: Question, alice: User, client: Client, approve: dict[str, str]
) -> None:
    answering.approve([question.pk], rfp=question.rfp, user=alice)
    client.force_login(alice)
    address = reverse("rfp_manager:answer_save", args=[question.rfp_id, question.pk])
    for header in ({}, {"HX-Request": "true"}):
        answer = client.post(
            address, {"text": "Words typed meanwhile.", "version": "1"} | approve, headers=header
        )
        assert answer.status_code == 422
        assert "What you had written, to copy" in answer.content.decode()
        assert "Words typed meanwhile." in answer.content.decode()


def test_approving_and_reopening_at_once_do_not_wait_for_each_other(
    question: Question, alice: User, rfp: RFP
) -> None:
    Question.objects.update(status=Status.IN_REVIEW)  # which may be approved and be reopened
    other = Elsewhere(lambda: answering.reopen([question.pk], rfp=rfp))
    with transaction.atomic():
        Question.objects.select_for_update().get(pk=question.pk)
        other.start()
        other.join(A_MOMENT)
        Answer.objects.filter(question=question).update(approved_by=alice)
    other.join()
    assert other.failure is None


def test_a_source_that_changes_while_somebody_types_leaves_its_mark(
    question: Question, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = DocumentFactory()
    Citation.objects.create(
        answer=question.answer, sentence_index=0, source_title="T", quote="Words.", document=document
    )
    sync = Elsewhere(lambda: mark_answers_citing(document, reason="“T” has changed."))
    save_version = answer_versions.save_version

    def save_late(*args: Any, **kwargs: Any) -> None:
        sync.start()
        sync.join(A_MOMENT)
        save_version(*args, **kwargs)

    monkeypatch.setattr(answering, "save_version", save_late)
    answering.save_answer(
        question, text="Typing on. Words.", choice="", expected_version=1, user=alice, autosaved=True
    )
    sync.join()
    answer = Answer.objects.get(question=question)
    assert (answer.text, answer.outdated_reason) == ("Typing on. Words.", "“T” has changed.")


def test_two_who_offer_an_answer_at_once_make_one_entry(question: Question, rfp: RFP, alice: User) -> None:
    solution = SolutionFactory()
    rfp.solutions.add(solution)
    answering.approve([question.pk], rfp=rfp, user=alice)
    answer = Answer.objects.get(question=question)

    def offer() -> None:
        offer_answer(answer, solution=solution, question="Asked?", text="Said.", choice="", owner=alice)

    other = Elsewhere(offer)
    with transaction.atomic():
        offer()
        other.start()
        other.join(A_MOMENT)
    other.join()
    assert other.failure is None
    assert LibraryAnswer.objects.count() == 1
