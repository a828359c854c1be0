"""Drafting one answer again as a person wishes: offered with a language model, and never over a person unasked."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import Job, User
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services import answering
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def language_model(settings: Any) -> None:
    settings.LLM_PROVIDER, settings.LLM_API_URL, settings.LLM_MODEL = "openai", "http://127.0.0.1:9/v1", "m"
    settings.LLM_API_KEY = "sk-seen-by-nobody"


@pytest.fixture
def question(rfp: RFP) -> Question:
    return QuestionFactory(document=QuestionDocumentFactory(rfp=rfp))


def url(question: Question, name: str = "answer_redraft") -> str:
    return reverse(f"rfp_manager:{name}", args=[question.rfp_id, question.pk])


def post(client: Client, user: User, question: Question, **data: Any) -> Any:
    client.force_login(user)
    return client.post(url(question), {"instruction": "Shorter, for a bank", "version": 1} | data)


def test_a_wish_becomes_a_job(client: Client, bob: User, question: Question) -> None:
    answered(question)
    assert post(client, bob, question).status_code == 302
    job = Job.objects.get(kind="draft_answers")
    assert job.params["questions"] == [question.pk]
    assert job.params["instruction"] == "Shorter, for a bank"


def test_another_wish_during_the_first_is_refused_in_words(
    client: Client, bob: User, question: Question
) -> None:
    answered(question)
    post(client, bob, question)
    post(client, bob, question, instruction="Longer, for a ministry")
    job = Job.objects.get(kind="draft_answers")
    assert job.params["instruction"] == "Shorter, for a bank"
    page = client.get(reverse("rfp_manager:question", args=[question.rfp_id, question.pk]))
    assert "A draft run is under way. Ask again when it has ended." in page.content.decode()


def test_a_persons_words_are_replaced_only_when_they_say_so(
    client: Client, bob: User, question: Question
) -> None:
    answering.save_answer(question, text="My words.", choice="Yes", expected_version=0, user=bob)
    response = post(client, bob, question)
    assert response.status_code == 409
    assert b"A person wrote this answer" in response.content
    assert b"Shorter, for a bank" in response.content
    assert not Job.objects.exists()
    assert post(client, bob, question, replace_words="True").status_code == 302
    assert Job.objects.get().params["instead_of"] == 1
    assert Answer.objects.get().text == "My words."


def test_a_newer_answer_is_looked_at_first(client: Client, bob: User, question: Question) -> None:
    answered(question)
    answering.save_answer(question, text="Newer.", choice="Yes", expected_version=1, user=bob)
    response = post(client, bob, question, version=1, replace_words="True")
    assert response.status_code == 409
    assert not Job.objects.exists()


def test_an_approved_answer_is_not_drafted_again(
    client: Client, bob: User, alice: User, question: Question
) -> None:
    answered(question)
    answering.approve([question.pk], rfp=question.rfp, user=alice)
    post(client, bob, question)
    assert not Job.objects.exists()


def test_a_wish_without_words_is_refused(client: Client, bob: User, question: Question) -> None:
    assert post(client, bob, question, instruction="  ").status_code == 422
    assert not Job.objects.exists()


def test_outsiders_find_nothing(client: Client, charlie: User, question: Question) -> None:
    assert post(client, charlie, question).status_code == 404


def test_the_form_is_there_with_a_language_model_only(
    client: Client, bob: User, question: Question, settings: Any
) -> None:
    client.force_login(bob)
    page = client.get(url(question, "question"))
    assert url(question).encode() in page.content
    assert b"sk-seen-by-nobody" not in page.content
    settings.LLM_PROVIDER = "none"
    assert url(question).encode() not in client.get(url(question, "question")).content
    post(client, bob, question, version=0)
    assert not Job.objects.exists()


def test_what_no_source_bears_out_is_shown_with_the_reason(
    client: Client, bob: User, question: Question
) -> None:
    answered(question)
    Answer.objects.update(unsupported=[{"text": "We won <b>prizes</b>.", "reasons": ["Nothing says so."]}])
    client.force_login(bob)
    page = client.get(url(question, "question")).content.decode()
    assert "We won &lt;b&gt;prizes&lt;/b&gt;." in page
    assert "Nothing says so." in page
