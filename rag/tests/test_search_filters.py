"""A search looks only where its filters say: types, days, freshness; in the query itself."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from core.models import User
from rag.services.embeddings import embed_document, embed_library_answer
from rag.services.filters import SearchFilters
from rag.services.search import search_library
from solution_library.models import Document, LibraryAnswer
from solution_library.tests.factories import DocumentFactory, LibraryAnswerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]

QUERY = "How long are backups kept?"


@pytest.fixture
def guide() -> Document:
    document = DocumentFactory(
        content=b"# Backups\n\nBackups are kept for thirty days.\n", filename="guide.md"
    )
    embed_document(document.pk)
    return Document.objects.get(pk=document.pk)


@pytest.fixture
def note(guide: Document) -> Document:
    document = DocumentFactory(
        solution=guide.solution,
        content=b"Backups of the old system are kept for a year.",
        filename="note.txt",
    )
    embed_document(document.pk)
    return Document.objects.get(pk=document.pk)


@pytest.fixture
def answer(guide: Document) -> LibraryAnswer:
    made = LibraryAnswerFactory(solution=guide.solution, question=QUERY, answer="For thirty days.")
    embed_library_answer(made.pk)
    return made


def found(**filters: object) -> set[int | None]:
    """The documents found; None is the approved answer."""
    return {passage.document_id for passage in search_library(QUERY, filters=SearchFilters(**filters))}  # type: ignore[arg-type]


def test_types_are_files_or_approved_answers(guide: Document, note: Document, answer: LibraryAnswer) -> None:
    assert found() == {guide.pk, note.pk, None}
    assert found(types=["md"]) == {guide.pk}
    assert found(types=["txt", "answer"]) == {note.pk, None}
    assert found(types=["page"]) == set()
    assert found(types=[]) == set()


def test_since_leaves_out_what_has_been_there_longer(
    guide: Document, note: Document, answer: LibraryAnswer
) -> None:
    old = timezone.now() - timedelta(days=40)
    Document.objects.filter(pk=note.pk).update(embedded_at=old, created_at=old)
    LibraryAnswer.objects.update(updated_at=old)
    assert found(since=timezone.localdate() - timedelta(days=30)) == {guide.pk}


def test_current_leaves_out_what_is_overdue_for_review(
    guide: Document, note: Document, answer: LibraryAnswer
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Document.objects.filter(pk=guide.pk).update(review_by=yesterday)
    Document.objects.filter(pk=note.pk).update(review_by=timezone.localdate())
    LibraryAnswer.objects.update(review_by=yesterday)
    assert found(current=True) == {note.pk}


def test_the_command_filters_and_refuses_nonsense(
    guide: Document, note: Document, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("search_library", QUERY, "--type", "txt", "--since", "2026-01-01", "--current")
    assert "note" in (out := capsys.readouterr().out)
    assert "guide" not in out
    for wrong in (["--type", "exe"], ["--since", "yesterday"]):
        with pytest.raises(CommandError, match=r"type|since"):
            call_command("search_library", QUERY, *wrong)


def test_the_rest_api_filters(guide: Document, note: Document, client: Client, alice: User) -> None:
    client.force_login(alice)
    items = client.get("/api/v1/search", {"q": QUERY, "type": "md", "since": "2026-01-01"}).json()["items"]
    assert {item["document_id"] for item in items} == {guide.pk}
    assert client.get("/api/v1/search", {"q": QUERY, "type": "exe"}).status_code in {400, 422}


def test_a_question_over_the_rest_api_is_answered_within_the_filters(
    guide: Document, note: Document, client: Client, alice: User
) -> None:
    client.force_login(alice)

    def asked(**filters: str) -> str:
        answer: str = client.get("/api/v1/ask", {"q": QUERY, **filters}).json()["text"]
        return answer

    assert "thirty days" in asked(type="md")
    assert "thirty days" not in asked(type="txt")
    Document.objects.filter(pk=guide.pk).update(review_by=timezone.localdate() - timedelta(days=1))
    assert "thirty days" not in asked(current="true")
