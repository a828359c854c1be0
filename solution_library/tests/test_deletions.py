"""Sites, pages, library answers and solutions: deleted, for a day brought back, then gone for good."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import jobs
from core.models import Job, User
from solution_library.models import (
    Document,
    DocumentationSource,
    EmbeddingStatus,
    LibraryAnswer,
    LibraryAnswerVersion,
    Solution,
    SourceSync,
)
from solution_library.services.answers import save_library_answer
from solution_library.services.deletions import trash_answers, trash_solution, trash_source
from solution_library.services.documents import upload_document
from solution_library.services.purging import purge_deleted
from solution_library.services.scraped_pages import PageText, store_scraped_page
from solution_library.services.sources import enqueue_due_syncs, request_sync
from solution_library.signals import sources_deleted
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentFactory,
    LibraryAnswerFactory,
    SolutionFactory,
)
from solution_library.tests.files import text_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def reader(charlie: User) -> Client:
    client = Client()
    client.force_login(charlie)
    return client


@pytest.fixture
def solution() -> Solution:
    return SolutionFactory(name="Vault")


@pytest.fixture
def site(solution: Solution) -> DocumentationSource:
    """With a page in use, and one that was gone from it a week ago."""
    site = DocumentationSourceFactory(solution=solution, name="Vault help", schedule="daily")
    for name in ("a", "b"):
        page = PageText(url=f"{site.base_url}{name}", filename=f"{name}.md", title=name, text=f"Page {name}.")
        store_scraped_page(site, page)
    week_ago = timezone.now() - timedelta(days=7)
    Document.objects.filter(title="b").update(retired_at=week_ago, content_hash="")
    return site


@pytest.fixture
def heard() -> Any:
    told: list[Any] = []

    def listen(reasons: dict[Any, str], **_: Any) -> None:
        told.extend(reasons)

    sources_deleted.connect(listen)
    yield told
    sources_deleted.disconnect(listen)


def post(client: Client, name: str, *args: int, **data: Any) -> Any:
    return client.post(reverse(f"solution_library:{name}", args=args), data, follow=True)


def let_a_day_pass() -> None:
    for model in (Document, DocumentationSource, LibraryAnswer, Solution):
        rows = model._base_manager.exclude(deleted_at=None)
        for row in rows:
            rows.filter(pk=row.pk).update(deleted_at=row.deleted_at - timedelta(days=1, minutes=1))


def test_a_deleted_site_and_its_pages_come_back_together(
    editor: Client, site: DocumentationSource, heard: list[Any]
) -> None:
    digest = Document.objects.get(title="a").content_hash
    page = post(editor, "source_delete", site.pk).content.decode()
    assert "Vault help deleted" in page
    assert "with 2 pages" in page
    assert editor.get(site.get_absolute_url()).status_code == 404
    assert not Document.objects.in_use().exists()
    assert [document.title for document in heard] == ["a"]
    deleted = DocumentationSource.with_deleted.get()
    assert deleted.deleted_at
    post(editor, "documents_restore", site.solution_id, deleted_at=deleted.deleted_at.isoformat())
    back, gone = Document.objects.order_by("title")
    assert (back.content_hash, back.deleted_hash, back.retired_at) == (digest, "", None)
    assert back.embedding_status == EmbeddingStatus.PENDING
    # What was gone from the site before is gone from it still.
    assert gone.retired_at
    assert (gone.deleted_at, gone.content_hash) == (None, "")
    assert "Vault help" in editor.get(site.get_absolute_url()).content.decode()


def test_a_site_that_was_set_up_anew_stays_deleted_with_its_pages(
    editor: Client, site: DocumentationSource
) -> None:
    moment = timezone.now()
    trash_source(site, now=moment)
    DocumentationSourceFactory(solution=site.solution, base_url=site.base_url)
    page = post(editor, "documents_restore", site.solution_id, deleted_at=moment.isoformat())
    assert "came in again meanwhile" in page.content.decode()
    assert DocumentationSource.objects.count() == 1
    assert not Document.objects.filter(deleted_at=None).exists()


def test_a_deleted_site_is_not_synced(site: DocumentationSource) -> None:
    running = request_sync(site)
    DocumentationSource.objects.update(next_sync_at=timezone.now() - timedelta(hours=1))
    trash_source(site, now=timezone.now())
    running.refresh_from_db()
    assert running.state == Job.State.CANCELLED
    assert enqueue_due_syncs() == 0
    late = request_sync(site)
    jobs.execute(late.pk)
    assert not SourceSync.objects.exists()


def test_after_a_day_a_site_is_gone_with_everything_that_it_stored(
    editor: Client, site: DocumentationSource, media: Path, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        trash_source(site, now=timezone.now())
        assert purge_deleted() == 0
    assert default_storage.exists(f"scraped/{site.pk}/a.md")
    let_a_day_pass()
    assert "Undo" not in editor.get(site.solution.get_absolute_url()).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_deleted() == 1
    assert not DocumentationSource.with_deleted.exists()
    assert not Document.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_a_page_deleted_on_its_own_page_comes_back_by_undo_or_by_the_next_sync(
    editor: Client, site: DocumentationSource
) -> None:
    page = Document.objects.get(title="a")
    assert "the next sync reads it again" in editor.get(page.get_absolute_url()).content.decode()
    assert "1 document deleted" in post(editor, "document_delete", page.pk).content.decode()
    page.refresh_from_db()
    assert page.deleted_at
    post(editor, "documents_restore", site.solution_id, deleted_at=page.deleted_at.isoformat())
    page.refresh_from_db()
    assert (page.deleted_at, page.embedding_status) == (None, EmbeddingStatus.PENDING)
    post(editor, "document_delete", page.pk)
    store_scraped_page(site, PageText(url=page.url, filename="a.md", title="a", text="Page a, revised."))
    page.refresh_from_db()
    assert (page.deleted_at, page.retired_at, page.deleted_hash) == (None, None, "")


def test_a_deleted_answer_comes_back_with_its_history(
    editor: Client, solution: Solution, heard: list[Any]
) -> None:
    entry = save_library_answer(solution=solution, question="Backups?", answer="Nightly.", owner=None)
    LibraryAnswer.objects.update(embedding=[0.5] * 3, embedding_model="m", embedding_status="embedded")
    page = post(editor, "answer_delete", entry.pk).content.decode()
    assert "1 answer deleted" in page
    assert entry.get_absolute_url() not in page
    assert heard == [entry]
    assert editor.get(entry.get_absolute_url()).status_code == 404
    deleted = LibraryAnswer.with_deleted.get()
    assert (deleted.embedding, deleted.search_vector) == (None, None)
    assert deleted.deleted_at
    page = post(editor, "answers_restore", deleted_at=deleted.deleted_at.isoformat()).content.decode()
    assert "1 answer is back" in page
    assert LibraryAnswer.objects.get().embedding_status == EmbeddingStatus.PENDING
    assert LibraryAnswerVersion.objects.filter(entry=entry).count() == 1


def test_an_answer_that_is_approved_again_comes_back(solution: Solution) -> None:
    said = {"solution": solution, "question": "Backups?", "answer": "Nightly.", "owner": None}
    entry = save_library_answer(**said, origin_answer_id=7)
    trash_answers(LibraryAnswer.objects.all(), now=timezone.now())
    assert save_library_answer(**said, origin_answer_id=7) == entry
    assert LibraryAnswer.objects.get().embedding_status == EmbeddingStatus.PENDING


def test_a_solution_says_what_goes_along_and_comes_back_with_all_of_it(
    editor: Client, site: DocumentationSource, solution: Solution
) -> None:
    upload_document(solution=solution, upload=text_upload("manual.md"), owner=None)
    LibraryAnswerFactory(solution=solution)
    asked = editor.get(reverse("solution_library:solution_delete", args=[solution.pk])).content.decode()
    for named in ("2 documents", "Vault help", "1 library answer"):
        assert named in asked
    assert Solution.objects.exists()
    page = post(editor, "solution_delete", solution.pk).content.decode()
    assert "“Vault” deleted" in page
    assert editor.get(solution.get_absolute_url()).status_code == 404
    assert not LibraryAnswer.objects.exists()
    assert not Document.objects.in_use().exists()
    page = post(editor, "solution_restore", solution.pk).content.decode()
    assert "“Vault” is back" in page
    assert sorted(Document.objects.in_use().values_list("title", flat=True)) == ["a", "manual"]
    assert DocumentationSource.objects.get() == site
    assert LibraryAnswer.objects.count() == 1


def test_a_solution_whose_name_was_given_again_stays_deleted_and_says_why(
    editor: Client, solution: Solution
) -> None:
    trash_solution(solution, now=timezone.now())
    SolutionFactory(vendor=solution.vendor, name="VAULT")
    assert "Rename it first" in post(editor, "solution_restore", solution.pk).content.decode()
    assert Solution.objects.count() == 1


def test_what_was_deleted_before_its_solution_stays_deleted(editor: Client, solution: Solution) -> None:
    earlier = DocumentFactory(solution=solution)
    post(editor, "document_delete", earlier.pk)
    trash_solution(solution, now=timezone.now())
    post(editor, "solution_restore", solution.pk)
    earlier.refresh_from_db()
    assert earlier.deleted_at
    assert "1 document deleted" in editor.get(solution.get_absolute_url()).content.decode()


def test_after_a_day_a_solution_is_gone_with_its_files(
    editor: Client,
    site: DocumentationSource,
    solution: Solution,
    media: Path,
    django_capture_on_commit_callbacks,
) -> None:
    upload_document(solution=solution, upload=text_upload("manual.md"), owner=None)
    LibraryAnswerFactory(solution=solution)
    trash_solution(solution, now=timezone.now())
    let_a_day_pass()
    assert editor.post(reverse("solution_library:solution_restore", args=[solution.pk])).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        purge_deleted()
    assert not Solution.with_deleted.exists()
    assert not LibraryAnswer.with_deleted.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_who_may_not_edit_sees_no_undo(reader: Client, site: DocumentationSource, solution: Solution) -> None:
    answer = LibraryAnswerFactory(solution=solution)
    trash_answers(LibraryAnswer.objects.filter(pk=answer.pk), now=timezone.now())
    trash_source(site, now=timezone.now())
    other = SolutionFactory(vendor=solution.vendor)
    trash_solution(other, now=timezone.now())
    answers = reverse("solution_library:answers")
    for url in (solution.get_absolute_url(), solution.vendor.get_absolute_url(), answers):
        assert "Undo" not in reader.get(url).content.decode()
    assert post(reader, "solution_restore", other.pk).status_code == 403
    assert post(reader, "answers_restore", deleted_at=timezone.now().isoformat()).status_code == 403
    assert reader.get(reverse("solution_library:solution_delete", args=[solution.pk])).status_code == 403
