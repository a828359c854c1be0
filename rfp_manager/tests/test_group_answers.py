"""One answer for all that ask the same: other people's words stay, and nothing is approved that nobody looked at."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from core.models import User
from rfp_manager.models import RFP, Answer, Question, QuestionGroup
from rfp_manager.services import answering
from rfp_manager.services.group_answers import copy_to_group
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered

pytestmark = pytest.mark.django_db

Status = Question.Status
OURS = "Everything is encrypted."


@pytest.fixture
def group(rfp: RFP) -> list[Question]:
    """Alice answers the first; of the others one is empty, one holds Bob's words, one a draft, one Bob declined."""
    document = QuestionDocumentFactory(rfp=rfp)
    found = QuestionGroup.objects.create(rfp=rfp)
    return [QuestionFactory(document=document, group=found) for _ in range(5)]


@pytest.fixture
def filled(group: list[Question], bob: User) -> list[Question]:
    answering.save_answer(group[2], text="Bob's words.", choice="No", expected_version=0, user=bob)
    answered(group[3], text="A draft.")
    answering.decline(group[4], reason="Asked twice")
    return group


def text_of(question: Question) -> str:
    return Answer.objects.get(question=question).text


def states(questions: list[Question]) -> list[str]:
    return [Question.objects.get(pk=row.pk).status for row in questions]


def test_other_peoples_words_stay_and_are_counted(filled: list[Question], alice: User) -> None:
    answering.save_answer(filled[0], text=OURS, choice="Yes", expected_version=0, user=alice)
    copied = copy_to_group(filled[0], user=alice)
    assert copied.theirs == [filled[2]]
    assert copied.declined == 1
    assert copied.questions == [filled[1].pk, filled[3].pk]
    assert text_of(filled[2]) == "Bob's words."
    assert states(filled)[4] == Status.DECLINED


def test_ones_own_words_are_replaced(filled: list[Question], bob: User) -> None:
    answering.save_answer(filled[0], text=OURS, choice="Yes", expected_version=0, user=bob)
    assert copy_to_group(filled[0], user=bob).theirs == []
    assert text_of(filled[2]) == OURS


def test_saving_and_approving_approves_what_was_looked_at_alone(
    filled: list[Question], alice: User, client: Client
) -> None:
    client.force_login(alice)
    data = {"text": OURS, "choice": "Yes", "version": 0, "everywhere": "on", "approve": "1"}
    url = reverse("rfp_manager:answer_save", args=[filled[0].rfp_id, filled[0].pk])
    response = client.post(url, data)
    approved, drafted = Status.APPROVED, Status.DRAFTED
    assert states(filled) == [approved, approved, drafted, drafted, Status.DECLINED]
    assert text_of(filled[3]) == OURS
    said = str(next(iter(get_messages(response.wsgi_request))))
    assert "1 said something else before and is not approved yet." in said
    assert "1 holds other people&#x27;s words and stayed:" in said
    assert reverse("rfp_manager:question", args=[filled[2].rfp_id, filled[2].pk]) in said


def test_what_says_the_same_is_approved_along_whoever_wrote_it(
    group: list[Question], alice: User, bob: User, client: Client
) -> None:
    answering.save_answer(group[1], text=OURS, choice="Yes", expected_version=0, user=bob)
    client.force_login(alice)
    data = {"text": OURS, "choice": "Yes", "version": 0, "everywhere": "on", "approve": "1"}
    client.post(reverse("rfp_manager:answer_save", args=[group[0].rfp_id, group[0].pk]), data)
    assert set(states(group)) == {Status.APPROVED}
    assert Answer.objects.get(question=group[1]).edited_by == bob


def test_what_no_source_bears_out_goes_with_the_answer(filled: list[Question], alice: User) -> None:
    Answer.objects.filter(question=filled[3]).update(unsupported=[{"text": "Of the draft.", "reasons": []}])
    answering.save_answer(filled[0], text=OURS, choice="Yes", expected_version=0, user=alice)
    copy_to_group(filled[0], user=alice)
    assert Answer.objects.get(question=filled[3]).unsupported == []
