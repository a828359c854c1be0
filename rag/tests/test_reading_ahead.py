"""The next upload is read while this one is embedded: once, its present content, and failures in their own turn."""

import os

import pytest
from django.core.files.base import ContentFile

from core.storage import StorageError, delete_objects, read_bytes, write_file
from rag.parsing import ParsedDocument, ParsingError
from rag.services import reading_ahead
from rag.services.embeddings import embed_document
from rag.services.reading_ahead import read_ahead, take_parsed
from rag.tests.factories import change, document_about, paper, topics_of
from solution_library.models import Document
from solution_library.tests.factories import DocumentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]


@pytest.fixture(autouse=True)
def read_keys(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The documents that were read, in order."""
    read: list[int] = []
    real = reading_ahead._read

    def noted(version: tuple[int, str, str, str]) -> ParsedDocument:
        read.append(version[0])
        return real(version)

    monkeypatch.setattr(reading_ahead, "_read", noted)
    reading_ahead._ahead.clear()
    return read


def test_each_of_many_uploads_is_read_once_and_in_its_turn(read_keys: list[int]) -> None:
    documents = [document_about(topic) for topic in ("backups", "access", "keys")]
    for document in documents:
        embed_document(document.pk)
    assert read_keys == [document.pk for document in documents]
    assert [topics_of(document) for document in documents] == [["backups"], ["access"], ["keys"]]


def test_the_next_is_read_before_its_turn(read_keys: list[int]) -> None:
    first, second = document_about("backups"), document_about("access")
    embed_document(first.pk)
    reading_ahead._ahead[next(iter(reading_ahead._ahead))].result(timeout=20)
    assert read_keys == [first.pk, second.pk]


def test_content_that_changed_since_is_read_anew() -> None:
    document = document_about("backups")
    read_ahead(document)
    embed_document(change(document, paper("keys")).pk)
    assert topics_of(document) == ["keys"]


def test_what_cannot_be_read_fails_its_own_document_and_only_then() -> None:
    good, bad = document_about("backups"), DocumentFactory(content=b"%PDF-1.4 cut off", filename="bad.pdf")
    assert embed_document(good.pk) == 1
    with pytest.raises(ParsingError, match="cut off"):
        embed_document(bad.pk)


def test_a_store_that_failed_ahead_is_asked_again_when_the_job_is_repeated() -> None:
    document = document_about("backups")
    key = document.file.name or ""
    stored = read_bytes(key)
    delete_objects([key])
    read_ahead(document)
    with pytest.raises(StorageError):
        take_parsed(document)
    write_file(key, ContentFile(stored))
    assert embed_document(document.pk) == 1


def test_only_a_few_are_kept_and_the_oldest_is_read_in_its_turn(read_keys: list[int]) -> None:
    documents = [document_about(topic) for topic in ("backups", "access", "keys")]
    for document in documents:
        read_ahead(document)
    assert len(reading_ahead._ahead) == reading_ahead._AT_MOST
    assert [take_parsed(document).title for document in documents] == ["Guide"] * 3


def test_a_forked_child_reads_for_itself() -> None:
    document = document_about("backups")
    read_ahead(document)
    fresh = Document.objects.get(pk=document.pk)
    child = os.fork()
    if child == 0:
        os._exit(0 if not reading_ahead._ahead and take_parsed(fresh).title == "Guide" else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
