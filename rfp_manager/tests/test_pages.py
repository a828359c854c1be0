"""The pages: what they say, and that their number of queries does not grow with their lists."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.models import Job, Organization, User
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.tests.factories import (
    QuestionDocumentFactory,
    QuestionFactory,
    RFPFactory,
    add_member,
    answered,
)
from solution_library.models import Solution

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(rfp: RFP) -> Any:
    return QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")


def test_a_contributor_creates_an_rfp_with_a_new_customer(client: Client, alice: User) -> None:
    vendor = Organization.objects.create(name="Vendor", kind="vendor")
    solution = Solution.objects.create(vendor=vendor, name="Vault")
    client.force_login(alice)
    data = {
        "title": "Records",
        "customer_name": "Water Board",
        "solutions": [solution.pk],
        "due_at": "2027-01-15T12:00",
    }
    response = client.post(reverse("rfp_manager:create"), data)
    rfp = RFP.objects.get()
    assert response.headers["Location"] == rfp.get_absolute_url()
    assert (rfp.owner, rfp.customer.name, rfp.customer.kind) == (alice, "Water Board", "customer")
    assert list(rfp.solutions.all()) == [solution]
    assert rfp.due_at is not None


def test_a_form_without_a_customer_says_what_to_do(client: Client, alice: User) -> None:
    client.force_login(alice)
    response = client.post(reverse("rfp_manager:create"), {"title": "Records"})
    assert response.status_code == 422
    assert "type the name of a new one" in response.content.decode()
    assert not RFP.objects.exists()


def test_a_list_without_rfps_has_one_main_step(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get(reverse("rfp_manager:list")).content.decode().count("btn-primary") == 1


def test_an_rfp_waits_for_the_first_solution(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert "the library has no solution yet" in client.get(reverse("rfp_manager:create")).content.decode()
    vendor = Organization.objects.create(name="Vendor", kind="vendor")
    only = Solution.objects.create(vendor=vendor, name="Vault")
    form = client.get(reverse("rfp_manager:create")).context["form"]
    assert form["solutions"].value() == [only.pk]


def test_a_viewer_cannot_create_an_rfp(client: Client, charlie: User) -> None:
    client.force_login(charlie)
    assert client.get(reverse("rfp_manager:create")).status_code == 403


def test_the_list_shows_only_ones_own(client: Client, rfp: RFP, bob: User, charlie: User) -> None:
    other = RFPFactory(title="A secret bid")
    client.force_login(bob)
    page = client.get(reverse("rfp_manager:list")).content.decode()
    assert rfp.title in page
    assert other.title not in page
    client.force_login(charlie)
    assert "on no RFP" in client.get(reverse("rfp_manager:list")).content.decode()


def count_queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_list_of_rfps_asks_as_often_for_fifty_as_for_one(
    client: Client, rfp: RFP, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(bob)
    url = reverse("rfp_manager:list")
    client.get(url)
    few = count_queries(client, url)
    for _ in range(49):
        add_member(RFPFactory(), bob)
    with django_assert_num_queries(few):
        client.get(url)


def test_the_questions_ask_as_often_for_a_hundred_as_for_one(
    client: Client, document: Any, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    answered(QuestionFactory(document=document))
    client.force_login(bob)
    url = reverse("rfp_manager:questions", args=[document.rfp_id])
    client.get(url)
    few = count_queries(client, url)
    for _ in range(99):
        answered(QuestionFactory(document=document))
    with django_assert_num_queries(few):
        client.get(url)
    assert few <= 14


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("status=drafted", {"Q-A"}),
        ("status=gap", {"Q-B"}),
        ("status=unanswered", {"Q-B", "Q-C"}),
        ("q=backup", {"Q-C"}),
        ("sheet=Other", {"Q-C"}),
        ("status=nonsense", {"Q-A", "Q-B", "Q-C"}),
    ],
)
def test_filters_narrow_the_list(
    client: Client, document: Any, bob: User, query: str, shown: set[str]
) -> None:
    answered(QuestionFactory(document=document, identifier="Q-A"))
    gap = QuestionFactory(document=document, identifier="Q-B")
    answered(gap, text="", choice="", status=Answer.Status.NO_ANSWER, missing="Nothing mentions it.")
    QuestionFactory(document=document, identifier="Q-C", text="How are backups made?", sheet="Other")
    client.force_login(bob)
    page = client.get(f"{reverse('rfp_manager:questions', args=[document.rfp_id])}?{query}").content.decode()
    assert {name for name in ("Q-A", "Q-B", "Q-C") if name in page} == shown


def test_draft_all_queues_one_job_however_often_it_is_pressed(
    client: Client, document: Any, bob: User
) -> None:
    questions = [QuestionFactory(document=document) for _ in range(3)]
    client.force_login(bob)
    url = reverse("rfp_manager:draft", args=[document.rfp_id])
    client.post(url)
    client.post(url)
    job = Job.objects.get()
    assert (job.kind, job.total, job.queue) == ("draft_answers", 3, "llm")
    assert job.params["questions"] == [question.pk for question in questions]
    page = client.get(reverse("rfp_manager:questions", args=[document.rfp_id])).content.decode()
    assert 'role="progressbar"' in page or "<progress" in page


def test_the_saved_answer_and_the_gap_are_shown(client: Client, document: Any, bob: User) -> None:
    question = QuestionFactory(document=document)
    answered(question, text="", choice="", status=Answer.Status.NO_ANSWER, missing="Nothing mentions it.")
    client.force_login(bob)
    url = reverse("rfp_manager:question", args=[document.rfp_id, question.pk])
    assert "The library does not answer this" in client.get(url).content.decode()
    save = reverse("rfp_manager:answer_save", args=[document.rfp_id, question.pk])
    client.post(save, {"text": "We do.", "choice": "Yes", "version": 1})
    page = client.get(url).content.decode()
    assert "We do." in page
    assert "The library does not answer this" not in page


def test_the_second_of_two_editors_sees_both_texts(
    client: Client, document: Any, bob: User, alice: User
) -> None:
    question = QuestionFactory(document=document)
    save = reverse("rfp_manager:answer_save", args=[document.rfp_id, question.pk])
    client.force_login(alice)
    client.post(save, {"text": "Alice's text.", "choice": "Yes", "version": 0})
    client.force_login(bob)
    response = client.post(
        save, {"text": "Bob's text.", "choice": "No", "version": 0}, headers={"HX-Request": "true"}
    )
    page = response.content.decode()
    assert response.status_code == 409
    assert "Bob&#x27;s text." in page
    assert "Alice&#x27;s text." in page
    assert Answer.objects.get().text == "Alice's text."


def test_hostile_text_is_shown_and_never_run(client: Client, document: Any, bob: User) -> None:
    question = QuestionFactory(document=document, text="<img src=x onerror=alert(1)> {{7*7}}")
    answered(question, text="<script>alert(1)</script>")
    client.force_login(bob)
    page = client.get(reverse("rfp_manager:question", args=[document.rfp_id, question.pk])).content.decode()
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "{{7*7}}" in page


def test_approving_the_chosen_ones_says_how_many(client: Client, document: Any, alice: User) -> None:
    questions = [QuestionFactory(document=document) for _ in range(3)]
    for question in questions[:2]:
        answered(question)
    client.force_login(alice)
    response = client.post(
        reverse("rfp_manager:bulk_approve", args=[document.rfp_id]),
        {"question": [question.pk for question in questions]},
        follow=True,
    )
    assert "2 approved. 1 had no answer" in str(next(iter(response.context["messages"])))
    assert Question.objects.filter(status=Question.Status.APPROVED).count() == 2


def test_deleting_an_rfp_takes_its_files_along(
    client: Client, document: Any, alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    key = document.file.name
    client.force_login(alice)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("rfp_manager:delete", args=[document.rfp_id]))
    assert not RFP.objects.exists()
    assert not default_storage.exists(key)
