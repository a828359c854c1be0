"""A page of a documentation site as a document: stored once, replaced, retired, and back again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.dispatch import Signal

from core.jobs import JobLost
from core.storage import chunk_key, read_bytes, write_text
from solution_library.exceptions import LibraryError
from solution_library.models import (
    Document,
    DocumentationSource,
    DocumentEmbedding,
    EmbeddingStatus,
    ScrapedPage,
    SourceSync,
    SourceSyncEntry,
)
from solution_library.services.documents import request_embedding
from solution_library.services.replacements import replace_document_file
from solution_library.services.scraped_pages import PageText, retire_page, store_scraped_page
from solution_library.signals import document_content_changed, source_content_changed
from solution_library.tests.factories import DocumentationSourceFactory, DocumentEmbeddingFactory
from solution_library.tests.files import text_upload

pytestmark = pytest.mark.django_db
Change = SourceSyncEntry.Change


def listening(signal: Signal) -> Iterator[list[dict[str, Any]]]:
    calls: list[dict[str, Any]] = []

    def listen(**given: Any) -> None:
        calls.append(given)

    signal.connect(listen)
    yield calls
    signal.disconnect(listen)


@pytest.fixture
def heard() -> Iterator[list[dict[str, Any]]]:
    yield from listening(document_content_changed)


@pytest.fixture
def told() -> Iterator[list[dict[str, Any]]]:
    yield from listening(source_content_changed)


@pytest.fixture
def source() -> DocumentationSource:
    return DocumentationSourceFactory(name="Acme docs")


def sync_of(source: DocumentationSource) -> SourceSync:
    return SourceSync.objects.create(source=source)


def page(text: str = "# Größe\n", **changes: Any) -> PageText:
    fields = {"url": "https://docs.example.com/a", "filename": "a.md", "title": "Page A", "text": text}
    return PageText(**{**fields, **changes})


def stored_files(media: Path) -> set[str]:
    return {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}


def test_a_page_is_text_under_its_source_without_an_uploaded_file(
    source: DocumentationSource, heard, told
) -> None:
    document, change = store_scraped_page(source, page(etag='"1"', links=["https://docs.example.com/b"]))
    document.refresh_from_db()
    assert change is Change.ADDED
    assert document.s3_key == f"scraped/{source.pk}/a.md"
    assert not document.file
    assert (document.file_type, document.file_size) == ("md", len("# Größe\n".encode()))
    assert read_bytes(document.s3_key).decode() == "# Größe\n"
    assert document.solution == source.solution
    assert document.scraped_page.etag == '"1"'
    assert document.scraped_page.links == ["https://docs.example.com/b"]
    assert [call["instance"] for call in heard] == [document]
    assert told == []


def test_an_unchanged_page_is_neither_stored_nor_queued_again(
    source: DocumentationSource, heard, media: Path
) -> None:
    first, _ = store_scraped_page(source, page(etag='"1"'))
    again, change = store_scraped_page(source, page(etag='"2"'))
    assert (again, change) == (first, None)
    assert len(heard) == 1
    assert stored_files(media) == {first.s3_key}
    assert ScrapedPage.objects.get().etag == '"2"'


def test_a_changed_page_gets_the_key_that_the_storage_returned(
    source: DocumentationSource, django_capture_on_commit_callbacks
) -> None:
    first, _ = store_scraped_page(source, page("Old."))
    with django_capture_on_commit_callbacks(execute=True):
        second, change = store_scraped_page(source, page("New."))
    assert (second.pk, change) == (first.pk, Change.CHANGED)
    assert second.s3_key != f"scraped/{source.pk}/a.md"
    assert second.s3_key.startswith(f"scraped/{source.pk}/a")
    assert not default_storage.exists(first.s3_key)
    assert read_bytes(second.s3_key) == b"New."


def test_the_text_before_a_change_is_kept_for_the_report(
    source: DocumentationSource, heard, told, django_capture_on_commit_callbacks
) -> None:
    store_scraped_page(source, page("Old."))
    sync = sync_of(source)
    with django_capture_on_commit_callbacks(execute=True):
        document, _ = store_scraped_page(source, page("New."), sync=sync)
    entry = sync.entries.get()
    assert entry.change == Change.CHANGED
    assert (read_bytes(entry.old_key), read_bytes(entry.new_key)) == (b"Old.", b"New.")
    assert document.embedding_status == EmbeddingStatus.PENDING
    assert len(heard) == 2
    assert told[0]["instance"] == document
    assert told[0]["reason"] == "“Page A” has changed on Acme docs."
    assert told[0]["url"] == entry.get_absolute_url()


def test_what_cannot_be_recorded_leaves_no_text_behind(source: DocumentationSource, media: Path) -> None:
    def lost() -> None:
        raise JobLost

    store_scraped_page(source, page("Old."))
    before = stored_files(media)
    with pytest.raises(JobLost):
        store_scraped_page(source, page("New."), sync=sync_of(source), fence=lost)
    assert stored_files(media) == before
    document = Document.objects.get()
    assert read_bytes(document.s3_key) == b"Old."
    assert not SourceSyncEntry.objects.exists()


def test_a_retired_page_leaves_search_and_keeps_its_text(
    source: DocumentationSource, heard, told, django_capture_on_commit_callbacks
) -> None:
    document, _ = store_scraped_page(source, page("Words."))
    chunk = DocumentEmbeddingFactory(document=document, chunk_index=0)
    write_text(chunk_key(document.pk, 0), "Words.")
    with django_capture_on_commit_callbacks(execute=True):
        retire_page(document, sync=sync_of(source), note="Gone.")
    document.refresh_from_db()
    assert document.retired_at
    assert read_bytes(document.s3_key) == b"Words."
    assert not DocumentEmbedding.objects.exists()
    assert not default_storage.exists(chunk.chunk_s3_key)
    assert document.chunk_count == 0
    assert not document.embedding_unfinished
    assert list(Document.objects.in_use()) == []
    assert told[0]["reason"] == "“Page A” is no longer on Acme docs."
    assert len(heard) == 1
    assert request_embedding(Document.objects.all()) == 0


def test_a_retired_page_that_is_back_is_the_same_document_and_embedded_anew(
    source: DocumentationSource, heard
) -> None:
    document, _ = store_scraped_page(source, page("Words."))
    retire_page(document, sync=sync_of(source), note="Gone.")
    again, change = store_scraped_page(source, page("Words."), sync=sync_of(source))
    assert (again.pk, change) == (document.pk, Change.ADDED)
    again.refresh_from_db()
    assert again.retired_at is None
    assert again.embedding_status == EmbeddingStatus.PENDING
    assert len(heard) == 2


def test_a_scraped_page_takes_no_uploaded_file(source: DocumentationSource) -> None:
    document, _ = store_scraped_page(source, page())
    with pytest.raises(LibraryError, match="web site"):
        replace_document_file(document, upload=text_upload())
