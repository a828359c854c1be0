import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from core.models import User
from solution_library.models import Document, Solution
from solution_library.tests.factories import DocumentFactory, SolutionFactory
from solution_library.tests.files import EXE, PDF, text_upload

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def solution() -> Solution:
    return SolutionFactory()


@pytest.fixture
def editor(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def upload(client: Client, solution: Solution, *files: object, **extra: object):
    return client.post(
        reverse("solution_library:upload", args=[solution.pk]), {"files": list(files)}, **extra
    )


def test_several_files_become_documents_and_the_fragment_shows_them(editor, solution, alice) -> None:
    answer = upload(
        editor,
        solution,
        text_upload("one.md"),
        text_upload("two.txt", b"Two."),
        text_upload("three.pdf", PDF),
        headers=HTMX,
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "<html" not in page
    assert all(title in page for title in ("one", "two", "three"))
    assert 'hx-trigger="every 1500ms"' in page
    assert 'id="upload-form"' in page, "the drop zone comes back empty"
    assert {document.owner for document in Document.objects.all()} == {alice}


def test_one_bad_file_does_not_stop_the_others_and_says_why(editor, solution) -> None:
    answer = upload(
        editor,
        solution,
        text_upload("good.md"),
        text_upload("offer.pdf", EXE),
        text_upload("nothing.txt", b""),
        text_upload("fine.txt", b"Fine."),
        headers=HTMX,
    )
    page = answer.content.decode()
    assert set(Document.objects.values_list("title", flat=True)) == {"good", "fine"}
    assert "2 files were not added" in page
    assert "offer.pdf" in page
    assert "a Windows program" in page
    assert "nothing.txt" in page
    assert "The file is empty" in page


def test_the_same_file_again_offers_the_document_that_is_there(editor, solution) -> None:
    existing = DocumentFactory(solution=solution, content=b"# Backups\n\nEvery night.\n")
    page = upload(editor, solution, text_upload("again.md"), headers=HTMX).content.decode()
    assert "already in the library" in page
    assert existing.get_absolute_url() in page
    assert Document.objects.count() == 1


def test_without_htmx_the_page_comes_anew_with_a_message_for_each_file(editor, solution) -> None:
    answer = upload(editor, solution, text_upload("good.md"), text_upload("offer.pdf", EXE))
    assert answer.status_code == 302
    assert answer.url == solution.get_absolute_url()
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said[0] == "1 document is added."
    assert said[1].startswith("offer.pdf: The file is not a PDF")


def test_no_file_at_all_is_said(editor, solution) -> None:
    answer = upload(editor, solution)
    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["Choose at least one file."]


def test_when_the_store_is_down_every_file_is_refused_in_words_and_it_is_asked_once(
    editor, solution, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def unreachable() -> None:
        asked.append(1)
        raise ValidationError("The file store (S3/MinIO) does not answer.")

    monkeypatch.setattr("solution_library.models.document.validate_s3_connectivity", unreachable)
    files = [text_upload(f"{number}.md", b"%d" % number) for number in range(3)]
    page = upload(editor, solution, *files, headers=HTMX).content.decode()
    assert page.count("does not answer") == 3
    assert len(asked) == 1
    assert not Document.objects.exists()


def test_a_name_with_markup_and_direction_marks_is_shown_as_plain_text(editor, solution) -> None:
    page = upload(
        editor, solution, text_upload("<img src=x onerror=1>\u202e.exe", EXE), headers=HTMX
    ).content.decode()
    assert "<img src=x" not in page
    assert "\u202e" not in page


def test_extra_fields_are_ignored(editor, solution, bob) -> None:
    editor.post(
        reverse("solution_library:upload", args=[solution.pk]),
        {"files": text_upload(), "owner": bob.pk, "embedding_status": "embedded", "title": "Mine"},
    )
    document = Document.objects.get()
    assert (document.owner.email, document.embedding_status) == ("alice@example.com", "pending")
