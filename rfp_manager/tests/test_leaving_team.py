"""Who leaves a team takes no questions along and hears no more of the bid; who is given some hears of it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from core import jobs
from core.models import User
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFP, Question
from rfp_manager.services import answering
from rfp_manager.services.experts import assign_unassigned
from rfp_manager.services.requests import request_drafts
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from themis.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(rfp: RFP) -> list[Question]:
    document = QuestionDocumentFactory(rfp=rfp)
    return [QuestionFactory(document=document) for _ in range(3)]


def told(person: User) -> list[str]:
    return list(Notification.objects.filter(user=person).values_list("text", flat=True))


def by_page(client: Client, rfp: RFP, member: int) -> str:
    response = client.post(reverse("rfp_manager:member_remove", args=[rfp.pk, member]), follow=True)
    return response.content.decode()


def by_api(client: Client, rfp: RFP, member: int) -> str:
    assert client.delete(f"/api/v1/rfps/{rfp.pk}/team/{member}").status_code == 204
    return ""


@pytest.mark.parametrize("remove", [by_page, by_api])
def test_open_questions_are_nobodys_and_settled_ones_keep_their_name(
    remove: Callable[[Client, RFP, int], str],
    rfp: RFP,
    asked: list[Question],
    alice: User,
    bob: User,
    client: Client,
) -> None:
    answering.assign([row.pk for row in asked], rfp=rfp, assignee=bob)
    answered(asked[0], text="Yes.")
    Question.objects.filter(pk=asked[0].pk).update(assignee=bob)
    answering.approve([asked[0].pk], rfp=rfp, user=alice)
    Notification.objects.all().delete()
    client.force_login(alice)
    page = remove(client, rfp, rfp.memberships.get(user=bob).pk)
    assert remove is by_api or "2 open questions of theirs are nobody&#x27;s now." in page
    assert [rfp.questions.get(pk=row.pk).assignee for row in asked] == [bob, None, None]
    answering.reopen([asked[0].pk], rfp=rfp)
    answering.approve([asked[0].pk], rfp=rfp, user=alice)
    assert told(bob) == []


def test_who_is_suggested_and_given_questions_is_told_and_settled_ones_stay(
    rfp: RFP, asked: list[Question], bob: User
) -> None:
    answering.decline(asked[2], reason="Out of scope")
    result = assign_unassigned({row.pk: bob.pk for row in asked}, rfp=rfp)
    assert (result.changed, result.skipped) == (2, 1)
    assert told(bob) == ["2 questions of “Records service” are yours to answer."]
    assert rfp.questions.get(pk=asked[2].pk).assignee is None


def test_drafts_asked_for_during_another_run_are_refused_in_words(
    rfp: RFP, asked: list[Question], bob: User, client: Client
) -> None:
    job = request_drafts(rfp, user=bob, only=[asked[0].pk])
    assert request_drafts(rfp, user=bob, only=[asked[0].pk]) == job
    with pytest.raises(RFPError, match="under way"):
        request_drafts(rfp, user=bob, only=[asked[1].pk])
    client.force_login(bob)
    page = client.post(reverse("rfp_manager:draft", args=[rfp.pk]), {"question": asked[1].pk}, follow=True)
    assert "A draft run is under way. Ask again when it has ended." in page.content.decode()
    jobs.request_cancel(job)
    assert request_drafts(rfp, user=bob, only=[asked[1].pk]).params == {"questions": [asked[1].pk]}
