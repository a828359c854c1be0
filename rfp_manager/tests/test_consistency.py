"""Answers that contradict each other: found within an RFP and outside of it, shown, dismissed and shown again."""

import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import User
from core.tests.pace import allowed
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services import answering
from rfp_manager.services.contradictions import list_contradictions
from rfp_manager.tests.factories import (
    QuestionDocumentFactory,
    QuestionFactory,
    RFPFactory,
    add_member,
    answered,
)
from solution_library.models import LibraryAnswer, Solution
from solution_library.tests.factories import LibraryAnswerFactory, SolutionFactory

pytestmark = pytest.mark.django_db

KEPT = "How long are backups kept?"


@pytest.fixture
def solution(rfp: RFP) -> Solution:
    solution = SolutionFactory()
    rfp.solutions.add(solution)
    return solution


@pytest.fixture
def document(rfp: RFP) -> Any:
    return QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")


def said(document: Any, question: str, text: str, choice: str = "", **fields: Any) -> Question:
    row = QuestionFactory(document=document, text=question, **fields)
    answered(row, text=text, choice=choice)
    return row


def approved_elsewhere(owner: User, solution: Solution, question: str, text: str) -> Question:
    rfp = RFPFactory(owner=owner, title="An earlier one")
    rfp.solutions.add(solution)
    row = said(QuestionDocumentFactory(rfp=rfp), question, text)
    answering.approve([row.pk], rfp=rfp, user=owner)
    return row


def kinds(rfp: RFP, user: User) -> list[list[str]]:
    return [[row.kind for row in pair.found] for pair in list_contradictions(rfp, user=user).open]


def page_of(client: Client, rfp: RFP) -> str:
    return client.get(reverse("rfp_manager:consistency", args=[rfp.pk])).content.decode()


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("Backups are kept for 30 days.", ""), ("We keep them for 90 days.", ""), [["figure"]]),
        (("Backups are kept for 30 days.", ""), ("Kept for thirty days.", ""), []),
        (("Data is kept.", "Yes"), ("Data is kept.", "No"), [["choice"]]),
        (("Backups are kept.", ""), ("Backups are not kept.", ""), [["denial"]]),
        (("Until 1 May 2027.", ""), ("Until 2028-05-01.", ""), [["date"]]),
        (("Until May 2027.", ""), ("Until 2027-05-01.", ""), []),
        (("Traffic uses TLS 1.2.", ""), ("Traffic uses TLS 1.3.", ""), [["figure"]]),
        (("We hold ISO 27001.", ""), ("We hold ISO 9001.", ""), []),
        (("", "Yes"), ("Backups are not kept.", "Yes"), []),
    ],
)
def test_two_answers_to_the_same_question_are_compared(
    rfp: RFP,
    document: Any,
    bob: User,
    first: tuple[str, str],
    second: tuple[str, str],
    expected: list[list[str]],
) -> None:
    said(document, KEPT, *first)
    said(document, "How long do you keep backups", *second)
    assert kinds(rfp, bob) == expected


def test_other_questions_and_questions_that_ask_nothing_are_not_compared(
    rfp: RFP, document: Any, bob: User
) -> None:
    said(document, KEPT, "30 days.")
    said(document, "How long are logs kept?", "90 days.")
    said(document, "If yes, please describe.", "For 30 days.")
    said(document, "If yes, please describe.", "For 90 days.")
    assert kinds(rfp, bob) == []


def test_a_persons_word_on_what_belongs_together_counts(rfp: RFP, document: Any, bob: User) -> None:
    group = rfp.question_groups.create()
    said(document, "Retention of copies?", "30 days.", group=group, grouped_by_person=True)
    said(document, "When are backups deleted?", "After 90 days.", group=group, grouped_by_person=True)
    said(document, KEPT, "12 months.", grouped_by_person=True)
    said(document, KEPT, "24 months.")
    assert kinds(rfp, bob) == [["figure"]]


def test_the_same_words_twice_are_one_pair_that_names_both_places(rfp: RFP, document: Any, bob: User) -> None:
    for _ in range(3):
        said(document, KEPT, "30 days.")
    said(document, KEPT, "90 days.")
    (pair,) = list_contradictions(rfp, user=bob).open
    assert len(pair.here.others) == 2


def test_the_library_and_other_rfps_are_compared(
    rfp: RFP, document: Any, solution: Solution, alice: User
) -> None:
    said(document, KEPT, "30 days.")
    LibraryAnswerFactory(solution=solution, question=KEPT, answer="60 days.")
    LibraryAnswerFactory(question=KEPT, answer="5 days.")  # about another solution
    earlier = approved_elsewhere(alice, solution, "How long do you keep backups?", "90 days.")
    reopened = approved_elsewhere(alice, solution, KEPT, "10 days.")
    answering.reopen([reopened.pk], rfp=reopened.rfp)
    found = list_contradictions(rfp, user=alice).open
    assert [(pair.there.said.place, pair.there.said.text) for pair in found] == [
        ("library", "60 days."),
        ("earlier", "90 days."),
    ]
    assert found[1].there.said.url == reverse("rfp_manager:question", args=[earlier.rfp_id, earlier.pk])


def test_nobody_sees_an_answer_of_an_rfp_that_is_not_theirs(
    client: Client, rfp: RFP, document: Any, solution: Solution, alice: User, bob: User, charlie: User
) -> None:
    said(document, KEPT, "30 days.")
    theirs = approved_elsewhere(charlie, solution, KEPT, "Ninety secret days, 90 days.")
    client.force_login(bob)
    assert "secret" not in page_of(client, rfp)
    assert kinds(rfp, alice) == []
    add_member(theirs.rfp, bob, "viewer")
    assert "secret" in page_of(client, rfp)


