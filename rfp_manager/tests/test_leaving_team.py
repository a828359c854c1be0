"""Who leaves a team takes no questions along and hears no more of the bid; who is given some hears of it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import jobs
from core.models import User
from core.permissions import ADMINISTRATOR
from core.tests.factories import UserFactory
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFP, Question
from rfp_manager.services import answering
from rfp_manager.services.comments import add_comment
from rfp_manager.services.experts import assign_unassigned
from rfp_manager.services.requests import request_drafts
from rfp_manager.services.team import remove_member
from rfp_manager.tests.factories import (
    QuestionDocumentFactory,
    QuestionFactory,
    RFPFactory,
    add_member,
    answered,
)
from themis.models import Notification, NotificationMail
from themis.services.mail_texts import write_letter
from themis.services.mails import write_digests
from themis.services.notifications import notify

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


@pytest.mark.parametrize("remove", [by_page, by_api])
def test_what_was_not_read_of_the_bid_is_neither_shown_nor_mailed_any_more(
    remove: Callable[[Client, RFP, int], str],
    rfp: RFP,
    asked: list[Question],
    alice: User,
    bob: User,
    client: Client,
    settings: Any,
) -> None:
    settings.DEBUG = True  # letters are written
    other = RFPFactory(owner=bob, title="Bob's own")
    mine = QuestionFactory(document=QuestionDocumentFactory(rfp=other))
    add_comment(asked[0], author=alice, text="@bob our floor is 90,000 EUR")
    add_comment(asked[1], author=alice, text="@bob have a look")
    notify(bob, text="Read before", link=rfp.get_absolute_url())
    Notification.objects.filter(text="Read before").update(read_at=timezone.now())
    notify(bob, text="Of his own bid", link=reverse("rfp_manager:question", args=[other.pk, mine.pk]))
    Notification.objects.filter(user=bob).update(
        mail_choice=Notification.MailChoice.DAILY, mail=None, created_at=timezone.now() - dt.timedelta(days=2)
    )
    client.force_login(alice)
    remove(client, rfp, rfp.memberships.get(user=bob).pk)
    assert sorted(told(bob)) == ["Of his own bid", "Read before"]
    write_digests()
    letters = [write_letter(mail) for mail in NotificationMail.objects.filter(user=bob).exclude(day=None)]
    assert not [letter for letter in letters if letter and "90,000" in letter.text + letter.html]


def test_an_administrator_who_leaves_a_team_keeps_the_news(rfp: RFP, asked: list[Question]) -> None:
    ada = UserFactory(groups=[ADMINISTRATOR])
    member = add_member(rfp, ada)
    notify(ada, text="Look at this", link=rfp.get_absolute_url())
    remove_member(member)
    assert told(ada) == ["Look at this"]


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
