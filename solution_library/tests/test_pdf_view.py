"""An uploaded PDF opens in the browser at a page; no other file is ever shown as a page of ours."""

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent, User
from solution_library.models import Document
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentEmbeddingFactory,
    DocumentFactory,
)
from solution_library.tests.files import PDF

pytestmark = pytest.mark.django_db

SCRIPT = b"<!doctype html><script>alert(document.cookie)</script>"


@pytest.fixture
def reader(client: Client, charlie: User) -> Client:
    client.force_login(charlie)
    return client


def shown(reader: Client, document: Document) -> HttpResponseBase:
    return reader.get(reverse("solution_library:document_pdf", args=[document.pk]))


def test_a_pdf_is_shown_and_may_do_nothing_here(reader: Client) -> None:
    document = DocumentFactory(content=PDF, filename="policy.pdf", title="Größe: policy")
    answer = shown(reader, document)
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    event = AuditEvent.objects.filter(action="file.downloaded").latest("pk")
    assert event.detail["key"] == document.s3_key


@pytest.mark.parametrize("filename", ["page.html", "page.htm", "notes.txt", "notes.md"])
def test_no_other_kind_of_file_is_shown(reader: Client, filename: str) -> None:
    document = DocumentFactory(content=SCRIPT, filename=filename)
    assert shown(reader, document).status_code == 404


def test_what_only_calls_itself_a_pdf_is_saved_and_not_shown(reader: Client) -> None:
    answer = shown(reader, DocumentFactory(content=SCRIPT, filename="policy.pdf"))
    assert b"".join(answer.streaming_content) == SCRIPT  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_scraped_page_is_no_file_of_pages(reader: Client) -> None:
    document = DocumentFactory(content=PDF, filename="policy.pdf")
    Document.objects.filter(pk=document.pk).update(
        source=DocumentationSourceFactory(solution=document.solution), file=""
    )
    assert shown(reader, document).status_code == 404


def test_a_lost_file_is_told_on_the_documents_page(reader: Client, media) -> None:
    document = DocumentFactory(content=PDF, filename="policy.pdf")
    (media / document.s3_key).unlink()
    url = reverse("solution_library:document_pdf", args=[document.pk])
    assert "is missing from the file store" in reader.get(url, follow=True).content.decode()


def test_passages_of_known_pages_lead_to_them(reader: Client) -> None:
    document = DocumentFactory(content=PDF, filename="policy.pdf")
    for index, number in enumerate((None, 1234)):
        DocumentEmbeddingFactory(document=document, chunk_index=index, page=number)
    page = reader.get(document.get_absolute_url()).content.decode()
    url = reverse("solution_library:document_pdf", args=[document.pk])
    assert page.count(url) == 1
    assert f'href="{url}#page=1234" target="_blank" rel="noopener">Open the file at page 1,234</a>' in page
