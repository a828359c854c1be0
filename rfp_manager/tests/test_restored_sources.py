"""Sources that come back from their deletion: answers lose the mark that this very deletion set, and no other."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rfp_manager.models import RFP, Answer, Citation, Question
from rfp_manager.services.outdated import keep_answer, mark_answers_citing
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from solution_library.models import Document, DocumentationSource, LibraryAnswer
from solution_library.services.answers import save_library_answer
from solution_library.services.deletions import trash, trash_answers, trash_solution, trash_source
from solution_library.services.purging import purge_deleted
from solution_library.services.replacements import replace_document_file, undo_replacement
from solution_library.services.restoring import (
    restore_answers,
    restore_documents,
    restore_solution,
    restore_source,
)
from solution_library.services.scraped_pages import PageText, store_scraped_page
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentFactory,
    LibraryAnswerFactory,
)
from solution_library.tests.files import text_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(rfp: RFP) -> Question:
    question = QuestionFactory(document=QuestionDocumentFactory(rfp=rfp))
    answered(question)
    return question


def cite(question: Question, cited: Document | LibraryAnswer, *, sentence: int = 0) -> None:
    field = "document" if isinstance(cited, Document) else "library_answer"
    Citation.objects.create(
        answer=question.answer, sentence_index=sentence, source_title=str(cited), quote="Q", **{field: cited}
    )


def mark_of(question: Question) -> str:
    return Answer.objects.get(question=question).outdated_reason


def delete(document: Document) -> None:
    trash(Document.objects.filter(pk=document.pk), now=timezone.now())


def restore(document: Document) -> None:
    restore_documents(Document.objects.filter(pk=document.pk))


def test_a_document_that_is_back_takes_the_mark_of_its_deletion_off(question: Question) -> None:
    manual, other = DocumentFactory(title="Manual"), DocumentFactory(title="Other")
    second = QuestionFactory(document=question.document)
    answered(second)
    cite(question, manual)
    cite(second, other)
    delete(manual)
    delete(other)
    restore(manual)
    answer = Answer.objects.get(question=question)
    assert (answer.outdated_at, answer.outdated_reason) == (None, "")
    assert mark_of(second) == "“Other” was deleted from the library."


def test_a_library_answer_that_is_back_takes_its_mark_off(question: Question) -> None:
    entry = LibraryAnswerFactory()
    cite(question, entry)
    trash_answers(LibraryAnswer.objects.all(), now=timezone.now())
    assert mark_of(question)
    restore_answers(LibraryAnswer.with_deleted.all())
    assert mark_of(question) == ""


def test_a_library_answer_that_is_kept_anew_takes_its_mark_off(question: Question) -> None:
    entry = LibraryAnswerFactory(origin_answer_id=7)
    cite(question, entry)
    trash_answers(LibraryAnswer.objects.all(), now=timezone.now())
    said = {"solution": entry.solution, "question": entry.question, "owner": None, "origin_answer_id": 7}
    save_library_answer(answer=entry.answer, **said)
    assert mark_of(question) == ""
    trash_answers(LibraryAnswer.objects.all(), now=timezone.now())
    save_library_answer(answer="Weekly now.", **said)
    assert mark_of(question) == "The library answer that it was taken from was changed."


@pytest.mark.parametrize("deletes", ["site", "solution"])
def test_a_site_or_a_solution_that_is_back_takes_its_marks_off(question: Question, deletes: str) -> None:
    site = DocumentationSourceFactory()
    page = DocumentFactory(solution=site.solution, source=site, url=f"{site.base_url}a")
    entry = LibraryAnswerFactory(solution=site.solution)
    second = QuestionFactory(document=question.document)
    answered(second)
    cite(question, page)
    cite(second, entry)
    if deletes == "site":
        trash_source(site, now=timezone.now())
        restore_source(DocumentationSource.with_deleted.get())
    else:
        trash_solution(site.solution, now=timezone.now())
        assert mark_of(question)
        assert mark_of(second)
        restore_solution(type(site.solution).with_deleted.get())
    assert mark_of(question) == mark_of(second) == ""


def test_a_mark_that_the_deletion_covered_is_shown_again(question: Question) -> None:
    manual, page = DocumentFactory(title="Manual"), DocumentFactory()
    cite(question, manual)
    cite(question, page)
    mark_answers_citing(page, reason="The page has changed.", url="/difference/")
    delete(manual)
    assert mark_of(question) == "“Manual” was deleted from the library."
    restore(manual)
    answer = Answer.objects.get(question=question)
    assert (answer.outdated_reason, answer.outdated_url) == ("The page has changed.", "/difference/")
    assert answer.outdated_at
    assert answer.outdated_earlier == []


def test_a_mark_that_is_newer_than_the_deletion_stays(question: Question) -> None:
    manual, page = DocumentFactory(), DocumentFactory()
    cite(question, manual)
    cite(question, page)
    delete(manual)
    mark_answers_citing(page, reason="The page has changed.")
    restore(manual)
    answer = Answer.objects.get(question=question)
    assert (answer.outdated_reason, answer.outdated_earlier) == ("The page has changed.", [])


def test_what_was_deleted_in_the_same_moment_and_stays_deleted_keeps_the_mark(question: Question) -> None:
    first, second = DocumentFactory(title="First"), DocumentFactory(title="Second")
    cite(question, first, sentence=0)
    cite(question, second, sentence=1)
    trash(Document.objects.all(), now=timezone.now())
    assert mark_of(question).startswith("“First”")
    restore(first)
    assert mark_of(question) == "“Second” was deleted from the library."
    restore(second)
    assert mark_of(question) == ""


def test_deletions_are_undone_in_any_order(question: Question) -> None:
    first, second = DocumentFactory(title="First"), DocumentFactory(title="Second")
    cite(question, first)
    cite(question, second)
    delete(first)
    delete(second)
    restore(first)
    assert mark_of(question) == "“Second” was deleted from the library."
    restore(second)
    assert mark_of(question) == ""


def test_who_has_looked_sees_no_earlier_mark_again(question: Question) -> None:
    manual, page = DocumentFactory(), DocumentFactory()
    cite(question, manual)
    cite(question, page)
    mark_answers_citing(page, reason="The page has changed.")
    delete(manual)
    keep_answer(question)
    restore(manual)
    answer = Answer.objects.get(question=question)
    assert (answer.outdated_at, answer.outdated_earlier) == (None, [])


def test_marks_stay_when_what_was_deleted_is_purged(question: Question) -> None:
    manual = DocumentFactory(title="Manual")
    cite(question, manual)
    trash(Document.objects.all(), now=timezone.now() - timedelta(days=2))
    assert purge_deleted() == 1
    assert mark_of(question) == "“Manual” was deleted from the library."


def test_a_site_comes_back_in_the_same_few_queries_however_many_pages_are_cited(question: Question) -> None:
    counts = []
    for number in (1, 20):
        site = DocumentationSourceFactory()
        for page in range(number):
            other = QuestionFactory(document=question.document)
            answered(other)
            page = DocumentFactory(solution=site.solution, source=site, url=f"{site.base_url}{page}")
            cite(other, page)
        trash_source(site, now=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            restore_source(DocumentationSource.with_deleted.get(pk=site.pk))
        # Each document that is embedded anew asks for its own job: that is another matter.
        counts.append(len([query for query in queries if "rfp_manager_" in query["sql"]]))
    assert counts[1] <= counts[0]
    assert not Answer.objects.exclude(outdated_at=None).exists()


@pytest.mark.parametrize(("text", "marked"), [("Words.", False), ("Other words.", True)])
def test_a_page_that_the_next_sync_brings_back_takes_its_mark_off_if_it_says_the_same(
    question: Question, text: str, marked: bool
) -> None:
    site = DocumentationSourceFactory()
    page = {"url": f"{site.base_url}a", "filename": "a.md", "title": "A"}
    document, _ = store_scraped_page(site, PageText(**page, text="Words."))
    cite(question, document)
    delete(document)
    store_scraped_page(site, PageText(**page, text=text))
    assert bool(mark_of(question)) == marked


def test_an_earlier_file_that_is_back_takes_the_mark_of_its_replacement_off_and_marks_who_looked_since(
    question: Question,
) -> None:
    manual = DocumentFactory(title="Manual")
    cite(question, manual)
    looked = QuestionFactory(document=question.document)
    answered(looked)
    cite(looked, manual)
    replace_document_file(manual, upload=text_upload("new.md", b"New words."))
    assert mark_of(question) == mark_of(looked) == "“Manual” was replaced by a new file."
    keep_answer(looked)
    undo_replacement(manual)
    assert mark_of(question) == ""
    assert mark_of(looked) == "“Manual” has the file again that it had before."
