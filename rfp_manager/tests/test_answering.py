"""Answers: every version is kept, nobody's words are overwritten, and silence is never approved."""

import uuid

import pytest

from core.models import User
from rag.services.drafting import Draft
from rfp_manager.exceptions import AnswerConflict, RFPError, TransitionRefused
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services import answering, question_drafts
from rfp_manager.services.saved_drafts import save_draft
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered

pytestmark = pytest.mark.django_db

Status = Question.Status


@pytest.fixture
def question(rfp: RFP) -> Question:
    return QuestionFactory(document=QuestionDocumentFactory(rfp=rfp))


def draft(text: str = "Data is encrypted.", choice: str = "Yes", status: str = "supported") -> Draft:
    return Draft(
        text=text, choice=choice, status=status, confidence=0.8, origin="extractive", missing="", sentences=()
    )


def test_a_draft_becomes_version_one(question: Question) -> None:
    assert save_draft(question, draft())
    question.refresh_from_db()
    assert (question.status, question.answer.version, question.answer.origin) == (
        Status.DRAFTED,
        1,
        "extractive",
    )
    assert question.answer.versions.count() == 1


def test_a_gap_stays_unanswered(question: Question) -> None:
    save_draft(question, draft("", "", "no_answer"))
    question.refresh_from_db()
    assert question.status == Status.UNANSWERED
    assert question.answer.status == Answer.Status.NO_ANSWER


def test_the_same_job_drafts_a_question_once(question: Question, rfp: RFP) -> None:
    job = uuid.uuid4()
    assert save_draft(question, draft(), job=job)
    assert not save_draft(question, draft("Another text"), job=job)
    assert Answer.objects.get().versions.count() == 1


def test_drafting_never_overwrites_a_persons_words(question: Question, bob: User) -> None:
    answering.save_answer(question, text="Bob knows better.", choice="No", expected_version=0, user=bob)
    assert not save_draft(question, draft())
    assert question.pk not in question_drafts.questions_to_draft(question.rfp)
    assert Answer.objects.get().text == "Bob knows better."


def test_saving_keeps_the_version_before(question: Question, bob: User) -> None:
    answered(question)
    answering.save_answer(question, text="New words.", choice="No", expected_version=1, user=bob)
    versions = Answer.objects.get().versions.order_by("version")
    assert [(row.version, row.text, row.edited_by) for row in versions] == [
        (1, "Data is encrypted at rest with AES-256.", None),
        (2, "New words.", bob),
    ]


def test_saving_without_a_change_makes_no_version(question: Question, bob: User) -> None:
    answer = answered(question)
    answering.save_answer(question, text=answer.text, choice="Yes", expected_version=1, user=bob)
    assert Answer.objects.get().version == 1


def test_the_second_of_two_people_gets_a_conflict_and_loses_nothing(
    question: Question, alice: User, bob: User
) -> None:
    answered(question)
    answering.save_answer(question, text="Alice's words.", choice="Yes", expected_version=1, user=alice)
    with pytest.raises(AnswerConflict):
        answering.save_answer(question, text="Bob's words.", choice="Yes", expected_version=1, user=bob)
    assert Answer.objects.get().text == "Alice's words."


def test_a_choice_outside_the_customers_list_is_refused(question: Question, bob: User) -> None:
    with pytest.raises(RFPError, match="Yes, No"):
        answering.save_answer(question, text="", choice="Maybe", expected_version=0, user=bob)
    assert not Answer.objects.exists()


def test_an_approved_answer_is_locked_until_it_is_reopened(question: Question, alice: User) -> None:
    answered(question)
    assert answering.approve([question.pk], rfp=question.rfp, user=alice).changed == 1
    with pytest.raises(TransitionRefused):
        answering.save_answer(question, text="Other", choice="Yes", expected_version=1, user=alice)
    assert not save_draft(question, draft())
    answering.reopen([question.pk], rfp=question.rfp)
    answering.save_answer(question, text="Other", choice="Yes", expected_version=1, user=alice)
    answer = Answer.objects.get()
    assert (answer.text, answer.approved_by) == ("Other", None)


