"""One answer over the API: read, written against its version, submitted, approved, reopened."""

from collections.abc import Callable

import pytest

from core.models import Job, User
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from spelunker.tests.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(rfp: RFP) -> Question:
    question = QuestionFactory(document=QuestionDocumentFactory(rfp=rfp, layout_status="confirmed"))
    answered(question)
    return question


@pytest.fixture
def path(question: Question) -> str:
    return f"/rfps/{question.rfp_id}/questions/{question.pk}/answer"


def test_an_answer_is_written_with_a_new_version(as_bob: Caller, path: str) -> None:
    before = as_bob.get(path).json()
    assert (before["version"], before["origin"]) == (1, "extractive")
    response = as_bob.put(path, {"text": "Yes, with AES-256.", "choice": "Yes", "version": 1})
    assert response.status_code == 200
    after = response.json()
    assert (after["text"], after["version"], after["origin"]) == ("Yes, with AES-256.", 2, "human")
    assert after["edited_by"]["name"] == "Bob Baker"


def test_the_second_of_two_writers_gets_409_and_overwrites_nothing(
    as_alice: Caller, as_bob: Caller, path: str
) -> None:
    assert as_bob.put(path, {"text": "Bob's", "version": 1}).status_code == 200
    response = as_alice.put(path, {"text": "Alice's", "version": 1})
    assert response.status_code == 409
    assert response.json()["type"] == "urn:spelunker:problem:version-conflict"
    assert Answer.objects.get().text == "Bob's"


def test_a_choice_outside_the_customers_list_is_refused(as_alice: Caller, path: str) -> None:
    response = as_alice.put(path, {"text": "", "choice": "Perhaps", "version": 1})
    assert response.status_code == 422
    assert "Yes, No" in response.json()["detail"]


def test_approved_is_locked_until_it_is_reopened(as_alice: Caller, as_bob: Caller, path: str) -> None:
    assert as_bob.post(f"{path}/submit").json()["question_status"] == "in_review"
    assert as_bob.post(f"{path}/submit").status_code == 409
    assert as_bob.post(f"{path}/approve").status_code == 403
    approved = as_alice.post(f"{path}/approve").json()
    assert (approved["question_status"], approved["approved_by"]["name"]) == ("approved", "Alice Archer")
    assert as_alice.put(path, {"text": "Other", "version": 1}).status_code == 409
    assert as_bob.post(f"{path}/reopen").status_code == 403
    assert as_alice.post(f"{path}/reopen").json()["question_status"] == "drafted"


def test_questions_are_given_to_people_on_the_team_only(
    as_alice: Caller, question: Question, bob: User, charlie: User, rfp: RFP
) -> None:
    path = f"/rfps/{rfp.pk}/questions/assign"
    given = as_alice.post(path, {"questions": [question.pk, 999_999], "assignee": bob.pk})
    assert given.json() == {"changed": 1, "skipped": 1}
    assert as_alice.post(path, {"questions": [question.pk], "assignee": charlie.pk}).status_code == 422
    assert Question.objects.get().assignee == bob
    as_alice.post(path, {"questions": [question.pk], "assignee": None})
    assert Question.objects.get().assignee is None


def test_drafts_are_a_job_of_the_chosen_questions(as_bob: Caller, question: Question, rfp: RFP) -> None:
    other = QuestionFactory(document=question.document)
    job = as_bob.post(f"/rfps/{rfp.pk}/drafts", {"questions": [other.pk]})
    assert job.status_code == 202
    assert (job.json()["state"], job.json()["total"]) == ("queued", 1)
    assert Job.objects.get(pk=job.json()["id"]).params == {"questions": [other.pk]}
    assert as_bob.get(f"/jobs/{job.json()['id']}").json()["kind"] == "draft_answers"
    assert as_bob.post(f"/jobs/{job.json()['id']}/cancel").json()["state"] == "cancelled"


def test_drafts_follow_the_filters_of_the_list(as_bob: Caller, question: Question, rfp: RFP) -> None:
    other = QuestionFactory(document=question.document, sheet="Elsewhere")
    job = as_bob.post(f"/rfps/{rfp.pk}/drafts", {"sheet": "Elsewhere"}).json()
    assert Job.objects.get(pk=job["id"]).params == {"questions": [other.pk]}
    nothing = as_bob.post(f"/rfps/{rfp.pk}/drafts", {"sheet": "Elsewhere", "questions": [question.pk]})
    assert nothing.status_code == 409


def test_a_job_of_the_team_is_seen_by_the_team_and_by_nobody_else(
    as_alice: Caller, as_bob: Caller, as_charlie: Caller, question: Question, rfp: RFP
) -> None:
    job = as_bob.post(f"/rfps/{rfp.pk}/drafts", {}).json()["id"]
    assert as_alice.get(f"/jobs/{job}").status_code == 200
    assert as_charlie.get(f"/jobs/{job}").status_code == 404


def test_an_rfp_names_its_customer_by_id_or_name(
    caller_of: Callable[..., Caller], alice: User, rfp: RFP
) -> None:
    caller = caller_of(alice)
    new = caller.post("/rfps", {"title": "One", "customer_name": "City of Example"}).json()
    again = caller.post("/rfps", {"title": "Two", "customer_name": "city of example"}).json()
    assert new["customer"] == again["customer"]
    named = caller.post("/rfps", {"title": "Three", "customer": rfp.customer_id}).json()
    assert named["customer"]["id"] == rfp.customer_id
    assert caller.post("/rfps", {"title": "Four"}).status_code == 422
    assert (
        caller.post("/rfps", {"title": "Five", "customer_name": "X", "solutions": [9999]}).status_code == 422
    )
    assert not RFP.objects.filter(title="Five").exists()
