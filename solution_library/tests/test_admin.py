from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from core.storage import write_text
from core.tests.factories import UserFactory
from solution_library.models import (
    Document,
    DocumentFingerprint,
    DocumentTwin,
    EmbeddingStatus,
    LibraryAnswer,
    RetrievalEvaluation,
    ReviewReminder,
    SourceSync,
)
from solution_library.services.purging import purge_deleted
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentEmbeddingFactory,
    DocumentFactory,
    LibraryAnswerFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize(
    "factory",
    [DocumentFactory, DocumentEmbeddingFactory, DocumentationSourceFactory, LibraryAnswerFactory],
    ids=lambda factory: factory._meta.model.__name__,
)
def test_lists_and_forms_open_and_lists_cost_the_same_queries(
    administrator: Client, factory, django_assert_max_num_queries
) -> None:
    rows = factory.create_batch(8)
    name = f"admin:solution_library_{rows[0]._meta.model_name}"
    with django_assert_max_num_queries(14):
        assert administrator.get(reverse(f"{name}_changelist"), {"q": "a"}).status_code == 200
    assert administrator.get(reverse(f"{name}_change", args=[rows[0].pk])).status_code == 200


def test_records_open_without_their_bulk(administrator: Client) -> None:
    first, second = DocumentFactory.create_batch(2)
    rows = [
        DocumentFingerprint.objects.create(
            document=first, content_hash="a" * 64, signature=b"1234", bands=[1]
        ),
        DocumentTwin.objects.create(first=first, second=second, similarity=0.9),
        ReviewReminder.objects.create(document=first, reason="overdue", due_on="2026-01-01"),
        RetrievalEvaluation.objects.create(
            embedding_model="m", fingerprint="0", question_count=1, ndcg=1, recall=1, mrr=1, results={}
        ),
    ]
    for row in rows:
        name = f"admin:solution_library_{row._meta.model_name}"
        assert administrator.get(reverse(f"{name}_changelist")).status_code == 200
        assert administrator.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200


def test_every_model_is_registered() -> None:
    ours = apps.get_app_config("solution_library").get_models()
    assert set(ours) <= set(admin.site._registry)


def test_documents_and_answers_are_embedded_again_from_the_list(administrator: Client) -> None:
    document = DocumentFactory(failed=True)
    answer = LibraryAnswerFactory(embedding_status=EmbeddingStatus.FAILED)
    for row in (document, answer):
        administrator.post(
            reverse(f"admin:solution_library_{row._meta.model_name}_changelist"),
            {"action": "embed_again", "_selected_action": row.pk},
        )
    assert Document.objects.get().embedding_status == EmbeddingStatus.PENDING
    assert LibraryAnswer.objects.get().embedding_status == EmbeddingStatus.PENDING


@pytest.mark.parametrize("deletes", ["document", "solution", "documentationsource", "libraryanswer"])
@pytest.mark.parametrize("from_list", [False, True])
def test_deleting_in_the_admin_can_be_undone_like_on_the_pages(
    administrator: Client, deletes: str, from_list: bool, django_capture_on_commit_callbacks
) -> None:
    document = DocumentFactory(embedded=True)
    # With parts that nobody may delete by themselves: they must not stand in the way.
    chunk = DocumentEmbeddingFactory(document=document)
    write_text(chunk.chunk_s3_key, "Backups run nightly.")
    solution = document.solution
    site = DocumentationSourceFactory(solution=solution)
    SourceSync.objects.create(source=site)
    answer = LibraryAnswerFactory(solution=solution)
    row = {
        "document": document,
        "solution": solution,
        "documentationsource": site,
        "libraryanswer": answer,
    }[deletes]
    model = type(row)
    name = f"admin:solution_library_{deletes}"
    with django_capture_on_commit_callbacks(execute=True):
        if from_list:
            data = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
            page = administrator.post(reverse(f"{name}_changelist"), data, follow=True)
        else:
            data = {"post": "yes"}
            page = administrator.post(reverse(f"{name}_delete", args=[row.pk]), data, follow=True)
    assert "For a day it can be brought back" in page.content.decode()
    assert administrator.get(row.get_absolute_url()).status_code == 404
    assert administrator.get(reverse(f"{name}_change", args=[row.pk])).status_code == 302
    kept = model._base_manager.get(pk=row.pk)
    assert kept.deleted_at
    assert default_storage.exists(document.s3_key)
    model._base_manager.update(
        deleted_at=kept.deleted_at - timedelta(days=2),
        **({"retired_at": kept.deleted_at} if deletes == "document" else {}),
    )
    with django_capture_on_commit_callbacks(execute=True):
        purge_deleted()
    assert not model._base_manager.filter(pk=row.pk).exists()
    assert default_storage.exists(document.s3_key) == (deletes not in ("document", "solution"))


def test_the_admin_says_what_goes_along_before_it_deletes(administrator: Client) -> None:
    document = DocumentFactory(embedded=True)
    LibraryAnswerFactory.create_batch(2, solution=document.solution)
    url = reverse("admin:solution_library_solution_delete", args=[document.solution_id])
    page = administrator.get(url).content.decode()
    assert "documents: 1" in page
    assert "library answers: 2" in page
