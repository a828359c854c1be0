"""Who is told of what happens in an RFP: whom it concerns, and never who did it."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from rfp_manager.models import RFP, Citation, RFPMembership
from rfp_manager.services import answering
from rfp_manager.services.outdated import mark_answers_citing
from rfp_manager.services.tidings import remind_of_due_dates
from rfp_manager.tests.factories import QuestionFactory, RFPFactory, add_member, answered
from solution_library.tests.factories import DocumentFactory
from themis.models import Notification, Profile


@pytest.fixture
def rfp(alice: User, bob: User) -> RFP:
    found = RFPFactory(owner=alice, title="Vault")
    add_member(found, bob)
    return found


def told(person: User) -> list[str]:
    return list(Notification.objects.filter(user=person).values_list("text", flat=True))


def questions(rfp: RFP, count: int) -> list[int]:
    made = QuestionFactory.create_batch(count, document__rfp=rfp)
    for question in made:
        answered(question)
    return [question.pk for question in made]


def test_assigned_questions_are_added_up_and_what_one_takes_oneself_is_no_news(
    rfp: RFP, alice: User, bob: User, client: Client
) -> None:
    first, second, third = questions(rfp, 3)
    client.force_login(alice)
    address = reverse("rfp_manager:bulk_assign", args=[rfp.pk])
    client.post(address, {"question": [first, second], "assignee": bob.pk})
    client.post(address, {"question": [second, third], "assignee": bob.pk})
    client.post(address, {"question": [first], "assignee": alice.pk})
    assert told(bob) == ["3 questions of “Vault” are yours to answer."]
    assert told(alice) == []


def test_who_may_approve_is_told_of_a_review_and_who_wrote_of_its_outcome(
    rfp: RFP, alice: User, bob: User, charlie: User
) -> None:
    add_member(rfp, charlie, RFPMembership.Role.REVIEWER)
    first, second = questions(rfp, 2)
    answering.assign([first], rfp=rfp, assignee=bob)
    Notification.objects.all().delete()
    answering.submit_for_review([first, second], rfp=rfp)
    assert told(alice) == told(charlie) == ["2 answers of “Vault” wait for review."]
    assert told(bob) == []
    answering.approve([first, second], rfp=rfp, user=alice)
    answering.reopen([first], rfp=rfp)
    assert set(told(bob)) == {
        "1 answer of yours in “Vault” is approved.",
        "1 answer of yours in “Vault” is open again.",
    }


def test_a_changed_source_is_told_once_for_an_open_rfp(rfp: RFP, alice: User) -> None:
    document = DocumentFactory()
    for pk in questions(rfp, 2):
        Citation.objects.create(
            answer=rfp.questions.get(pk=pk).answer,
            sentence_index=0,
            source_title="A",
            quote="b",
            document=document,
        )
    mark_answers_citing(document, reason="It changed.")
    mark_answers_citing(document, reason="It changed again.")
    assert told(alice) == ["Answers of “Vault” cite a source that has changed."]
    RFP.objects.update(status=RFP.Status.WON)
    Notification.objects.all().delete()
    mark_answers_citing(document, reason="It changed.")
    assert told(alice) == []


@pytest.mark.parametrize(("days", "said"), [(8, None), (7, "in 7 days"), (1, "tomorrow"), (0, "today")])
def test_a_due_date_is_told_once_at_each_stage(
    rfp: RFP, alice: User, bob: User, days: int, said: str
) -> None:
    manager = User.objects.create_user("manager@example.com")
    add_member(rfp, manager, RFPMembership.Role.MANAGER)
    noon = timezone.now().replace(hour=23, minute=59)
    RFP.objects.update(due_at=noon + dt.timedelta(days=days))
    remind_of_due_dates()
    Notification.objects.update(read_at=timezone.now())
    remind_of_due_dates()
    expected = [f"“Vault” is due {said}; 0 questions are not settled."] if said else []
    assert told(alice) == told(manager) == expected
    assert told(bob) == []  # he hears of his questions
    assert Notification.objects.count() == 2 * len(expected)


def test_today_and_tomorrow_are_those_of_the_reader(
    rfp: RFP, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    eastern = User.objects.create_user("eastern@example.com")
    add_member(rfp, eastern, RFPMembership.Role.MANAGER)
    Profile.objects.update_or_create(user=alice, defaults={"time_zone": "America/Los_Angeles"})
    Profile.objects.update_or_create(user=eastern, defaults={"time_zone": "Pacific/Auckland"})
    # The clocks of Los Angeles go back in this night.
    now = dt.datetime(2026, 11, 1, 5, 0, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    RFP.objects.update(due_at=dt.datetime(2026, 11, 2, 7, 30, tzinfo=dt.UTC))
    remind_of_due_dates()
    # For Alice it is Saturday evening, and due on Sunday at 23:30.
    assert told(alice) == ["“Vault” is due tomorrow; 0 questions are not settled."]
    assert told(eastern) == ["“Vault” is due tomorrow; 0 questions are not settled."]
    Notification.objects.all().delete()
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 11, 2, 1, 0, tzinfo=dt.UTC))
    remind_of_due_dates()
    assert told(alice) == ["“Vault” is due today; 0 questions are not settled."]
    RFP.objects.update(due_at=dt.datetime(2026, 11, 2, 12, 30, tzinfo=dt.UTC))
    Notification.objects.all().delete()
    remind_of_due_dates()
    assert told(alice) == ["“Vault” is due tomorrow; 0 questions are not settled."]
    assert told(eastern) == ["“Vault” is due tomorrow; 0 questions are not settled."]


def test_nobody_is_reminded_of_an_rfp_that_was_sent(rfp: RFP, alice: User) -> None:
    RFP.objects.update(due_at=timezone.now() + dt.timedelta(hours=1), status=RFP.Status.SUBMITTED)
    assert remind_of_due_dates() == 0
