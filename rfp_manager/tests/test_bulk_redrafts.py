"""Drafting many again: what people wrote is counted first, and goes only when somebody says so."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from core.jobs.inline import finish_now
from core.models import Job, User
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services import answering
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def questions(rfp: RFP, alice: User) -> list[Question]:
    """Drafted, written by Alice, approved, never drafted."""
    document = QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")
    rows: list[Any] = [QuestionFactory(document=document, text=f"Question {n}?") for n in range(4)]
    answered(rows[0])
    answering.save_answer(rows[1], text="Alice's words.", choice="Yes", expected_version=0, user=alice)
    answered(rows[2])
    answering.approve([rows[2].pk], rfp=rfp, user=alice)
    return rows


def url(rfp: RFP, name: str = "bulk_redraft") -> str:
    return reverse(f"rfp_manager:{name}", args=[rfp.pk])


def look(client: Client, rfp: RFP, questions: list[Question]) -> Any:
    return client.post(url(rfp), {"question": [row.pk for row in questions]})


def fields(page: Any) -> dict[str, Any]:
    """What the confirming page sends."""
    plan = page.context["plan"]
    return {"question": plan.free, "written": [f"{row.pk}:{row.answer.version}" for row in plan.written]}


def test_what_would_become_of_each_is_said_first(
    client: Client, rfp: RFP, bob: User, questions: list[Question]
) -> None:
    client.force_login(bob)
    page = look(client, rfp, questions)
    text = page.content.decode()
    assert "2 answers that no person has written in are drafted again." in text
    assert "1 answer was written by a person and stays as it is" in text
    assert "1 in review, approved or declined stays as it is." in text
    assert "Alice&#x27;s words." in text
    assert not Job.objects.exists()


def test_a_persons_words_stay_unless_somebody_says_otherwise(
    client: Client, rfp: RFP, bob: User, questions: list[Question]
) -> None:
    client.force_login(bob)
    client.post(url(rfp, "bulk_redraft_start"), fields(look(client, rfp, questions)))
    assert Job.objects.get().params["questions"] == [questions[0].pk, questions[3].pk]


def test_what_was_written_after_the_look_stays(
    client: Client, rfp: RFP, bob: User, alice: User, questions: list[Question]
) -> None:
    client.force_login(bob)
    sent = fields(look(client, rfp, questions)) | {"replace_words": "on"}
    answering.save_answer(questions[1], text="Newer.", choice="Yes", expected_version=1, user=alice)
    response = client.post(url(rfp, "bulk_redraft_start"), sent)
    assert Job.objects.get().params["replacing"] == {}
    said = [str(message) for message in get_messages(response.wsgi_request)]
    assert said == ["1 answer stays as it is: somebody changed it after you looked."]


def test_words_that_may_go_are_replaced_and_kept_in_the_history(
    client: Client, rfp: RFP, bob: User, questions: list[Question]
) -> None:
    client.force_login(bob)
    sent = fields(look(client, rfp, questions)) | {"replace_words": "on"}
    response = client.post(url(rfp, "bulk_redraft_start"), sent)
    assert not list(get_messages(response.wsgi_request))
    assert Job.objects.get().params["replacing"] == {str(questions[1].pk): 1}
    finish_now(Job.objects.get())
    answer = Answer.objects.get(question=questions[1])
    assert answer.origin == Answer.Origin.EXTRACTIVE
    assert [row.text for row in answer.versions.all()][-1] == "Alice's words."
    assert Answer.objects.get(question=questions[2]).version == 1


def test_a_second_run_is_not_begun_beside_the_first(
    client: Client, rfp: RFP, bob: User, questions: list[Question]
) -> None:
    client.force_login(bob)
    client.post(reverse("rfp_manager:draft", args=[rfp.pk]))
    response = client.post(url(rfp, "bulk_redraft_start"), {"question": [questions[0].pk]})
    assert "A draft run is under way" in str([str(m) for m in get_messages(response.wsgi_request)])
    assert Job.objects.count() == 1


def test_a_wish_is_asked_for_with_a_language_model_only(
    client: Client, rfp: RFP, bob: User, questions: list[Question], settings: Any
) -> None:
    client.force_login(bob)
    assert b'name="instruction"' not in look(client, rfp, questions).content
    settings.LLM_PROVIDER, settings.LLM_API_URL, settings.LLM_MODEL = "openai", "http://127.0.0.1:9/v1", "m"
    settings.LLM_API_KEY = "sk-seen-by-nobody"
    page = look(client, rfp, questions)
    assert b'name="instruction"' in page.content
    client.post(url(rfp, "bulk_redraft_start"), fields(page) | {"instruction": "Shorter"})
    assert Job.objects.get().params["instruction"] == "Shorter"
