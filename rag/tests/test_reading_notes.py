"""A file that was read in part says so where people look, in their language."""

import pytest
from django.test import Client
from django.utils import translation

from core.models import User
from rag.parsing import parse_document_isolated
from rag.services.embeddings import embed_document
from rag.tests.pdf_files import drawn_pdf
from solution_library.models import Document
from solution_library.tests.factories import DocumentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]

SENTENCE = "Backups are kept for thirty days in a second data centre, and nobody else reads them."


@pytest.fixture
def partly_scanned() -> bytes:
    """A page of text and three pictures of pages."""
    return drawn_pdf(
        lambda paper: paper.drawString(72, 700, SENTENCE),
        *[lambda paper: paper.rect(50, 50, 400, 600, fill=1)] * 3,
    )


def test_a_partly_scanned_file_says_so_in_the_list_and_on_its_page(
    client: Client, charlie: User, partly_scanned: bytes
) -> None:
    document = DocumentFactory(content=partly_scanned, filename="scan.pdf")
    embed_document(document.pk)
    client.force_login(charlie)
    for page in (document.get_absolute_url(), document.solution.get_absolute_url()):
        assert "3 of 4 pages hold no text." in client.get(page).content.decode()


def test_once_the_whole_file_is_read_nothing_is_said(partly_scanned: bytes) -> None:
    document = DocumentFactory(content=SENTENCE.encode(), filename="note.txt")
    Document.objects.filter(pk=document.pk).update(reading_notes="3 of 4 pages hold no text.")
    embed_document(document.pk)
    assert Document.objects.get().reading_notes == ""


def test_the_sentence_is_made_in_the_language_of_the_reader(partly_scanned: bytes) -> None:
    [remark] = parse_document_isolated(partly_scanned, extension="pdf").warnings
    with translation.override("de"):
        assert str(remark).startswith("3 von 4 Seiten")
    assert str(remark).startswith("3 of 4 pages")
