"""From a passage of a PDF to the page that it stands on, in the file itself."""

import pytest
from django.test import Client
from django.urls import reverse

from rag.services.embeddings import embed_document
from rag.tests.pdf_files import pdf_of_lines
from rag.tests.test_ask_page import ASK, QUESTION, guide, reader
from solution_library.models import Document
from solution_library.tests.factories import DocumentFactory

__all__ = ["guide", "reader"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]


def test_a_passage_of_a_pdf_leads_to_its_page_in_the_file(reader: Client) -> None:
    filler = ["Nothing is said here about anything that anybody would ask."] * 12
    content = pdf_of_lines(filler, ["Backups are kept for thirty days in a second data centre."])
    document = DocumentFactory(content=content, filename="guide.pdf")
    embed_document(document.pk)
    response = reader.get(ASK, {"q": QUESTION})
    (found, *_) = response.context["reply"].passages
    url = reverse("solution_library:document_pdf", args=[document.pk])
    assert found.file_url == f"{url}#page={found.passage.page}"
    assert f'href="{found.file_url}" target="_blank" rel="noopener">Open the file at page' in (
        response.content.decode()
    )


def test_other_files_have_no_pages_to_open(reader: Client, guide: Document) -> None:
    response = reader.get(ASK, {"q": QUESTION})
    assert all(found.file_url == "" for found in response.context["reply"].passages)
    assert "Open the file at page" not in response.content.decode()
