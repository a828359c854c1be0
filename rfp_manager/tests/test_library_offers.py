"""Approved answers go back into the library: one by one or many, once each, and nothing else does."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from core import jobs
from core.models import Job, User
from core.tests.factories import UserFactory
from rfp_manager.exceptions import GoneMeanwhile
from rfp_manager.models import RFP, Citation, Question
from rfp_manager.services import answering
from rfp_manager.services.library_offers import list_offers, offer_answer
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, add_member, answered
from solution_library.exceptions import LibraryError
from solution_library.models import Document, LibraryAnswer, Solution, SourceMark
from solution_library.services.deletions import trash
from solution_library.tests.factories import DocumentFactory, LibraryAnswerFactory, SolutionFactory

pytestmark = pytest.mark.django_db

TEXTS = ["Is data encrypted at rest?", "Where is the data stored?", "Who audits the service?"]
LIST_QUERIES = 8


@pytest.fixture
def solution(rfp: RFP) -> Solution:
    solution = SolutionFactory()
    rfp.solutions.add(solution)
    return solution


@pytest.fixture
def questions(rfp: RFP, solution: Solution, alice: User) -> list[Question]:
    """Three questions; the first two are approved."""
    document = QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")
    found = [QuestionFactory(document=document, text=text) for text in TEXTS]
    for question, words in zip(found, ["With AES-256.", "In Norway.", "A firm."], strict=True):
        answered(question, text=words)
    answering.approve([question.pk for question in found[:2]], rfp=rfp, user=alice)
    return found


def url(name: str, rfp: RFP, *args: int) -> str:
    return reverse(f"rfp_manager:{name}", args=[rfp.pk, *args])


def add_all(client: Client, rfp: RFP, questions: list[Question], solution: Solution) -> Job:
    ticked = [question.pk for question in questions]
    client.post(url("library_offer", rfp), {"question": ticked, "solution": solution.pk})
    job = Job.objects.filter(kind="offer_answers").latest("created_at")
    jobs.execute(job.pk)
    job.refresh_from_db()
    return job


def test_the_approved_answers_are_added_with_where_they_came_from(
    client: Client, alice: User, charlie: User, rfp: RFP, questions: list[Question], solution: Solution
) -> None:
    client.force_login(alice)
    job = add_all(client, rfp, questions, solution)
    assert job.state == Job.State.DONE
    kept = LibraryAnswer.objects.order_by("pk")
    assert [(entry.question, entry.answer) for entry in kept] == [
        (TEXTS[0], "With AES-256."),
        (TEXTS[1], "In Norway."),
    ]
    first = kept[0]
    assert (first.origin, first.origin_answer_id) == ("approved", questions[0].answer.pk)
    assert first.origin_note == "Approved by Alice Archer"
    assert rfp.title in client.get(first.get_absolute_url()).content.decode()
    client.force_login(charlie)
    page = client.get(first.get_absolute_url()).content.decode()
    assert "Approved by Alice Archer" in page
    assert rfp.title not in page
    assert rfp.customer.name not in page
    assert f"/rfps/{rfp.pk}/" not in page


def test_added_twice_they_are_there_once_and_a_new_approval_updates_them(
    client: Client, alice: User, rfp: RFP, questions: list[Question], solution: Solution
) -> None:
    client.force_login(alice)
    job = add_all(client, rfp, questions, solution)
    Job.objects.filter(pk=job.pk).update(state="queued")
    jobs.execute(job.pk)
    assert LibraryAnswer.objects.count() == 2
    assert all(offer.state == "kept" for offer in list_offers(rfp))
    answering.reopen([questions[1].pk], rfp=rfp)
    answering.save_answer(
        questions[1], text="In Norway and Finland.", choice="Yes", expected_version=1, user=alice
    )
    answering.approve([questions[1].pk], rfp=rfp, user=alice)
    assert [offer.state for offer in list_offers(rfp)] == ["kept", "changed"]
    add_all(client, rfp, questions, solution)
    entry = LibraryAnswer.objects.get(origin_answer_id=questions[1].answer.pk)
    assert entry.answer == "In Norway and Finland."
    assert [version.answer for version in entry.versions.all()] == ["In Norway and Finland.", "In Norway."]


def test_what_the_library_has_already_is_left_out_and_named(
    client: Client, alice: User, rfp: RFP, questions: list[Question], solution: Solution
) -> None:
    other = LibraryAnswerFactory(solution=solution, question=TEXTS[1], answer="In Iceland.")
    client.force_login(alice)
    job = add_all(client, rfp, questions, solution)
    assert [(row["question"], row["entry"]) for row in job.result["left_out"]] == [
        (questions[1].pk, other.pk)
    ]
    assert "1 kept in the library; 1 left out" in job.message
    page = client.get(url("library_offers", rfp)).content.decode()
    assert "Left out" in page
    assert other.get_absolute_url() in page


def test_questions_that_ask_the_same_are_offered_once(
    rfp: RFP, questions: list[Question], alice: User
) -> None:
    twin = QuestionFactory(document=questions[0].document, text=TEXTS[0].upper())
    answered(twin)
    answering.approve([twin.pk], rfp=rfp, user=alice)
    assert [offer.question for offer in list_offers(rfp)] == questions[:2]


def test_a_lone_choice_is_kept_as_its_own_words(
    client: Client, alice: User, rfp: RFP, questions: list[Question], solution: Solution
) -> None:
    type(questions[0].answer).objects.filter(question=questions[0]).update(text="")
    client.force_login(alice)
    add_all(client, rfp, questions[:1], solution)
    entry = LibraryAnswer.objects.get()
    assert (entry.answer, entry.choice) == ("Yes", "Yes")
    assert list_offers(rfp)[0].state == "kept"


def test_one_answer_is_edited_before_it_is_added(
    client: Client, alice: User, rfp: RFP, questions: list[Question], solution: Solution
) -> None:
    client.force_login(alice)
    address = url("library_offer_one", rfp, questions[0].pk)
    assert address in client.get(url("question", rfp, questions[0].pk)).content.decode()
    assert "With AES-256." in client.get(address).content.decode()
    answer = client.post(
        address,
        {"solution": solution.pk, "question": "Is data encrypted?", "answer": "Always.", "tags": "crypto"},
    )
    entry = LibraryAnswer.objects.get()
    assert answer.url == entry.get_absolute_url()
    assert (entry.question, entry.answer, entry.tags) == ("Is data encrypted?", "Always.", ["crypto"])
    questions[0].answer.refresh_from_db()
    assert questions[0].answer.text == "With AES-256."


def test_only_the_rfps_solutions_can_be_chosen(
    client: Client, alice: User, rfp: RFP, questions: list[Question]
) -> None:
    foreign = SolutionFactory()
    client.force_login(alice)
    pair = {"solution": foreign.pk, "question": "Q?", "answer": "A."}
    assert client.post(url("library_offer_one", rfp, questions[0].pk), pair).status_code == 422
    client.post(url("library_offer", rfp), {"question": [questions[0].pk], "solution": foreign.pk})
    assert not Job.objects.filter(kind="offer_answers").exists()
    assert not LibraryAnswer.objects.exists()


def test_what_is_not_approved_is_not_offered(
    client: Client, alice: User, rfp: RFP, questions: list[Question], solution: Solution
) -> None:
    client.force_login(alice)
    assert client.get(url("library_offer_one", rfp, questions[2].pk)).status_code == 404
    client.post(url("library_offer", rfp), {"question": [questions[2].pk], "solution": solution.pk})
    assert not Job.objects.filter(kind="offer_answers").exists()
    answer = questions[2].answer
    with pytest.raises(Exception, match="Only approved answers"):
        offer_answer(answer, solution=solution, question="Q?", text="A.", choice="", owner=alice)


@pytest.mark.parametrize(
    ("role", "groups", "may"),
    [
        ("manager", ["viewer"], True),
        ("reviewer", ["contributor"], False),
        ("contributor", ["contributor"], False),
        ("viewer", ["library editor"], True),
        (None, ["library editor"], None),
    ],
)
def test_managers_and_library_editors_of_the_team_offer_answers(
    client: Client,
    rfp: RFP,
    questions: list[Question],
    role: str | None,
    groups: list[str],
    may: bool | None,
) -> None:
    person = UserFactory(groups=groups)
    if role:
        add_member(rfp, person, role)
    client.force_login(person)
    expected = 404 if may is None else 200 if may else 403
    addresses = [url("library_offers", rfp), url("library_offer_one", rfp, questions[0].pk)]
    assert [client.get(address).status_code for address in addresses] == [expected, expected]
    if may is not None:
        shown = addresses[1] in client.get(url("question", rfp, questions[0].pk)).content.decode()
        assert shown == may


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_the_same_queries(
    client: Client,
    alice: User,
    rfp: RFP,
    questions: list[Question],
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    more = [QuestionFactory(document=questions[0].document, text=f"Question {n}?") for n in range(count)]
    for question in more:
        answered(question)
    answering.approve([question.pk for question in more], rfp=rfp, user=alice)
    client.force_login(alice)
    client.get(url("library_offers", rfp))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(url("library_offers", rfp))


def test_an_empty_text_is_refused(rfp: RFP, questions: list[Question], solution: Solution) -> None:
    with pytest.raises(LibraryError):
        offer_answer(questions[0].answer, solution=solution, question=" ", text="A.", choice="", owner=None)


def test_an_entry_is_based_on_what_its_answer_cited_even_when_the_rfp_is_gone(
    rfp: RFP, questions: list[Question], solution: Solution
) -> None:
    document, other = (
        DocumentFactory(solution=solution, embedded=True),
        LibraryAnswerFactory(solution=solution),
    )
    answer = questions[0].answer
    for cited in ({"document": document}, {"document": document}, {"library_answer": other}):
        Citation.objects.create(answer=answer, sentence_index=0, source_title="S", quote="Words.", **cited)
    words = {"question": TEXTS[0], "text": "With AES-256.", "choice": ""}
    entry = offer_answer(answer, solution=solution, owner=None, **words)
    assert list(entry.sources.values_list("document", "library_answer").order_by("pk")) == [
        (document.pk, None),
        (None, other.pk),
    ]
    rfp.delete()
    trash(Document.objects.filter(pk=document.pk), now=timezone.now())
    assert SourceMark.objects.get().source.entry == entry


def test_an_answer_whose_source_has_changed_makes_a_marked_entry(
    questions: list[Question], solution: Solution
) -> None:
    answer = questions[0].answer
    answer.outdated_at, answer.outdated_reason = timezone.now(), "“A” has changed."
    answer.save()
    words = {"question": TEXTS[0], "text": "With AES-256.", "choice": ""}
    entry = offer_answer(answer, solution=solution, owner=None, **words)
    assert SourceMark.objects.get(source__entry=entry).reason == "“A” has changed."


def test_entries_from_before_get_what_their_answers_cite(
    questions: list[Question], solution: Solution
) -> None:
    answer = questions[0].answer
    entry = LibraryAnswerFactory(solution=solution, origin_answer_id=answer.pk)
    document = DocumentFactory(solution=solution, embedded=True)
    for cited in ({"document": document}, {"document": document}, {"library_answer": entry}):
        Citation.objects.create(answer=answer, sentence_index=0, source_title="S", quote="Words.", **cited)
    migration = import_module("rfp_manager.migrations.0018_sources_of_library_answers")
    migration.keep_sources(apps, None)
    assert entry.sources.get().document == document


def test_an_answer_whose_question_was_deleted_meanwhile_goes_into_no_library(
    questions: list[Question], solution: Solution
) -> None:
    answer = questions[0].answer
    questions[0].delete()
    words = {"question": TEXTS[0], "text": "With AES-256.", "choice": ""}
    with pytest.raises(GoneMeanwhile, match="deleted in the meantime"):
        offer_answer(answer, solution=solution, owner=None, **words)
    assert not LibraryAnswer.objects.exists()
