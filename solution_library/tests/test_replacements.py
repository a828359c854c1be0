"""A replaced file: kept for a day, brought back, and never at the price of what others did meanwhile."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from core.storage import read_bytes
from solution_library.exceptions import DuplicateDocument, LibraryError
from solution_library.models import Document, EmbeddingStatus
from solution_library.services import scraped_pages
from solution_library.services.deletions import trash
from solution_library.services.documents import delete_document, upload_document
from solution_library.services.purging import purge_deleted
from solution_library.services.replacements import replace_document_file, undo_replacement
from solution_library.services.scraped_pages import PageText, store_scraped_page
from solution_library.signals import document_content_changed
from solution_library.tests.factories import DocumentationSourceFactory, DocumentFactory
from solution_library.tests.files import text_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def document() -> Document:
    return DocumentFactory(embedded=True, content=b"The right words.", filename="right.md", title="Manual")


@pytest.fixture
def editor(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def again(document: Document) -> Document:
    return Document.objects.get(pk=document.pk)


def files(media: Path) -> set[str]:
    return {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}


def test_the_earlier_file_comes_back(document: Document, media: Path, on_commit: Any) -> None:
    before = again(document)
    with on_commit():
        replace_document_file(document, upload=text_upload("wrong.txt", b"The wrong words, and many."))
    assert files(media) == {"documents/right.md", "documents/wrong.txt"}
    heard: list[Document] = []

    def listen(instance: Document, **_: Any) -> None:
        heard.append(instance)

    document_content_changed.connect(listen)
    try:
        with on_commit():
            undo_replacement(document)
    finally:
        document_content_changed.disconnect(listen)
    back = again(document)
    for name in ("s3_key", "file", "file_type", "file_size", "content_hash"):
        assert getattr(back, name) == getattr(before, name)
    assert read_bytes(back.s3_key) == b"The right words."
    assert (back.replaced_key, back.replaced_at) == ("", None)
    assert back.embedding_status == EmbeddingStatus.PENDING
    assert heard == [document]
    assert files(media) == {"documents/right.md"}
    with pytest.raises(LibraryError, match="nothing to bring back"):
        undo_replacement(document)


def test_a_second_replacement_keeps_the_first_ones_file_alone(
    document: Document, media: Path, on_commit: Any
) -> None:
    with on_commit():
        replace_document_file(document, upload=text_upload("two.md", b"Two."))
        replace_document_file(document, upload=text_upload("three.md", b"Three."))
    assert files(media) == {"documents/two.md", "documents/three.md"}
    with on_commit():
        undo_replacement(document)
    assert read_bytes(again(document).s3_key) == b"Two."


def test_after_a_day_the_earlier_file_is_gone(
    editor: Client, document: Document, media: Path, on_commit: Any
) -> None:
    replace_document_file(document, upload=text_upload("new.md", b"New."))
    assert purge_deleted() == 0
    Document.objects.update(replaced_at=timezone.now() - timedelta(days=1, minutes=1))
    with pytest.raises(LibraryError):
        undo_replacement(document)
    assert "right.md" not in editor.get(document.get_absolute_url()).content.decode()
    with on_commit():
        assert purge_deleted() == 1
    assert files(media) == {"documents/new.md"}
    assert (again(document).replaced_key, again(document).replaced_at) == ("", None)


def test_a_document_deleted_for_good_takes_the_earlier_file_along(
    document: Document, media: Path, on_commit: Any
) -> None:
    with on_commit():
        replace_document_file(document, upload=text_upload("new.md", b"New."))
        delete_document(document)
    assert files(media) == set()


def test_a_document_that_was_deleted_meanwhile_stays_deleted(document: Document, media: Path) -> None:
    stale = again(document)
    trash(Document.objects.all(), now=timezone.now())
    with pytest.raises(LibraryError, match="deleted meanwhile"):
        replace_document_file(stale, upload=text_upload("new.md", b"New."))
    assert again(document).deleted_at
    assert files(media) == {"documents/right.md"}
    with pytest.raises(LibraryError, match="deleted meanwhile"):
        undo_replacement(stale)


def test_what_others_changed_meanwhile_is_kept(document: Document, alice: User) -> None:
    stale = again(document)
    Document.objects.update(tags=["dr"], owner=alice, review_by="2031-01-01", title="Handbook")
    replace_document_file(stale, upload=text_upload("new.md", b"New."))
    found = again(document)
    assert (found.tags, found.owner, str(found.review_by), found.title) == (
        ["dr"],
        alice,
        "2031-01-01",
        "Handbook",
    )
    Document.objects.update(tags=["ops"])
    undo_replacement(stale)
    assert again(document).tags == ["ops"]


def test_of_two_replacements_at_once_the_second_is_refused_and_leaves_no_file(
    document: Document, media: Path
) -> None:
    one, two = again(document), again(document)
    replace_document_file(one, upload=text_upload("one.md", b"One."))
    with pytest.raises(LibraryError, match="Somebody else replaced this file"):
        replace_document_file(two, upload=text_upload("two.md", b"Two."))
    assert read_bytes(again(document).s3_key) == b"One."
    assert files(media) == {"documents/right.md", "documents/one.md"}


def test_a_file_that_came_in_anew_meanwhile_is_not_brought_back_twice(document: Document) -> None:
    replace_document_file(document, upload=text_upload("new.md", b"New."))
    twin = upload_document(
        solution=document.solution, upload=text_upload("right.md", b"The right words."), owner=None
    )
    with pytest.raises(DuplicateDocument) as refused:
        undo_replacement(document)
    assert refused.value.existing == twin
    assert default_storage.exists(again(document).replaced_key)


def test_the_page_offers_the_earlier_file_and_refuses_who_saw_another_one(
    editor: Client, charlie: User, document: Document
) -> None:
    page = editor.get(document.get_absolute_url())
    assert "Bring it back" not in page.content.decode()
    replaces = page.context["replace_form"]["replaces"].value()
    url = reverse("solution_library:document_replace", args=[document.pk])
    posted = editor.post(url, {"file": text_upload("new.md", b"New."), "replaces": replaces}, follow=True)
    text = posted.content.decode()
    assert "The file was replaced" in text
    assert "“right.md”" in text
    late = editor.post(url, {"file": text_upload("mine.md", b"Mine."), "replaces": replaces}, follow=True)
    assert "Somebody else replaced this file" in late.content.decode()
    reader = Client()
    reader.force_login(charlie)
    assert "Bring it back" not in reader.get(document.get_absolute_url()).content.decode()
    undo = reverse("solution_library:document_replace_undo", args=[document.pk])
    assert reader.post(undo).status_code == 403
    assert "The earlier file is back" in editor.post(undo, follow=True).content.decode()
    assert again(document).content_hash == replaces
    assert "nothing to bring back" in editor.post(undo, follow=True).content.decode()


def test_a_page_that_is_read_anew_keeps_what_others_changed_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = DocumentationSourceFactory()
    page = {"url": f"{site.base_url}a", "filename": "a.md", "title": "A"}
    document, _ = store_scraped_page(site, PageText(**page, text="Old."))
    write = scraped_pages.write_text

    def write_while_somebody_tags(key: str, text: str) -> str:
        Document.objects.update(tags=["dr"])
        return write(key, text)

    monkeypatch.setattr(scraped_pages, "write_text", write_while_somebody_tags)
    store_scraped_page(site, PageText(**page, text="New."))
    found = again(document)
    assert (read_bytes(found.s3_key), found.tags) == (b"New.", ["dr"])
