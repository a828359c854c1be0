"""Many documents at once: tagged, moved, reviewed, embedded again, deleted and brought back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import Job, User
from core.storage import write_text
from solution_library.models import Document, DocumentEmbedding, EmbeddingStatus, Solution
from solution_library.services.documents import upload_document
from solution_library.services.purging import purge_deleted
from solution_library.signals import sources_deleted
from solution_library.tasks import purge_deleted_content
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentEmbeddingFactory,
    DocumentFactory,
    SolutionFactory,
)
from solution_library.tests.files import text_upload

pytestmark = pytest.mark.django_db

ACTION_QUERIES = 13


@pytest.fixture
def editor(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def solution() -> Solution:
    return SolutionFactory()


def do(client: Client, action: str, solution: Solution, documents: list[Document], **data: Any) -> Any:
    url = reverse(f"solution_library:documents_{action}", args=[solution.pk])
    return client.post(url, {"document": [document.pk for document in documents], **data}, follow=True)


def test_tags_are_added_and_taken_away(editor: Client, solution: Solution) -> None:
    one = DocumentFactory(solution=solution, tags=["old", "kept"])
    two, untouched = DocumentFactory(solution=solution), DocumentFactory(solution=solution)
    do(editor, "tag", solution, [one, two], tags="kept, new", how="add")
    do(editor, "tag", solution, [one], tags="old", how="remove")
    for document, tags in ((one, ["kept", "new"]), (two, ["kept", "new"]), (untouched, [])):
        document.refresh_from_db()
        assert document.tags == tags


def test_the_list_stays_filtered_as_it_was(editor: Client, solution: Solution) -> None:
    found = DocumentFactory(solution=solution, title="Plan A")
    DocumentFactory(solution=solution, title="Plan B")
    tag, delete, restore = (
        reverse(f"solution_library:{name}", args=[pk]) + "?q=plan&type=pdf"
        for name, pk in (
            ("documents_tag", solution.pk),
            ("document_delete", found.pk),
            ("documents_restore", solution.pk),
        )
    )
    shown = f"{solution.get_absolute_url()}?q=plan&type=pdf"
    Document.objects.update(file_type="pdf")
    page = editor.get(shown).content.decode()
    for url in (
        tag,
        delete,
        *(tag.replace("/tag/", f"/{name}/") for name in ("move", "review", "embed", "delete")),
    ):
        assert url.replace("&", "&amp;") in page
    chosen = {"document": found.pk, "tags": "a", "how": "add"}
    assert editor.post(tag, chosen).headers["Location"] == shown
    assert editor.post(delete).headers["Location"] == shown
    assert restore.replace("&", "&amp;") in editor.get(shown).content.decode()
    found.refresh_from_db()
    assert found.deleted_at
    back = editor.post(restore, {"deleted_at": found.deleted_at.isoformat()}, follow=True)
    assert back.redirect_chain == [(shown, 302)]
    assert "1 document is back." in back.content.decode()


def test_files_move_with_their_passages_and_pages_stay_with_their_site(
    editor: Client, solution: Solution
) -> None:
    target = SolutionFactory()
    DocumentFactory(solution=target, content=b"the same")
    moved = DocumentFactory(solution=solution)
    passage = DocumentEmbeddingFactory(document=moved)
    twin = DocumentFactory(solution=solution, content=b"the same")
    page = DocumentFactory(
        solution=solution, source=DocumentationSourceFactory(solution=solution), url="https://a/"
    )
    answer = do(editor, "move", solution, [moved, twin, page], target=target.pk)
    assert set(Document.objects.filter(solution=solution)) == {twin, page}
    passage.refresh_from_db()
    assert passage.document.solution == target
    assert "2 stayed as they were." in answer.content.decode()


def test_owner_and_review_date_are_set_together(editor: Client, alice: User, solution: Solution) -> None:
    document = DocumentFactory(solution=solution)
    do(editor, "review", solution, [document], owner=alice.pk, review_by="2031-05-01")
    document.refresh_from_db()
    assert (document.owner, str(document.review_by)) == (alice, "2031-05-01")


def test_the_chosen_are_embedded_again(editor: Client, solution: Solution) -> None:
    chosen, other = (DocumentFactory(solution=solution, embedded=True) for _ in range(2))
    do(editor, "embed", solution, [chosen])
    chosen.refresh_from_db()
    other.refresh_from_db()
    assert chosen.embedding_status == EmbeddingStatus.PENDING
    assert other.embedding_status == EmbeddingStatus.EMBEDDED


def test_documents_of_another_solution_are_out_of_reach(editor: Client, solution: Solution) -> None:
    foreign = DocumentFactory(embedded=True)
    for action, data in {
        "tag": {"tags": "x", "how": "add"},
        "move": {"target": foreign.solution_id},
        "review": {"review_by": "2031-05-01"},
        "embed": {},
        "delete": {},
    }.items():
        do(editor, action, solution, [foreign], **data)
    foreign.refresh_from_db()
    assert (foreign.tags, foreign.review_by, foreign.deleted_at) == ([], None, None)
    assert foreign.embedding_status == EmbeddingStatus.EMBEDDED


def test_what_is_wrong_is_said_and_nothing_is_done(editor: Client, solution: Solution) -> None:
    document = DocumentFactory(solution=solution)
    assert "no date" not in do(editor, "tag", solution, [document], tags="").content.decode()
    answer = do(editor, "review", solution, [document], review_by="soon")
    assert "Write the date like" in answer.content.decode()
    assert "Tick the documents" in do(editor, "embed", solution, []).content.decode()


@pytest.fixture
def manual(solution: Solution, django_capture_on_commit_callbacks) -> Document:
    with django_capture_on_commit_callbacks():
        document = upload_document(solution=solution, upload=text_upload("manual.md"), owner=None)
    passage = DocumentEmbeddingFactory(document=document)
    write_text(passage.chunk_s3_key, "Backups run nightly.")
    return document


def test_a_deleted_document_is_gone_at_once_and_can_be_brought_back(
    editor: Client, solution: Solution, manual: Document, django_capture_on_commit_callbacks
) -> None:
    (key,) = manual.embeddings.values_list("chunk_s3_key", flat=True)
    digest = manual.content_hash
    with django_capture_on_commit_callbacks(execute=True):
        page = do(editor, "delete", solution, [manual]).content.decode()
    assert editor.get(manual.get_absolute_url()).status_code == 404
    assert not DocumentEmbedding.objects.exists()
    assert not default_storage.exists(key)
    assert default_storage.exists(manual.s3_key)
    assert "1 document deleted" in page
    manual.refresh_from_db()
    assert manual.deleted_at
    do(editor, "restore", solution, [], deleted_at=manual.deleted_at.isoformat())
    manual.refresh_from_db()
    assert (manual.deleted_at, manual.retired_at, manual.content_hash) == (None, None, digest)
    assert manual.embedding_status == EmbeddingStatus.PENDING
    assert editor.get(manual.get_absolute_url()).status_code == 200


def test_a_document_deleted_on_its_own_page_is_brought_back_by_the_same_undo(
    editor: Client, solution: Solution, manual: Document, charlie: User
) -> None:
    digest = manual.content_hash
    assert "For a day it can be brought back" in editor.get(manual.get_absolute_url()).content.decode()
    delete = reverse("solution_library:document_delete", args=[manual.pk])
    page = editor.post(delete, follow=True).content.decode()
    assert "1 document deleted" in page
    assert "Undo" in page
    assert editor.get(manual.get_absolute_url()).status_code == 404
    assert editor.post(delete).status_code == 404
    manual.refresh_from_db()
    assert manual.deleted_at
    moment = manual.deleted_at.isoformat()
    other = Client()
    other.force_login(charlie)
    assert "Undo" not in other.get(solution.get_absolute_url()).content.decode()
    do(other, "restore", solution, [], deleted_at=moment)
    assert Document.objects.get().deleted_at
    do(editor, "restore", solution, [], deleted_at=moment)
    manual.refresh_from_db()
    assert (manual.deleted_at, manual.content_hash) == (None, digest)
    assert manual.embedding_status == EmbeddingStatus.PENDING


def test_who_cites_it_is_told(editor: Client, solution: Solution, manual: Document) -> None:
    heard: list[Any] = []

    def listen(reasons: dict[Document, str], **_: Any) -> None:
        heard.extend(document.pk for document in reasons)

    sources_deleted.connect(listen, sender=Document)
    try:
        do(editor, "delete", solution, [manual])
    finally:
        sources_deleted.disconnect(listen, sender=Document)
    assert heard == [manual.pk]


def test_the_same_file_may_come_in_again_and_then_the_deleted_one_stays_away(
    editor: Client, solution: Solution, manual: Document
) -> None:
    do(editor, "delete", solution, [manual])
    upload_document(solution=solution, upload=text_upload("manual.md"), owner=None)
    manual.refresh_from_db()
    assert manual.deleted_at
    answer = do(editor, "restore", solution, [], deleted_at=manual.deleted_at.isoformat())
    assert "came in again meanwhile" in answer.content.decode()
    assert Document.objects.filter(deleted_at__isnull=True).count() == 1


def test_pages_of_a_site_are_not_deleted_one_by_one(editor: Client, solution: Solution) -> None:
    page = DocumentFactory(
        solution=solution, source=DocumentationSourceFactory(solution=solution), url="https://a/"
    )
    assert "Pages stay with their site" in do(editor, "delete", solution, [page]).content.decode()
    page.refresh_from_db()
    assert page.deleted_at is None


@pytest.mark.parametrize("moment", ["", "yesterday", "2020-01-01", "2020-01-01T00:00:00+00:00"])
def test_a_senseless_moment_brings_nothing_back(
    editor: Client, solution: Solution, manual: Document, moment: str
) -> None:
    do(editor, "delete", solution, [manual])
    assert do(editor, "restore", solution, [], deleted_at=moment).status_code == 200
    manual.refresh_from_db()
    assert manual.deleted_at


def test_after_a_day_it_is_gone_for_good(
    editor: Client, solution: Solution, manual: Document, django_capture_on_commit_callbacks
) -> None:
    do(editor, "delete", solution, [manual])
    assert purge_deleted() == 0
    long_ago = timezone.now() - timedelta(days=1, minutes=1)
    Document.objects.update(deleted_at=long_ago, retired_at=long_ago)
    assert "can be brought back" not in editor.get(solution.get_absolute_url()).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        purge_deleted_content()
    assert not Document.objects.exists()
    assert not default_storage.exists(manual.s3_key)
    assert not Job.objects.filter(kind="purge").exists()


@pytest.mark.parametrize("count", [1, 20])
def test_an_action_costs_the_same_queries(
    editor: Client, solution: Solution, count: int, django_assert_num_queries
) -> None:
    documents = DocumentFactory.create_batch(count, solution=solution)
    url = reverse("solution_library:documents_tag", args=[solution.pk])
    data = {"document": [document.pk for document in documents], "tags": "x", "how": "add"}
    with django_assert_num_queries(ACTION_QUERIES):
        editor.post(url, data)
    assert Document.objects.filter(tags=["x"]).count() == count
