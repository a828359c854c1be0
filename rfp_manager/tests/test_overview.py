"""An RFP's overview: progress, what its export waits for, the deadline, what happened lately."""

import datetime as dt
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import User
from core.tests.pace import allowed
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services import answering
from rfp_manager.services.activity import latest_activity
from rfp_manager.services.comments import add_comment
from rfp_manager.services.overview import build_overview, days_left
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from rfp_manager.tests.test_workspace_pages import thousand

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(rfp: RFP) -> Any:
    return QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")


def test_progress_is_counted_by_section_and_person(rfp: RFP, document: Any, alice: User, bob: User) -> None:
    done = QuestionFactory(document=document, section="Access", assignee=bob)
    answered(done)
    answering.approve([done.pk], rfp=rfp, user=alice)
    QuestionFactory(document=document, section="Access", assignee=bob)
    QuestionFactory(document=document, section="Backup", status=Question.Status.DECLINED)
    QuestionFactory(document=document, section="", sheet="Prices")
    QuestionFactory(document=document, section="Access", removed_at=timezone.now())
    overview = build_overview(rfp)
    assert (overview.settled, overview.total) == (2, 4)
    sections = {part.label: (part.query, part.settled, part.total) for part in overview.sections}
    assert sections == {
        "Access": ("section=Access", 1, 2),
        "Prices": ("sheet=Prices", 0, 1),
        "Backup": ("section=Backup", 1, 1),
    }
    people = [(part.label, part.query, part.settled, part.total) for part in overview.people]
    assert people == [(str(bob), f"assignee={bob.pk}", 1, 2), ("", "assignee=none", 1, 2)]


def test_every_blocker_counts_what_its_link_shows(
    client: Client, rfp: RFP, document: Any, alice: User
) -> None:
    QuestionFactory(document=document)
    unsure = QuestionFactory(document=document)
    answered(unsure, status=Answer.Status.NEEDS_REVIEW)
    stale = QuestionFactory(document=document)
    answered(stale)
    answering.approve([stale.pk], rfp=rfp, user=alice)
    Answer.objects.filter(question=stale).update(outdated_at=timezone.now())
    QuestionFactory(document=document, previous_text="As it was.", status=Question.Status.DECLINED)
    gap = QuestionFactory(document=document)
    answered(gap, status=Answer.Status.NO_ANSWER, text="", choice="")
    client.force_login(alice)
    blockers = build_overview(rfp).blockers
    assert [(row.status, row.count) for row in blockers] == [
        ("unanswered", 2), ("look", 1), ("outdated", 1), ("reworded", 1), ("unapproved", 1),
    ]  # fmt: skip
    for row in blockers:
        page = client.get(reverse("rfp_manager:questions", args=[rfp.pk]), {"status": row.status})
        assert page.context["page"].paginator.count == row.count, row.status
    page = client.get(rfp.get_absolute_url()).content.decode()
    assert "1 question that the library does not answer" in page


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("2027-05-12T17:00+00:00", (2, False)),
        ("2027-05-10T23:30+00:00", (1, False)),  # already the 11th in Berlin
        ("2027-05-10T12:00+00:00", (0, True)),
        ("2027-05-07T12:00+00:00", (-3, True)),
    ],
)
def test_days_are_those_of_the_readers_calendar(rfp: RFP, due: str, expected: tuple[int, bool]) -> None:
    rfp.due_at = dt.datetime.fromisoformat(due)
    now = dt.datetime.fromisoformat("2027-05-10T13:00+00:00")
    with timezone.override("Europe/Berlin"):
        deadline = days_left(rfp, now=now)
    assert deadline
    assert (deadline.days, deadline.overdue) == expected


def test_a_submitted_rfp_is_never_overdue(rfp: RFP) -> None:
    rfp.due_at = timezone.now() - dt.timedelta(days=3)
    rfp.status = RFP.Status.SUBMITTED
    assert days_left(rfp) is None


def test_the_page_says_how_late_it_is(client: Client, rfp: RFP, document: Any, bob: User) -> None:
    QuestionFactory(document=document)
    rfp.due_at = timezone.now() - dt.timedelta(days=2)
    rfp.save()
    client.force_login(bob)
    page = client.get(rfp.get_absolute_url()).content.decode()
    assert "Overdue by 2 days" in page
    assert page.count("btn-primary") == 1


def test_activity_says_who_did_what_and_bundles_what_was_done_in_one_go(
    rfp: RFP, document: Any, alice: User, bob: User
) -> None:
    questions = [QuestionFactory(document=document) for _ in range(3)]
    for question in questions:
        answered(question)
    answering.approve([question.pk for question in questions[:2]], rfp=rfp, user=alice)
    add_comment(questions[2], text="Is this still true?", author=bob)
    other = QuestionFactory()
    add_comment(other, text="Of another RFP", author=bob)
    events = [(event.kind, event.person, event.count) for event in latest_activity(rfp)]
    assert events == [("commented", bob, 1), ("approved", alice, 2), ("drafted", None, 3)]


def test_a_thousand_questions_cost_no_more_queries_than_one(
    client: Client, rfp: RFP, document: Any, bob: User
) -> None:
    answered(QuestionFactory(document=document, assignee=bob, position=100_000))
    client.force_login(bob)
    url = rfp.get_absolute_url()
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    expected = len(few)
    thousand(document)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    queries = len(many)
    assert queries == expected <= 10
    times = []
    for _ in range(5):
        begun = time.process_time()
        assert client.get(url).status_code == 200
        times.append(time.process_time() - begun)
    print(f"\noverview of 1,001 questions: {queries} queries, {min(times) * 1000:.0f} ms")
    assert min(times) < allowed(0.3)
