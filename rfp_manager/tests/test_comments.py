"""Comments: kept in order, and whoever is named with an @ is told, if they are on the team."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from core.tests.factories import UserFactory
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFP, Comment, Question
from rfp_manager.services.comments import (
    add_comment,
    delete_comment,
    mentioned_in,
    offered_handles,
    team_of,
)
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, add_member
from themis.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(rfp: RFP) -> Question:
    return QuestionFactory(document=QuestionDocumentFactory(rfp=rfp))


def test_who_is_mentioned_is_told_with_a_link(question: Question, alice: User, bob: User) -> None:
    comment = add_comment(question, text="@bob, is this still so? @Bob!", author=alice)
    notification = Notification.objects.get()
    assert (notification.user, list(comment.mentioned.all())) == (bob, [bob])
    assert "is this still so?" in notification.text
    assert notification.link == f"/rfps/{question.rfp_id}/questions/{question.pk}/#comments"


def test_an_outsider_is_not_told(question: Question, alice: User, charlie: User) -> None:
    add_comment(question, text="@charlie should not know of this", author=alice)
    assert not Notification.objects.exists()


def test_nobody_is_told_of_their_own_words(question: Question, alice: User) -> None:
    add_comment(question, text="@alice: remember this", author=alice)
    assert not Notification.objects.exists()


def test_an_address_in_the_text_mentions_nobody(question: Question, alice: User, bob: User) -> None:
    assert mentioned_in(f"Write to sales@{bob.email}", team_of(question.rfp)) == []


def test_a_first_name_that_two_have_mentions_neither(question: Question, rfp: RFP, bob: User) -> None:
    add_member(rfp, UserFactory(email="robert.b@example.com", first_name="Bob"))
    people = team_of(rfp)
    assert mentioned_in("@robert.b", people) != []
    assert [person.email for person in mentioned_in("@bob", people)] == [bob.email]  # by his address


def test_what_is_offered_for_a_person_mentions_them(question: Question, rfp: RFP, bob: User) -> None:
    second = add_member(rfp, UserFactory(email="robert.b@example.com", first_name="Bob")).user
    apostrophe = add_member(rfp, UserFactory(email="sinead@example.com", first_name="Sinéad O'Hara")).user
    people = team_of(rfp)
    offered = {person: handle for handle, person in offered_handles(people)}
    assert (offered[second], offered[apostrophe]) == ("robert.b", "sinead")
    assert set(offered) == set(people)
    for person, handle in offered.items():
        assert mentioned_in(f"@{handle}", people) == [person]


def test_the_page_says_who_was_told(client: Client, question: Question, alice: User, bob: User) -> None:
    add_comment(question, text="Is this so, @bob and @nobody?", author=alice)
    client.force_login(alice)
    page = client.get(reverse("rfp_manager:question", args=[question.rfp_id, question.pk])).content.decode()
    assert f"Told: {bob}</p>" in page
    assert "&quot;handle&quot;: &quot;Bob&quot;" in page


def test_a_comment_that_says_nothing_is_refused(question: Question, alice: User) -> None:
    with pytest.raises(RFPError):
        add_comment(question, text=" \x00 ", author=alice)
    assert not Comment.objects.exists()


def test_a_comment_that_is_too_long_is_refused_for_that(
    client: Client, question: Question, alice: User
) -> None:
    client.force_login(alice)
    address = reverse("rfp_manager:comment_add", args=[question.rfp_id, question.pk])
    response = client.post(address, {"text": "x" * 5001}, follow=True)
    assert "5000" in " ".join(str(message) for message in response.context["messages"])
    assert not Comment.objects.exists()


def test_only_its_author_deletes_a_comment(question: Question, alice: User, bob: User) -> None:
    comment = add_comment(question, text="A word", author=alice)
    with pytest.raises(RFPError):
        delete_comment(comment, user=bob)
    delete_comment(comment, user=alice)
    assert not Comment.objects.exists()