def test_approving_many_skips_what_says_nothing(rfp: RFP, alice: User) -> None:
    document = QuestionDocumentFactory(rfp=rfp)
    questions = [QuestionFactory(document=document) for _ in range(4)]
    answered(questions[0])
    answered(questions[1])
    answered(questions[2], text="", choice="", status="no_answer")
    result = answering.approve([row.pk for row in questions], rfp=rfp, user=alice)
    assert (result.changed, result.skipped) == (2, 2)
    assert rfp.questions.filter(status=Status.APPROVED).count() == 2


def test_another_rfps_question_cannot_be_approved_through_this_one(question: Question, alice: User) -> None:
    answered(question)
    other = RFP.objects.create(title="Other", customer=question.rfp.customer, owner=alice)
    assert answering.approve([question.pk], rfp=other, user=alice).changed == 0


def test_declining_asks_for_a_reason(question: Question) -> None:
    with pytest.raises(RFPError):
        answering.decline(question, reason="  ")
    answering.decline(question, reason="Out of scope")
    question.refresh_from_db()
    assert (question.status, question.status_reason) == (Status.DECLINED, "Out of scope")


def test_a_citation_leaves_with_its_sentence(question: Question, bob: User) -> None:
    answer = answered(question, text="Kept sentence. Dropped sentence.")
    for index, quote in enumerate(["Kept sentence.", "Dropped sentence."]):
        answer.citations.create(sentence_index=index, source_title="Paper", quote=quote)
    answering.save_answer(question, text="Kept sentence. My own.", choice="Yes", expected_version=1, user=bob)
    assert [row.quote for row in answer.citations.all()] == ["Kept sentence."]


def test_the_same_question_in_other_punctuation_is_one_question(rfp: RFP) -> None:
    document = QuestionDocumentFactory(rfp=rfp)
    first = QuestionFactory(document=document, text="Is data encrypted at rest?")
    second = QuestionFactory(document=document, text="  is data  encrypted at rest ")
    third = QuestionFactory(document=document, text="Is data encrypted in transit?")
    assert question_drafts.same_question_key(first) == question_drafts.same_question_key(second)
    assert question_drafts.same_question_key(first) != question_drafts.same_question_key(third)


def test_what_was_saved_while_typing_is_one_version(question: Question, bob: User, alice: User) -> None:
    answered(question)
    for number, text in enumerate(["W", "We", "We do."], start=1):
        answering.save_answer(
            question, text=text, choice="Yes", expected_version=number, user=bob, autosaved=True
        )
    answer = Answer.objects.get()
    assert (answer.text, answer.version) == ("We do.", 4)
    assert [row.text for row in answer.versions.all()] == [
        "We do.",
        "Data is encrypted at rest with AES-256.",
    ]
    answering.save_answer(question, text="We do. A.", choice="Yes", expected_version=4, user=alice)
    assert [row.edited_by for row in answer.versions.all()] == [alice, bob, None]


def test_typing_does_not_count_as_having_looked_at_the_new_wording(question: Question, bob: User) -> None:
    answered(question)
    Question.objects.filter(pk=question.pk).update(previous_text="As it was asked.")
    answering.save_answer(question, text="We", choice="Yes", expected_version=1, user=bob, autosaved=True)
    question.refresh_from_db()
    assert question.previous_text
    answering.save_answer(question, text="We", choice="Yes", expected_version=2, user=bob)
    question.refresh_from_db()
    assert not question.previous_text


def test_restoring_makes_a_new_version_of_the_old_words(question: Question, bob: User) -> None:
    answered(question)
    answering.save_answer(question, text="Worse.", choice="No", expected_version=1, user=bob)
    answer = answering.restore_version(question, version=1, expected_version=2, user=bob)
    assert (answer.version, answer.text, answer.choice) == (
        3,
        "Data is encrypted at rest with AES-256.",
        "Yes",
    )
    assert answer.versions.count() == 3
    with pytest.raises(RFPError):
        answering.restore_version(question, version=9, expected_version=3, user=bob)
    with pytest.raises(AnswerConflict):
        answering.restore_version(question, version=2, expected_version=1, user=bob)
