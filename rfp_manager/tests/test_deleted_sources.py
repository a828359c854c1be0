"""Sources that were deleted: citations keep their words, without a link that leads nowhere."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import Organization, User
from rfp_manager.models import RFP, Answer, Citation, Question
from rfp_manager.services.source_usage import most_used_sources
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from solution_library.models import Document, DocumentationSource, LibraryAnswer
from solution_library.services.deletions import trash, trash_answers, trash_source
from solution_library.services.organizations import find_obstacles
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentFactory,
    LibraryAnswerFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(rfp: RFP) -> Question:
    question = QuestionFactory(document=QuestionDocumentFactory(rfp=rfp, layout_status="confirmed"))
    answered(question)
    return question


def cite(question: Question, cited: Document | LibraryAnswer, *, sentence: int = 0) -> Citation:
    field = "document" if isinstance(cited, Document) else "library_answer"
    return Citation.objects.create(
        answer=question.answer, sentence_index=sentence, source_title=str(cited), quote="Q", **{field: cited}
    )


def test_a_deleted_source_is_named_without_a_link(client: Client, alice: User, question: Question) -> None:
    manual, entry = DocumentFactory(title="The manual"), LibraryAnswerFactory(question="Who audits you?")
    cite(question, manual)
    cite(question, entry)
    client.force_login(alice)
    url = reverse("rfp_manager:question", args=[question.rfp_id, question.pk])
    page = client.get(url).content.decode()
    assert manual.get_absolute_url() in page
    assert entry.get_absolute_url() in page
    assert "deleted from the library" not in page
    trash(Document.objects.filter(pk=manual.pk), now=timezone.now())
    trash_answers(LibraryAnswer.objects.filter(pk=entry.pk), now=timezone.now())
    page = client.get(url).content.decode()
    assert manual.get_absolute_url() not in page
    assert entry.get_absolute_url() not in page
    assert page.count("deleted from the library") == 2
    assert "The manual" in page
    assert most_used_sources(RFP.objects.all()) == []


def pages_of(site: DocumentationSource, count: int) -> list[Document]:
    return [
        DocumentFactory(solution=site.solution, source=site, title=f"Page {n}", url=f"{site.base_url}{n}")
        for n in range(count)
    ]


def test_a_site_is_deleted_in_the_same_few_queries_however_many_pages_are_cited(question: Question) -> None:
    small, large = DocumentationSourceFactory(), DocumentationSourceFactory()
    cite(question, pages_of(small, 1)[0])
    others = [QuestionFactory(document=question.document) for _ in range(20)]
    for other, page in zip(others, pages_of(large, 20), strict=True):
        answered(other)
        cite(other, page)
    with CaptureQueriesContext(
        connection,
    ) as few:
        trash_source(small, now=timezone.now())
    with CaptureQueriesContext(connection) as many:
        trash_source(large, now=timezone.now())
    assert len(many) <= len(few)
    reasons = Answer.objects.filter(question__in=others).values_list("outdated_reason", flat=True)
    assert set(reasons) == {f"“Page {n}” was deleted from the library." for n in range(20)}


def test_of_several_deleted_sources_the_first_cited_is_named(question: Question) -> None:
    site = DocumentationSourceFactory()
    first, second = pages_of(site, 2)
    cite(question, second, sentence=1)
    cite(question, first, sentence=0)
    trash_source(site, now=timezone.now())
    assert Answer.objects.get(question=question).outdated_reason.startswith("“Page 0”")


def test_a_customer_that_an_rfp_names_cannot_be_deleted(rfp: RFP) -> None:
    assert [text for text in find_obstacles(rfp.customer) if "1 RFP" in text]
    assert Organization.objects.filter(pk=rfp.customer_id).exists()
