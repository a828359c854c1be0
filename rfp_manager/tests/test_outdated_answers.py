"""When a source changes, every answer that cites it is marked until somebody has looked at it."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from core.tests.factories import UserFactory
from rfp_manager.models import RFP, Answer, Citation, Question, RFPMembership
from rfp_manager.services import answering
from rfp_manager.services.outdated import mark_answers_citing
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from solution_library.models import Document, LibraryAnswer, SourceSync
from solution_library.services.replacements import replace_document_file
from solution_library.services.scraped_pages import PageText, retire_page, store_scraped_page
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


def cite(question: Question, cited: Document | LibraryAnswer) -> None:
    field = "document" if isinstance(cited, Document) else "library_answer"
    Citation.objects.create(
        answer=question.answer, sentence_index=0, source_title="Source", quote="Words.", **{field: cited}
    )


def answer_of(question: Question) -> Answer:
    return Answer.objects.get(question=question)


def scraped_page(text: str = "# A\n\nOld words.\n") -> Document:
    source = DocumentationSourceFactory(name="Acme docs")
    page = PageText(url="https://docs.example.com/a", filename="a.md", title="A", text=text)
    return store_scraped_page(source, page)[0]


def change(document: Document) -> SourceSync:
    assert document.source
    sync = SourceSync.objects.create(source=document.source)
    page = PageText(url=document.url, filename="a.md", title="A", text="# A\n\nNew words.\n")
    store_scraped_page(document.source, page, sync=sync)
    return sync


def test_a_changed_page_marks_the_answers_that_cite_it_and_no_other(question: Question) -> None:
    other = QuestionFactory(document=question.document)
    answered(other)
    page = scraped_page()
    cite(question, page)
    cite(question, page)
    cite(other, DocumentFactory())
    sync = change(page)
    marked = answer_of(question)
    assert marked.outdated_at
    assert marked.outdated_reason == "“A” has changed on Acme docs."
    assert marked.outdated_url == sync.entries.get().get_absolute_url()
    assert answer_of(other).outdated_at is None


def test_a_page_that_is_gone_and_a_replaced_file_mark_too(question: Question) -> None:
    page = scraped_page()
    cite(question, page)
    assert page.source
    retire_page(page, sync=SourceSync.objects.create(source=page.source), note="")
    assert answer_of(question).outdated_reason == "“A” is no longer on Acme docs."
    upload = DocumentFactory(title="Manual")
    cite(question, upload)
    replace_document_file(upload, upload=text_upload("new.md", b"Other words."))
    assert answer_of(question).outdated_reason == "“Manual” was replaced by a new file."


def test_a_library_answer_marks_the_answers_taken_from_it(question: Question) -> None:
    cited = LibraryAnswerFactory()
    cite(question, cited)
    assert mark_answers_citing(cited, reason="It was reworded.") == 1
    assert answer_of(question).outdated_reason == "It was reworded."


def test_an_approved_answer_stays_approved_and_is_marked(question: Question, rfp: RFP, alice: User) -> None:
    page = scraped_page()
    cite(question, page)
    answering.approve([question.pk], rfp=rfp, user=alice)
    change(page)
    question.refresh_from_db()
    assert question.status == Question.Status.APPROVED
    assert answer_of(question).outdated_at


@pytest.mark.parametrize("how", ["new words", "same words", "approve"])
def test_who_saves_or_approves_has_looked(question: Question, rfp: RFP, alice: User, how: str) -> None:
    page = scraped_page()
    cite(question, page)
    change(page)
    answer = answer_of(question)
    if how == "approve":
        answering.approve([question.pk], rfp=rfp, user=alice)
    else:
        text = answer.text if how == "same words" else "Other words."
        answering.save_answer(
            question, text=text, choice=answer.choice, expected_version=answer.version, user=alice
        )
    answer = answer_of(question)
    assert (answer.outdated_at, answer.outdated_reason, answer.outdated_url) == (None, "", "")


def test_an_autosave_is_no_look(question: Question, alice: User) -> None:
    page = scraped_page()
    cite(question, page)
    change(page)
    version = answer_of(question).version
    answering.save_answer(
        question, text="Half a sen", choice="", expected_version=version, user=alice, autosaved=True
    )
    assert answer_of(question).outdated_at


def test_the_page_shows_the_mark_and_its_difference_and_takes_it_off(
    client: Client, alice: User, rfp: RFP, question: Question
) -> None:
    page = scraped_page()
    cite(question, page)
    sync = change(page)
    client.force_login(alice)
    url = reverse("rfp_manager:question", args=[rfp.pk, question.pk])
    shown = client.get(url).content.decode()
    assert "Look again: a source has changed" in shown
    assert "Source changed" in shown
    assert sync.entries.get().get_absolute_url() in shown
    keep = reverse("rfp_manager:answer_keep", args=[rfp.pk, question.pk])
    assert client.post(keep + "?status=drafted").headers["Location"] == url + "?status=drafted"
    assert answer_of(question).outdated_at is None
    assert "Look again" not in client.get(url).content.decode()


def test_only_who_may_edit_takes_the_mark_off(
    client: Client, charlie: User, rfp: RFP, question: Question
) -> None:
    page = scraped_page()
    cite(question, page)
    change(page)
    keep = reverse("rfp_manager:answer_keep", args=[rfp.pk, question.pk])
    viewer = UserFactory(groups=["viewer"])
    RFPMembership.objects.create(rfp=rfp, user=viewer, role=RFPMembership.Role.VIEWER)
    for person, status in ((charlie, 404), (viewer, 403)):
        client.force_login(person)
        assert client.post(keep).status_code == status
    assert answer_of(question).outdated_at
