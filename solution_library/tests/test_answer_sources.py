"""A library answer is marked when what it was based on changes or goes, until somebody has looked."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from solution_library.models import AnswerSource, Document, LibraryAnswer, SourceMark
from solution_library.models.deletion import KEPT_AFTER_DELETION
from solution_library.services.answer_sources import keep_as_it_is, keep_sources
from solution_library.services.answers import change_library_answer, state_of
from solution_library.services.deletions import trash, trash_answers
from solution_library.services.documents import upload_document
from solution_library.services.purging import purge_deleted
from solution_library.services.replacements import replace_document_file
from solution_library.services.restoring import restore_documents
from solution_library.services.reviews import answers_to_review
from solution_library.tests.factories import LibraryAnswerFactory, SolutionFactory
from solution_library.tests.files import text_upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(folder_storage: object) -> None:
    """Each test's files lie in a folder of its own."""


@pytest.fixture
def document() -> Document:
    return upload_document(solution=SolutionFactory(), upload=text_upload("a.md"), owner=None, title="Manual")


@pytest.fixture
def entry(document: Document, alice: User) -> LibraryAnswer:
    made = LibraryAnswerFactory(solution=document.solution, owner=alice)
    keep_sources(made, documents=[document.pk], answers=[])
    return made


def marks(entry: LibraryAnswer) -> list[str]:
    return list(SourceMark.objects.filter(source__entry=entry).values_list("reason", flat=True))


def test_a_replaced_document_marks_what_is_based_on_it_and_nothing_else(
    document: Document, entry: LibraryAnswer
) -> None:
    other = LibraryAnswerFactory(solution=document.solution)
    replace_document_file(document, upload=text_upload("a.md", b"# Other words\n"))
    assert marks(entry) == ["“Manual” was replaced by a new file."]
    assert marks(other) == []
    assert list(answers_to_review()) == [entry]


def test_an_undone_deletion_takes_its_own_mark_away_and_no_other(
    document: Document, entry: LibraryAnswer
) -> None:
    replace_document_file(document, upload=text_upload("a.md", b"# Other words\n"))
    trash(Document.objects.filter(pk=document.pk), now=timezone.now())
    assert marks(entry)[0] == "“Manual” was deleted from the library."
    restore_documents(Document.objects.filter(pk=document.pk))
    assert marks(entry) == ["“Manual” was replaced by a new file."]


def test_a_mark_outlives_what_is_deleted_for_good(document: Document, entry: LibraryAnswer) -> None:
    trash(Document.objects.filter(pk=document.pk), now=timezone.now() - 2 * KEPT_AFTER_DELETION)
    purge_deleted()
    assert not Document.objects.exists()
    assert list(answers_to_review()) == [entry]
    assert keep_as_it_is(entry)
    assert not AnswerSource.objects.exists()
    assert not keep_as_it_is(entry)


def test_an_answer_that_was_taken_from_another_is_marked_with_it(entry: LibraryAnswer, alice: User) -> None:
    derived = LibraryAnswerFactory(solution=entry.solution)
    keep_sources(derived, documents=[], answers=[entry.pk, derived.pk])
    assert derived.sources.count() == 1
    said = {
        "solution": entry.solution,
        "question": entry.question,
        "choice": "",
        "tags": [],
        "review_by": None,
    }
    change_library_answer(entry, answer="New.", owner=alice, expected=state_of(entry), user=alice, **said)
    assert marks(derived) == ["The library answer that it was taken from was changed."]
    trash_answers(LibraryAnswer.objects.filter(pk=entry.pk), now=timezone.now())
    assert len(marks(derived)) == 2


def test_whoever_writes_it_anew_has_looked_at_it(
    document: Document, entry: LibraryAnswer, alice: User
) -> None:
    replace_document_file(document, upload=text_upload("a.md", b"# Other words\n"))
    said = {
        "solution": entry.solution,
        "question": entry.question,
        "choice": "",
        "tags": [],
        "review_by": None,
    }
    change_library_answer(entry, answer="New.", owner=alice, expected=state_of(entry), user=alice, **said)
    assert marks(entry) == []


def test_other_sources_take_the_place_of_those_before(document: Document, entry: LibraryAnswer) -> None:
    other = upload_document(solution=document.solution, upload=text_upload("b.md", b"# B\n"), owner=None)
    before = entry.sources.get()
    keep_sources(entry, documents=[document.pk, other.pk], answers=[])
    assert set(entry.sources.values_list("document", flat=True)) == {document.pk, other.pk}
    assert before in entry.sources.all()
    keep_sources(entry, documents=[other.pk], answers=[])
    assert entry.sources.get().document == other


def test_the_page_says_why_and_an_editor_clears_it(
    client: Client, alice: User, charlie: User, document: Document, entry: LibraryAnswer
) -> None:
    replace_document_file(document, upload=text_upload("a.md", b"# Other words\n"))
    keep = reverse("solution_library:answer_keep", args=[entry.pk])
    client.force_login(charlie)
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "“Manual” was replaced by a new file." in page
    assert keep not in page
    assert client.post(keep).status_code == 403
    client.force_login(alice)
    assert (
        "“Manual” was replaced by a new file."
        in client.get(reverse("solution_library:reviews")).content.decode()
    )
    assert keep in client.get(entry.get_absolute_url()).content.decode()
    page = client.post(keep, follow=True).content.decode()
    assert "The answer is kept as it is." in page
    assert "Look again" not in page
    assert marks(entry) == []
