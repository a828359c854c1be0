"""A page that is gone from its site is out of search, and whatever asks for its embedding changes nothing."""

import pytest
from django.utils import timezone

from rag.services.embeddings import embed_document
from solution_library.models import DocumentEmbedding
from solution_library.tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db


def test_a_retired_document_is_not_embedded() -> None:
    retired = DocumentFactory(retired_at=timezone.now(), embedded=True)
    assert embed_document(retired.pk) == 0
    retired.refresh_from_db()
    assert not retired.embedding_unfinished
    assert not DocumentEmbedding.objects.exists()
