"""Approved answers tell rag what a search for their questions should find."""

import pytest
from django.utils import timezone

from core.models import User
from rfp_manager.models import RFP, Answer, Citation, Question
from rfp_manager.services.judgements import approved_judgements
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, RFPFactory
from solution_library.models import Document
from solution_library.tests.factories import DocumentFactory, LibraryAnswerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rfp(alice: User) -> RFP:
    rfp: RFP = RFPFactory(owner=alice)
    rfp.solutions.add(DocumentFactory().solution)
    return rfp


def approved(rfp: RFP, *, status: str = Question.Status.APPROVED, **cited: object) -> Answer:
    document = rfp.question_documents.first() or QuestionDocumentFactory(rfp=rfp)
    question = QuestionFactory(document=document, status=status)
    answer = Answer.objects.create(
        question=question, text="Yes.", status="supported", origin="human", approved_at=timezone.now()
    )
    if cited:
        for index in range(2):
            Citation.objects.create(answer=answer, sentence_index=index, source_title="S", quote="Q", **cited)
    return answer


def test_what_is_approved_and_cites_something_counts(rfp: RFP) -> None:
    document, entry = Document.objects.get(), LibraryAnswerFactory()
    first = approved(rfp, document=document)
    second = approved(rfp, library_answer=entry)
    approved(rfp)
    approved(rfp, status=Question.Status.IN_REVIEW, document=document)
    dropped = approved(rfp, document=document)
    Question.objects.filter(pk=dropped.question_id).update(removed_at=timezone.now())
    found = {one.answer: one for one in approved_judgements(10)}
    assert set(found) == {first.pk, second.pk}
    assert found[first.pk].documents == {document.pk}
    assert found[second.pk].library_answers == {entry.pk}
    assert found[first.pk].solutions == (document.solution_id,)
    assert found[first.pk].question == first.question.text


def test_the_newest_come_first_at_a_constant_cost(rfp: RFP, django_assert_num_queries) -> None:
    document = Document.objects.get()
    rows = [approved(rfp, document=document) for _ in range(4)]
    with django_assert_num_queries(4):
        found = approved_judgements(3)
    assert [one.answer for one in found] == [row.pk for row in rows[:0:-1]]