def test_the_page_marks_what_differs_and_links_both(
    client: Client, rfp: RFP, document: Any, bob: User
) -> None:
    one = said(document, KEPT, "Backups are kept for 30 days in <two> places.")
    other = said(document, KEPT, "Backups are kept for 90 days.")
    client.force_login(bob)
    page = page_of(client, rfp)
    assert "<mark>30 days</mark> in &lt;two&gt; places." in page
    assert "<mark>90 days</mark>" in page
    for row in (one, other):
        assert reverse("rfp_manager:question", args=[rfp.pk, row.pk]) in page


def test_the_overview_links_the_list_and_asks_for_its_count(
    client: Client, rfp: RFP, document: Any, bob: User
) -> None:
    said(document, KEPT, "30 days.")
    client.force_login(bob)
    url = reverse("rfp_manager:consistency", args=[rfp.pk])
    assert f'href="{url}" hx-get="{url}"' in client.get(rfp.get_absolute_url()).content.decode()
    assert "No contradicting answers" in page_of(client, rfp)
    said(document, KEPT, "90 days.")
    headers = {"HX-Request": "true", "HX-Target": "contradiction-count"}
    assert (
        client.get(url, headers=headers).content.decode().strip()
        == "1 pair of answers that contradict each other"
    )


def test_a_dismissed_pair_stays_away_until_a_text_changes(
    client: Client, rfp: RFP, document: Any, bob: User
) -> None:
    one = said(document, KEPT, "30 days.")
    said(document, KEPT, "90 days.")
    (pair,) = list_contradictions(rfp, user=bob).open
    client.force_login(bob)
    dismiss = reverse("rfp_manager:contradiction_dismiss", args=[rfp.pk])
    client.post(dismiss, {"key": pair.key})
    found = list_contradictions(rfp, user=bob)
    assert ([], [pair.key]) == (found.open, [row.key for row in found.dismissed])
    assert "Undo" in page_of(client, rfp)
    client.post(reverse("rfp_manager:contradiction_restore", args=[rfp.pk]), {"key": pair.key})
    assert len(list_contradictions(rfp, user=bob).open) == 1
    client.post(dismiss, {"key": pair.key})
    answering.save_answer(one, text="45 days.", choice="", expected_version=1, user=bob)
    assert len(list_contradictions(rfp, user=bob).open) == 1


def test_only_a_pair_that_is_shown_can_be_dismissed(client: Client, rfp: RFP, bob: User) -> None:
    client.force_login(bob)
    page = client.post(
        reverse("rfp_manager:contradiction_dismiss", args=[rfp.pk]), {"key": "0" * 64}, follow=True
    ).content.decode()
    assert "Look at the list again" in page
    assert not rfp.dismissed_contradictions.exists()


def test_a_key_that_is_none_brings_nothing_back(client: Client, rfp: RFP, bob: User) -> None:
    client.force_login(bob)
    for key in ("", "0" * 64, "a\x00b"):
        answer = client.post(reverse("rfp_manager:contradiction_restore", args=[rfp.pk]), {"key": key})
        assert answer.status_code == 302


def test_a_viewer_reads_and_dismisses_nothing(client: Client, rfp: RFP, document: Any, charlie: User) -> None:
    said(document, KEPT, "30 days.")
    said(document, KEPT, "90 days.")
    add_member(rfp, charlie, "viewer")
    client.force_login(charlie)
    page = page_of(client, rfp)
    assert "30 days" in page
    assert "This is fine" not in page


def many(document: Any, count: int, *, status: str = Question.Status.DRAFTED) -> None:
    """Questions that no other asks, but for every tenth, which is asked again with another figure."""
    questions = Question.objects.bulk_create(
        Question(
            rfp=document.rfp, document=document, sheet="Sheet", row=n + 2, position=n, identifier=f"Q-{n}",
            text=f"How long does subsystem{n // 2 if n % 20 < 2 else n} keep its audit records?", status=status,
        )
        for n in range(count)
    )  # fmt: skip
    Answer.objects.bulk_create(
        Answer(question=row, text=f"They are kept for {n + 1} days.", status="supported", origin="human")
        for n, row in enumerate(questions)
    )


def test_a_thousand_questions_cost_no_more_queries_than_two(
    rfp: RFP, document: Any, solution: Solution, bob: User
) -> None:
    earlier = RFPFactory(owner=bob)
    earlier.solutions.add(solution)
    said(document, KEPT, "30 days.", position=100_000)
    said(document, KEPT, "90 days.", position=100_001)
    with CaptureQueriesContext(connection) as few:
        list_contradictions(rfp, user=bob)
    many(document, 1000)
    many(QuestionDocumentFactory(rfp=earlier), 2000, status=Question.Status.APPROVED)
    LibraryAnswer.objects.bulk_create(
        LibraryAnswer(solution=solution, question=f"Is part {n} of the service audited?", answer="Yes.")
        for n in range(1000)
    )
    times = []
    for _ in range(4):
        begun = time.process_time()
        with CaptureQueriesContext(connection) as queries:
            found = list_contradictions(rfp, user=bob)
        times.append(time.process_time() - begun)
        assert len(queries) <= len(few) + (not times[1:])  # one more when words were never seen before
    first, best = times[0] * 1000, min(times) * 1000
    print(
        f"\n1,002 answers with 3,000 others: {len(queries)} queries, {first:.0f} ms of computing at first,"
        f" then {best:.0f} ms"
    )
    assert len(few) <= 6
    assert len(found.open) > 50
    assert min(times) < allowed(0.8)
