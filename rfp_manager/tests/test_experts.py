"""Who answered the like: only of the team, only from what the viewer may see, with the reason."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import User
from rag.providers.embedding import EmbeddingError
from rfp_manager.models import RFP, Question
from rfp_manager.services import answering, experts
from rfp_manager.services.experts import suggest_experts
from rfp_manager.tests.factories import (
    QuestionDocumentFactory,
    QuestionFactory,
    RFPFactory,
    add_member,
    answered,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(rfp: RFP) -> Question:
    return QuestionFactory(document=QuestionDocumentFactory(rfp=rfp, layout_status="confirmed"))


def wrote(rfp: RFP, user: User, *texts: str) -> None:
    """The user has answered these questions in the RFP."""
    document = QuestionDocumentFactory(rfp=rfp)
    for text in texts:
        row = QuestionFactory(document=document, text=text)
        answering.save_answer(row, text="Words.", choice="Yes", expected_version=0, user=user)


def suggested(question: Question, viewer: User) -> list[tuple[str, int]]:
    found = suggest_experts([question], rfp=question.rfp, viewer=viewer).get(question.pk, [])
    return [(expert.person.first_name, expert.answers) for expert in found]


ALIKE = ("Is data encrypted at rest?", "Do you encrypt data at rest?")
OTHER = "How many people work in your support team?"


def test_who_answered_most_like_it_comes_first(rfp: RFP, question: Question, alice: User, bob: User) -> None:
    past = RFPFactory(owner=alice)
    add_member(past, bob)
    wrote(past, bob, *ALIKE, OTHER)
    wrote(past, alice, ALIKE[0])
    assert suggested(question, alice) == [("Bob", 2), ("Alice", 1)]


def test_an_rfp_that_the_viewer_does_not_see_says_nothing(
    rfp: RFP, question: Question, alice: User, bob: User
) -> None:
    wrote(RFPFactory(owner=bob), bob, *ALIKE)
    assert suggested(question, alice) == []
    assert suggested(question, bob) == [("Bob", 2)]


def test_who_is_not_on_the_team_is_not_named(
    rfp: RFP, question: Question, alice: User, charlie: User
) -> None:
    past = RFPFactory(owner=alice)
    add_member(past, charlie)
    wrote(past, charlie, *ALIKE)
    assert suggested(question, alice) == []


def test_what_was_approved_counts_for_whom_it_was_assigned_to(
    rfp: RFP, question: Question, alice: User, bob: User
) -> None:
    other: Any = QuestionFactory(document=question.document, text=ALIKE[1], assignee=bob)
    answered(other)
    assert suggested(question, alice) == []
    answering.approve([other.pk], rfp=rfp, user=alice)
    assert suggested(question, alice) == [("Bob", 1)]


def test_without_a_model_only_the_same_question_names_somebody(
    rfp: RFP, question: Question, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(texts: Any) -> None:
        raise EmbeddingError("gone")

    wrote(rfp, bob, *ALIKE)
    monkeypatch.setattr(experts, "vectors_of", unreachable)
    assert suggested(question, bob) == [("Bob", 1)]


def test_one_click_assigns_with_the_reason_beside_it(
    client: Client, rfp: RFP, question: Question, bob: User
) -> None:
    wrote(rfp, bob, *ALIKE)
    client.force_login(bob)
    page = client.get(reverse("rfp_manager:experts", args=[rfp.pk, question.pk])).content.decode()
    assert "answered 2 like this, last on" in page
    client.post(reverse("rfp_manager:answer_assign", args=[rfp.pk, question.pk]), {"assignee": bob.pk})
    assert Question.objects.get(pk=question.pk).assignee == bob


def test_many_are_looked_at_and_then_given_out(
    client: Client, rfp: RFP, question: Question, bob: User
) -> None:
    wrote(rfp, bob, *ALIKE)
    taken: Any = QuestionFactory(document=question.document)
    client.force_login(bob)
    page = client.get(reverse("rfp_manager:bulk_experts", args=[rfp.pk]))
    rows = {row["question"].pk: row["expert"].person for row in page.context["rows"]}
    assert rows[question.pk] == rows[taken.pk] == bob
    Question.objects.filter(pk=taken.pk).update(assignee=rfp.owner)
    sent = [f"{pk}:{person.pk}" for pk, person in rows.items()] + ["1:nonsense", "x"]
    client.post(reverse("rfp_manager:bulk_experts_assign", args=[rfp.pk]), {"assign": sent})
    assert Question.objects.get(pk=question.pk).assignee == bob
    assert Question.objects.get(pk=taken.pk).assignee == rfp.owner


def test_nobody_outside_the_team_is_given_one(
    client: Client, rfp: RFP, question: Question, bob: User, charlie: User
) -> None:
    client.force_login(bob)
    data = {"assign": [f"{question.pk}:{charlie.pk}"]}
    client.post(reverse("rfp_manager:bulk_experts_assign", args=[rfp.pk]), data)
    assert Question.objects.get(pk=question.pk).assignee is None


def test_many_questions_take_as_many_queries_as_one(
    client: Client, rfp: RFP, question: Question, bob: User
) -> None:
    wrote(rfp, bob, *ALIKE)
    url = reverse("rfp_manager:bulk_experts", args=[rfp.pk])
    client.force_login(bob)
    client.get(url)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
        for _ in range(20):
            QuestionFactory(document=question.document)
        wrote(rfp, bob, *[f"Is data of kind {n} encrypted at rest?" for n in range(10)])
    assert counts[0] == counts[1]
