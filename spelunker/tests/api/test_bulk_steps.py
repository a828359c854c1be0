"""What was approved or sent to review over the API is taken back there too: for an hour, by who did it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.models import User
from rfp_manager.models import RFP, BulkStep, Question, RFPMembership
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from spelunker.tests.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def questions(rfp: RFP) -> list[int]:
    """Two with a draft, one with nothing to approve."""
    document = QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")
    rows = [QuestionFactory(document=document) for _ in range(3)]
    for question in rows[:2]:
        answered(question)
    return [question.pk for question in rows]


def _statuses(questions: list[int]) -> list[str]:
    by_pk = dict(Question.objects.values_list("pk", "status"))
    return [by_pk[pk] for pk in questions]


def _take(caller: Caller, rfp: RFP, step: str, questions: list[int]) -> Any:
    return caller.post(f"/rfps/{rfp.pk}/questions/{step}", {"questions": questions}).json()


def _undo(caller: Caller, rfp: RFP, moment: str | None) -> Any:
    return caller.post(f"/rfps/{rfp.pk}/last-step/undo", {"moment": moment})


@pytest.mark.parametrize(("step", "after"), [("approve", "approved"), ("submit", "in_review")])
def test_a_step_is_taken_back_with_the_name_that_it_came_with(
    as_alice: Caller, rfp: RFP, questions: list[int], step: str, after: str
) -> None:
    taken = _take(as_alice, rfp, step, questions)
    assert (taken["changed"], taken["skipped"]) == (2, 1)
    assert _statuses(questions) == [after, after, "unanswered"]
    last = as_alice.get(f"/rfps/{rfp.pk}/last-step").json()
    assert (last["kind"], last["changed"], last["moment"]) == (step, 2, taken["moment"])
    undone = _undo(as_alice, rfp, taken["moment"])
    assert (undone.status_code, undone.json()) == (200, {"changed": 2, "skipped": 0})
    assert _statuses(questions) == ["drafted", "drafted", "unanswered"]
    assert as_alice.get(f"/rfps/{rfp.pk}/last-step").status_code == 404
    again = _undo(as_alice, rfp, taken["moment"])
    assert (again.status_code, again.json()["type"]) == (409, "urn:spelunker:problem:wrong-state")


def test_what_changed_nothing_has_no_way_back(as_alice: Caller, rfp: RFP, questions: list[int]) -> None:
    assert _take(as_alice, rfp, "approve", questions[2:]) == {"changed": 0, "skipped": 1, "moment": None}
    assert as_alice.get(f"/rfps/{rfp.pk}/last-step").status_code == 404


def test_an_older_step_is_not_taken_back_in_place_of_the_last(
    as_alice: Caller, rfp: RFP, questions: list[int]
) -> None:
    first = _take(as_alice, rfp, "approve", questions[:1])
    _take(as_alice, rfp, "approve", questions[1:2])
    assert _undo(as_alice, rfp, first["moment"]).status_code == 409
    assert _statuses(questions[:2]) == ["approved", "approved"]


def test_after_an_hour_it_stands(as_alice: Caller, rfp: RFP, questions: list[int]) -> None:
    _take(as_alice, rfp, "approve", questions)
    BulkStep.objects.update(moment=timezone.now() - timedelta(minutes=61))
    moment = BulkStep.objects.get().moment.isoformat()
    assert _undo(as_alice, rfp, moment).status_code == 409
    assert as_alice.get(f"/rfps/{rfp.pk}/last-step").status_code == 404


def test_what_was_changed_since_stays(as_alice: Caller, rfp: RFP, questions: list[int]) -> None:
    taken = _take(as_alice, rfp, "approve", questions)
    as_alice.post(f"/rfps/{rfp.pk}/questions/{questions[0]}/answer/reopen")
    assert _undo(as_alice, rfp, taken["moment"]).json() == {"changed": 1, "skipped": 1}


def test_it_is_nobody_elses_and_takes_the_role_that_the_step_took(
    as_alice: Caller, as_bob: Caller, bob: User, rfp: RFP, questions: list[int]
) -> None:
    taken = _take(as_alice, rfp, "approve", questions[:1])
    assert _undo(as_bob, rfp, taken["moment"]).status_code == 409
    RFPMembership.objects.filter(user=bob).update(role="reviewer")
    own = _take(as_bob, rfp, "approve", questions[1:2])
    RFPMembership.objects.filter(user=bob).update(role="contributor")
    assert _undo(as_bob, rfp, own["moment"]).status_code == 403
    assert _statuses(questions[:2]) == ["approved", "approved"]


def test_the_page_offers_what_the_api_did(
    as_alice: Caller, alice: User, rfp: RFP, questions: list[int], client: Any
) -> None:
    _take(as_alice, rfp, "approve", questions)
    client.force_login(alice)
    assert "You approved 2 answers" in client.get(f"/rfps/{rfp.pk}/questions/").content.decode()
