"""Between the search for a draft and its saving a source may change: nothing breaks, and the answer is marked."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from rag.services.drafts import Draft, DraftCitation, DraftSentence
from rag.services.passages import Passage
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services.saved_drafts import save_draft
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory
from solution_library.models import Document, DocumentEmbedding, LibraryAnswer
from solution_library.services.deletions import trash, trash_answers
from solution_library.services.replacements import replace_document_file
from solution_library.tests.factories import (
    DocumentEmbeddingFactory,
    DocumentFactory,
    LibraryAnswerFactory,
)
from solution_library.tests.files import text_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media_folder")]


@pytest.fixture
def question(rfp: RFP) -> Question:
    return QuestionFactory(document=QuestionDocumentFactory(rfp=rfp))


@pytest.fixture
def chunk() -> DocumentEmbedding:
    document = DocumentFactory(title="Manual", embedded=True, embedded_at=timezone.now())
    return DocumentEmbeddingFactory(document=document)


def passage(**found: Any) -> Passage:
    return Passage(
        **{
            "chunk_id": None,
            "library_answer_id": None,
            "document_id": None,
            "solution_id": 1,
            "title": "Manual",
            "heading_path": (),
            "page": None,
            "page_end": None,
            "text": "Backups run nightly.",
            "score": 0.9,
            "changed_at": timezone.now(),
            **found,
        }
    )


def draft_on(found: Passage) -> Draft:
    said = DraftSentence(found.text, (DraftCitation(found, found.text),))
    return Draft(
        text=found.text,
        choice="",
        status="supported",
        confidence=0.9,
        origin="library" if found.library_answer_id else "extractive",
        missing="",
        sentences=(said,),
    )


def save(question: Question, found: Passage) -> Answer:
    assert save_draft(question, draft_on(found))
    return Answer.objects.get(question=question)


def embedded_anew(document: Document) -> None:
    """As the worker does once the content has changed: other chunks, made from what is stored now."""
    document.refresh_from_db()
    document.embeddings.all().delete()
    DocumentEmbeddingFactory(document=document)
    Document.objects.filter(pk=document.pk).update(
        embedded_hash=document.content_hash, embedded_at=timezone.now() + dt.timedelta(seconds=1)
    )


def test_what_stands_as_it_was_found_is_cited_without_a_mark(
    question: Question, chunk: DocumentEmbedding
) -> None:
    answer = save(question, passage(chunk_id=chunk.pk, document_id=chunk.document_id))
    assert answer.outdated_at is None
    assert answer.citations.get().chunk_id == chunk.pk


def test_a_file_that_was_replaced_meanwhile_marks_the_answer(
    question: Question, chunk: DocumentEmbedding
) -> None:
    found = passage(chunk_id=chunk.pk, document_id=chunk.document_id)
    replace_document_file(chunk.document, upload=text_upload("new.md", b"# Manual\n\nWeekly now.\n"))
    before_it_is_embedded = save(question, found)
    assert before_it_is_embedded.outdated_reason == "“Manual” was replaced by a new file."
    embedded_anew(chunk.document)
    afterwards = save(QuestionFactory(document=question.document), found)
    assert afterwards.outdated_reason == "“Manual” was replaced by a new file."
    cited = afterwards.citations.get()
    assert (cited.chunk_id, cited.document_id, cited.quote) == (None, chunk.document_id, found.text)


def test_the_same_words_embedded_otherwise_mark_nothing(question: Question, chunk: DocumentEmbedding) -> None:
    found = passage(chunk_id=chunk.pk, document_id=chunk.document_id)
    chunk.delete()
    answer = save(question, found)
    assert answer.outdated_at is None
    assert answer.citations.get().chunk_id is None


def test_a_document_that_was_deleted_meanwhile_marks_the_answer(
    question: Question, chunk: DocumentEmbedding
) -> None:
    found = passage(chunk_id=chunk.pk, document_id=chunk.document_id)
    trash(Document.objects.all(), now=timezone.now())
    answer = save(question, found)
    assert answer.outdated_reason == "“Manual” was deleted from the library."
    Document.objects.all().delete()
    answer = save(QuestionFactory(document=question.document), found)
    assert answer.outdated_reason == "“Manual” was deleted from the library."
    assert answer.citations.get().document_id is None


def test_a_library_answer_that_says_something_else_by_now_marks_the_answer(question: Question) -> None:
    entry = LibraryAnswerFactory(answer="Yes, every night.")
    found = passage(library_answer_id=entry.pk, text=entry.answer, choice=entry.choice)
    assert save(question, found).outdated_at is None
    other = replace(found, text="Yes, every hour.")
    answer = save(QuestionFactory(document=question.document), other)
    assert answer.outdated_reason == "The library answer that it was taken from was changed."
    trash_answers(LibraryAnswer.objects.all(), now=timezone.now())
    answer = save(QuestionFactory(document=question.document), found)
    assert answer.outdated_reason == "The library answer that it was taken from was deleted."
