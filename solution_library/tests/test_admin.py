import pytest
from django.apps import apps
from django.contrib import admin
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from core.tests.factories import UserFactory
from solution_library.models import (
    Document,
    DocumentFingerprint,
    DocumentTwin,
    EmbeddingStatus,
    LibraryAnswer,
    RetrievalEvaluation,
    ReviewReminder,
    Solution,
)
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


@pytest.mark.parametrize("deletes", ["document", "solution"])
def test_deleting_in_the_admin_takes_the_files_along(
    administrator: Client, deletes: str, django_capture_on_commit_callbacks
) -> None:
    document = DocumentFactory()
    row = document if deletes == "document" else document.solution
    with django_capture_on_commit_callbacks(execute=True):
        administrator.post(
            reverse(f"admin:solution_library_{deletes}_delete", args=[row.pk]), {"post": "yes"}
        )
    assert not Document.objects.exists()
    assert Solution.objects.exists() == (deletes == "document")
    assert not default_storage.exists(document.s3_key)
