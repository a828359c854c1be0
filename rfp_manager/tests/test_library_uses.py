"""How often the library's rows are used: counted once for each draft, told in numbers that name no RFP."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from rag.services.drafts import Draft, DraftCitation, DraftSentence
from rag.services.passages import Passage
from rfp_manager.models import RFP, Citation, Question
from rfp_manager.services.saved_drafts import save_draft
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, RFPFactory, answered
from solution_library.models import LibraryAnswer
from solution_library.tests.factories import DocumentFactory, LibraryAnswerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(rfp: RFP) -> Question:
    return QuestionFactory(document=QuestionDocumentFactory(rfp=rfp))


def draft_from(entry: LibraryAnswer, origin: str = "library") -> Draft:
    passage = Passage(
        chunk_id=None,
        library_answer_id=entry.pk,
        document_id=None,
        solution_id=entry.solution_id,
        title=entry.question,
        heading_path=(),
        page=None,
        page_end=None,
        text=entry.answer,
        score=1.0,
    )
    sentence = DraftSentence(entry.answer, (DraftCitation(passage, entry.answer),))
    return Draft(entry.answer, "", "supported", 0.9, origin, "", (sentence,))  # type: ignore[arg-type]


def times_used(entry: LibraryAnswer) -> int:
    return LibraryAnswer.objects.get(pk=entry.pk).times_used


def test_a_draft_taken_from_the_library_is_one_use_however_often_it_is_drafted(question: Question) -> None:
    entry = LibraryAnswerFactory()
    job = uuid.uuid4()
    save_draft(question, draft_from(entry), job=job)
    save_draft(question, draft_from(entry), job=job)
    save_draft(question, draft_from(entry), job=uuid.uuid4())
    assert times_used(entry) == 1


def test_another_answer_and_another_question_are_uses_of_their_own(question: Question) -> None:
    first, second = LibraryAnswerFactory(), LibraryAnswerFactory()
    save_draft(question, draft_from(first))
    save_draft(question, draft_from(second))
    save_draft(QuestionFactory(document=question.document), draft_from(second))
    assert (times_used(first), times_used(second)) == (1, 2)


def test_a_sentence_quoted_beside_others_is_a_citation_and_no_use(question: Question) -> None:
    entry = LibraryAnswerFactory()
    save_draft(question, draft_from(entry, "extractive"))
    assert times_used(entry) == 0


def test_the_library_tells_how_often_it_is_cited_and_names_no_rfp(
    client: Client, charlie: User, question: Question
) -> None:
    entry = LibraryAnswerFactory()
    hidden = RFPFactory(title="Secret tender")
    other = QuestionFactory(document=QuestionDocumentFactory(rfp=hidden))
    for asked in (question, QuestionFactory(document=question.document), other):
        answer = answered(asked)
        for _ in range(2):
            Citation.objects.create(
                answer=answer, sentence_index=0, library_answer=entry, source_title="S", quote="Q"
            )
    client.force_login(charlie)
    for address in (entry.get_absolute_url(), reverse("solution_library:answers")):
        page = client.get(address).content.decode()
        assert "Cited in 3 answers of 2 RFPs" in page
        assert "Secret tender" not in page
        assert hidden.customer.name not in page


def test_a_document_tells_how_often_it_is_cited(client: Client, charlie: User, question: Question) -> None:
    document = DocumentFactory(embedded=True)
    Citation.objects.create(
        answer=answered(question), sentence_index=0, document=document, source_title="S", quote="Q"
    )
    client.force_login(charlie)
    for address in (document.get_absolute_url(), document.solution.get_absolute_url()):
        assert "Cited in 1 answer of 1 RFP" in client.get(address).content.decode()
