"""Texts that the object store has lost, and rows whose commit was done although nobody heard of it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, transaction

from core.storage import read_text
from rag.services import chunk_rows
from rag.services.embeddings import embed_document
from rag.services.passages import _texts
from rag.services.search import search_library
from rag.tests.factories import change, chunks_of, document_about, paper, topics_of
from solution_library.models import Document

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("folder_storage")]


@pytest.fixture
def document(folder_storage: Path) -> Document:
    """Embedded; the text of its second passage is gone from the store."""
    _texts.clear()
    document = document_about("backups", "access")
    embed_document(document.pk)
    (folder_storage / f"chunks/{document.pk}/chunk_1.txt").unlink()
    return document


def test_a_lost_text_takes_only_its_own_passage_out_of_a_search(
    document: Document, caplog: pytest.LogCaptureFixture
) -> None:
    found = search_library("the rule about access and backups")
    assert [passage.heading_path[-1] for passage in found] == ["About backups"]
    assert f"chunks/{document.pk}/chunk_1.txt is missing" in caplog.text


def test_embedding_again_writes_a_lost_text_and_keeps_the_row(document: Document) -> None:
    rows = list(document.embeddings.order_by("chunk_index").values_list("pk", "chunk_s3_key"))
    embed_document(document.pk)
    assert list(document.embeddings.order_by("chunk_index").values_list("pk", "chunk_s3_key")) == rows
    assert "about access" in read_text(rows[1][1])
    assert {passage.heading_path[-1] for passage in search_library("the rule about access")} == {
        "About access",
        "About backups",
    }


def test_a_change_writes_the_lost_text_of_a_section_that_stays(document: Document) -> None:
    embed_document(change(document, paper("keys", "access")).pk)
    assert topics_of(document) == ["keys", "access"]
    assert "about access" in chunks_of(document)[1][2]


def test_a_commit_whose_confirmation_is_lost_keeps_the_texts(
    monkeypatch: pytest.MonkeyPatch, folder_storage: Path
) -> None:
    document = document_about("backups")

    class Unheard:
        """The transaction, whose connection breaks after the server has committed."""

        def __init__(self) -> None:
            self._real = transaction.atomic()

        def __enter__(self) -> None:
            self._real.__enter__()

        def __exit__(self, *error: Any) -> None:
            # Nothing that waits for the commit is run: whoever waited has not heard of it.
            transaction.get_connection().run_on_commit = []
            self._real.__exit__(*error)
            raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        ours = SimpleNamespace(atomic=Unheard, on_commit=transaction.on_commit)
        patch.setattr(chunk_rows, "transaction", ours)
        with pytest.raises(OperationalError):
            embed_document(document.pk)
    assert "about backups" in chunks_of(document)[0][2]


def test_embedding_again_indexes_the_words_in_the_language_of_the_settings(settings: Any) -> None:
    document = document_about("Sicherungen")
    embed_document(document.pk)
    words = set(document.embeddings.values_list("search_vector", flat=True))
    settings.SEARCH_LANGUAGE = "german"
    embed_document(document.pk)
    (now,) = document.embeddings.values_list("search_vector", flat=True)
    assert now not in words
    assert "'sicher" in now
