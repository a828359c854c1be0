"""Due dates of questions: set one by one and many at once, shown, and reminded of once a day."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from rfp_manager.models import RFP, AssignmentReminder, Question
from rfp_manager.services import answering
from rfp_manager.services.due_dates import remind_assignees
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from themis.models import Notification, Profile

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def the_day_of_each_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of all tests may begin before midnight and end after it."""
    monkeypatch.setitem(globals(), "TODAY", timezone.localdate())


@pytest.fixture
def document(rfp: RFP) -> Any:
    return QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")


def url(rfp: RFP, name: str, *arguments: int) -> str:
    return reverse(f"rfp_manager:{name}", args=[rfp.pk, *arguments])


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user, kind="due").values_list("text", flat=True))


def test_many_get_a_date_and_lose_it(client: Client, rfp: RFP, document: Any, bob: User) -> None:
    rows = [QuestionFactory(document=document) for _ in range(3)]
    client.force_login(bob)
    client.post(url(rfp, "bulk_due"), {"due_on": "2027-03-01", "question": [rows[0].pk, rows[2].pk]})
    day = dt.date(2027, 3, 1)
    assert list(rfp.questions.values_list("due_on", flat=True)) == [day, None, day]
    client.post(url(rfp, "bulk_due"), {"due_on": "", "question": [rows[0].pk]})
    client.post(url(rfp, "bulk_due"), {"due_on": "the first", "question": [rows[2].pk]})
    assert list(rfp.questions.values_list("due_on", flat=True)) == [None, None, day]


def test_one_gets_a_date_of_its_own(client: Client, rfp: RFP, document: Any, bob: User) -> None:
    question: Any = QuestionFactory(document=document)
    client.force_login(bob)
    response = client.post(
        url(rfp, "question_due", question.pk), {"due_on": "2027-03-01"}, headers={"HX-Request": "true"}
    )
    assert 'value="Mar 1, 2027"' in response.content.decode()
    assert Question.objects.get().due_on == dt.date(2027, 3, 1)


def test_dates_are_shown_and_read_as_the_person_writes_them(
    client: Client, rfp: RFP, document: Any, bob: User
) -> None:
    question: Any = QuestionFactory(document=document, due_on=dt.date(2027, 2, 1))
    Profile.objects.create(user=bob, language="de", date_style="short", first_day=6)
    client.force_login(bob)
    page = client.get(url(rfp, "question", question.pk)).content.decode()
    assert 'value="01.02.2027"' in page
    assert page.count("&quot;firstDay&quot;:6") == 2  # beside the answer, and in the dialog for many
    assert page.count("js/date_picker.js") == 1
    assert 'type="date"' not in page
    client.post(url(rfp, "question_due", question.pk), {"due_on": "3.4.2027"})
    assert Question.objects.get().due_on == dt.date(2027, 4, 3)
    client.post(url(rfp, "bulk_due"), {"due_on": "5.6.2027", "question": [question.pk]})
    assert Question.objects.get().due_on == dt.date(2027, 6, 5)


def test_what_is_no_date_stays_in_its_box_and_is_explained(
    client: Client, rfp: RFP, document: Any, bob: User
) -> None:
    question: Any = QuestionFactory(document=document, due_on=dt.date(2027, 2, 1))
    client.force_login(bob)
    address = url(rfp, "question_due", question.pk)
    for headers in ({}, {"HX-Request": "true"}):
        response = client.post(address, {"due_on": "31 February"}, headers=headers)
        page = response.content.decode()
        assert response.status_code == 422
        assert 'value="31 February"' in page
        assert 'aria-describedby="due_due_on_error"' in page
        assert "Write the date like" in page
    assert Question.objects.get().due_on == dt.date(2027, 2, 1)
    response = client.post(url(rfp, "bulk_due"), {"due_on": "soon", "question": [question.pk]}, follow=True)
    assert "Write the date like" in response.content.decode()


def test_what_is_overdue_is_marked_and_found_until_it_is_settled(
    client: Client, rfp: RFP, document: Any, bob: User, alice: User
) -> None:
    late: Any = QuestionFactory(document=document, identifier="LATE", due_on=TODAY - DAY)
    QuestionFactory(document=document, identifier="TODAY", due_on=TODAY)
    done: Any = QuestionFactory(document=document, identifier="DONE", due_on=TODAY - DAY)
    answered(done)
    answering.approve([done.pk], rfp=rfp, user=alice)
    client.force_login(bob)
    page = client.get(f"{url(rfp, 'questions')}?status=overdue")
    assert [row.identifier for row in page.context["page"]] == ["LATE"]
    assert client.get(f"{url(rfp, 'questions')}?view=all").content.decode().count('tone-error">Overdue<') == 1
    assert late.is_overdue


def test_each_is_told_once_a_day_of_all_that_is_due(rfp: RFP, document: Any, bob: User, alice: User) -> None:
    for due_on in (TODAY - DAY, TODAY - 9 * DAY, TODAY, TODAY + 3 * DAY, TODAY + 4 * DAY, None):
        QuestionFactory(document=document, assignee=bob, due_on=due_on)
    QuestionFactory(document=document, due_on=TODAY)
    assert remind_assignees() == 1
    assert "2 questions are overdue, 2 are due by" in told(bob)[0]
    assert told(alice) == []
    Notification.objects.all().delete()
    assert remind_assignees() == 0
    assert remind_assignees(today=TODAY + DAY) == 1
    assert AssignmentReminder.objects.count() == 2


def test_the_rfps_own_date_counts_where_a_question_has_none(rfp: RFP, document: Any, bob: User) -> None:
    RFP.objects.update(due_at=timezone.now() + 2 * DAY)
    QuestionFactory(document=document, assignee=bob)
    QuestionFactory(document=document, assignee=bob, due_on=TODAY + 30 * DAY)
    assert remind_assignees() == 1
    assert "1 is due by" in told(bob)[0]


@pytest.mark.parametrize("why", ["approved", "rfp is out", "left the team", "deactivated"])
def test_nobody_is_reminded_of_what_is_no_longer_theirs(
    rfp: RFP, document: Any, bob: User, alice: User, why: str
) -> None:
    question: Any = QuestionFactory(document=document, assignee=bob, due_on=TODAY)
    if why == "approved":
        answered(question)
        answering.approve([question.pk], rfp=rfp, user=alice)
    elif why == "rfp is out":
        RFP.objects.update(status=RFP.Status.SUBMITTED)
    elif why == "left the team":
        rfp.memberships.all().delete()
    else:
        User.objects.filter(pk=bob.pk).update(is_active=False)
    assert remind_assignees() == 0
    assert told(bob) == []


def test_what_nobody_read_yesterday_is_brought_up_to_date(rfp: RFP, document: Any, bob: User) -> None:
    QuestionFactory(document=document, assignee=bob, due_on=TODAY)
    remind_assignees()
    remind_assignees(today=TODAY + DAY)
    assert len(told(bob)) == 1
    assert "1 question is overdue" in told(bob)[0]


def test_the_link_shows_ones_own_open_questions(client: Client, rfp: RFP, document: Any, bob: User) -> None:
    open_one: Any = QuestionFactory(document=document, assignee=bob, due_on=TODAY)
    QuestionFactory(document=document, assignee=bob, due_on=TODAY, status="declined")
    remind_assignees()
    client.force_login(bob)
    page = client.get(Notification.objects.get().link)
    assert [row.pk for row in page.context["page"]] == [open_one.pk]
