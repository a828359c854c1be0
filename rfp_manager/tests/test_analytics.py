"""Figures across RFPs: what they count, for whom, in how many queries, and as a file."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import User
from rfp_manager.models import RFP, Answer, AnswerVersion, Citation, Question
from rfp_manager.services import answering
from rfp_manager.services.analytics import count_months, median_times, outcomes
from rfp_manager.services.analytics_reports import REPORTS
from rfp_manager.services.source_usage import most_used_sources, stalest_sources
from rfp_manager.tests.factories import (
    QuestionDocumentFactory,
    QuestionFactory,
    RFPFactory,
    add_member,
    answered,
)
from solution_library.models import Document
from solution_library.tests.factories import DocumentFactory, LibraryAnswerFactory

pytestmark = pytest.mark.django_db

ALL = RFP.objects.all
URL = "/rfps/analytics/"


@pytest.fixture
def document(rfp: RFP) -> Any:
    return QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")


def created(months_ago: int, **fields: Any) -> RFP:
    rfp = RFPFactory(**fields)
    RFP.objects.filter(pk=rfp.pk).update(created_at=timezone.now() - dt.timedelta(days=31 * months_ago))
    return rfp


def table(client: Client, report: str, **query: Any) -> list[list[str]]:
    response = client.get(reverse("rfp_manager:analytics_csv", args=[report]), query)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_answer_rate_is_counted_by_month(rfp: RFP, document: Any, alice: User) -> None:
    approved = QuestionFactory(document=document)
    answered(approved)
    answering.approve([approved.pk], rfp=rfp, user=alice)
    answered(QuestionFactory(document=document))
    answered(QuestionFactory(document=document), status=Answer.Status.NO_ANSWER, text="", choice="")
    QuestionFactory(document=document)
    QuestionFactory(document=document, removed_at=timezone.now())
    QuestionFactory(document=QuestionDocumentFactory(rfp=created(2)))
    earlier, now = count_months(ALL())
    assert (earlier.rfps, earlier.asked, earlier.answered, earlier.answer_rate) == (1, 1, 0, 0.0)
    assert (now.rfps, now.asked, now.answered, now.approved, now.answer_rate) == (1, 4, 2, 1, 0.5)
    assert earlier.month < now.month


def test_unchanged_is_what_was_approved_word_for_word_as_drafted(
    rfp: RFP, document: Any, alice: User
) -> None:
    as_drafted, edited, taken_back, by_hand = (QuestionFactory(document=document) for _ in range(4))
    for question in (as_drafted, edited, taken_back):
        answered(question, text="A draft.", choice="Yes")
    for question, text, version in (
        (edited, "Other words.", 1), (taken_back, "Oops.", 1), (taken_back, "A draft.", 2), (by_hand, "Mine.", 0),
    ):  # fmt: skip
        answering.save_answer(question, text=text, choice="Yes", expected_version=version, user=alice)
    rows = [as_drafted, edited, taken_back, by_hand]
    answering.approve([row.pk for row in rows], rfp=rfp, user=alice)
    (found,) = count_months(ALL())
    assert (found.approved_answers, found.drafted, found.unchanged) == (4, 3, 2)


def test_times_are_medians(rfp: RFP, document: Any, alice: User) -> None:
    begin = timezone.now() - dt.timedelta(days=10)
    for hours in (1, 2, 30):
        question = QuestionFactory(document=document)
        answer = answered(question)
        AnswerVersion.objects.filter(answer=answer).update(created_at=begin + dt.timedelta(hours=hours))
        answering.approve([question.pk], rfp=rfp, user=alice)
        Answer.objects.filter(pk=answer.pk).update(approved_at=begin + dt.timedelta(hours=hours * 2))
    QuestionFactory(document=document)
    Question.objects.update(created_at=begin)
    expected = dt.timedelta(hours=2), dt.timedelta(hours=4)
    assert median_times(ALL()) == expected
    (found,) = count_months(ALL())
    assert (found.to_draft, found.to_approval) == expected
    assert median_times(RFP.objects.none()) == (None, None)


def test_the_win_rate_counts_what_was_decided(rfp: RFP) -> None:
    for status in ("won", "won", "won", "lost", "dropped", "submitted"):
        RFPFactory(status=status)
    (found,) = outcomes(ALL())
    assert (found.open, found.statuses["won"], found.statuses["dropped"], found.rate) == (1, 3, 1, 0.75)


def test_sources_are_counted_once_an_answer(rfp: RFP, document: Any) -> None:
    manual, entry = DocumentFactory(title="The manual"), LibraryAnswerFactory(question="Who audits you?")
    for count in range(2):
        answer = answered(QuestionFactory(document=document))
        for sentence in range(2):
            Citation.objects.create(
                answer=answer, sentence_index=sentence, document=manual, source_title="M", quote="Q"
            )
        if count:
            Citation.objects.create(
                answer=answer, sentence_index=0, library_answer=entry, source_title="A", quote="Q"
            )
    Document.objects.filter(pk=manual.pk).update(
        updated_at=timezone.now() - dt.timedelta(days=400),
        review_by=timezone.localdate() - dt.timedelta(days=1),
    )
    used = most_used_sources(ALL())
    assert [(row.title, row.answers, row.rfps) for row in used] == [
        ("The manual", 2, 1),
        ("Who audits you?", 1, 1),
    ]
    stale = stalest_sources(ALL())
    assert [(row.title, row.age, row.review_overdue) for row in stale] == [
        ("The manual", 400, True),
        ("Who audits you?", 0, False),
    ]
    assert used[0].url == reverse("solution_library:document", args=[manual.pk])


def test_only_rfps_that_the_person_may_see_are_counted(
    client: Client, rfp: RFP, document: Any, alice: User, bob: User, charlie: User
) -> None:
    answer = answered(QuestionFactory(document=document))
    Citation.objects.create(
        answer=answer, sentence_index=0, document=DocumentFactory(title="Secret"), source_title="S", quote="Q"
    )
    client.force_login(charlie)
    for report in REPORTS:
        assert len(table(client, report)) == 1, report
    page = client.get(URL).content.decode()
    assert "Nothing to count yet" in page
    assert str(rfp.customer) not in page
    assert str(alice) not in page
    client.force_login(bob)
    assert len(table(client, "sources")) == 2
    page = client.get(URL).content.decode()
    assert "Secret" in page
    # Its own entry and the end of the way up; the entry for RFPs lies above it and is not where we are.
    assert page.count("aria-current=") == 2


def test_nobody_counts_without_signing_in(client: Client) -> None:
    for url in (URL, reverse("rfp_manager:analytics_csv", args=["times"])):
        assert client.get(url).headers["Location"].startswith("/accounts/login/")


def test_the_address_says_which_rfps_are_counted(client: Client, rfp: RFP, alice: User, bob: User) -> None:
    old = created(15, owner=bob)
    recent = created(5, owner=bob, customer=rfp.customer)
    theirs = RFPFactory()
    client.force_login(bob)

    def counted(**query: Any) -> int:
        return sum(row.open for row in outcomes(client.get(URL, query).context["form"].apply()))

    assert counted() == 2
    assert counted(period="all") == 3
    assert counted(period="quarter") == 1
    assert counted(customer=rfp.customer_id) == 2
    assert counted(period="all", owner=bob.pk) == 2
    assert counted(owner=alice.pk) == 1
    assert counted(member=bob.pk, period="all") == 3
    assert counted(customer=theirs.customer_id) == 2  # not one of Bob's: filters nothing
    assert counted(period="nonsense", owner="x") == 2
    assert table(client, "outcomes", period="quarter")[1][1] == "1"
    assert {old.pk, recent.pk}.isdisjoint({rfp.pk})


def test_a_file_runs_nothing_and_an_unknown_one_is_not_found(
    client: Client, rfp: RFP, document: Any, bob: User
) -> None:
    Citation.objects.create(
        answer=answered(QuestionFactory(document=document)), sentence_index=0, quote="Q", source_title="S",
        document=DocumentFactory(title="=HYPERLINK(1)"),
    )  # fmt: skip
    client.force_login(bob)
    assert table(client, "sources")[1][0] == "'=HYPERLINK(1)"
    assert table(client, "answer-rate")[1] == [f"{timezone.localdate():%Y-%m}", "1", "1", "1", "0", "1.0"]
    assert client.get("/rfps/analytics/nothing.csv").status_code == 404


def test_more_rfps_cost_no_more_queries(client: Client, rfp: RFP, document: Any, bob: User) -> None:
    answered(QuestionFactory(document=document))
    client.force_login(bob)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL, {"period": "all"})
    for months in range(6):
        more = created(months, status=RFP.Status.values[months])
        add_member(more, bob)
        for _ in range(3):
            answered(QuestionFactory(document=QuestionDocumentFactory(rfp=more)))
    with CaptureQueriesContext(connection) as many:
        page = client.get(URL, {"period": "all"})
    print(f"\nanalytics: {len(many)} queries")
    assert len(page.context["reports"][0].rows) >= 5
    assert len(many) == len(few) <= 10
