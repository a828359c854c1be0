"""Measurements name the settings they were made with, and say when documents are still as other settings cut them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from rag.own_library import find_old_passages
from rag.search_settings import cut_otherwise, fingerprint_of, search_settings
from rag.services import chunking
from rag.services.embeddings import embed_document
from rag.tests.factories import document_about
from solution_library.models import Document, RetrievalEvaluation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]

PAGE = reverse("rag:evaluations")


def measured(**changed: float) -> RetrievalEvaluation:
    """A measurement made just now, with other settings than the present ones."""
    return RetrievalEvaluation.objects.create(
        embedding_model=Document.objects.values_list("embedded_model", flat=True).first() or "",
        fingerprint="0" * 12,
        settings={**search_settings(), **{name.replace("__", "."): value for name, value in changed.items()}},
        question_count=1,
        ndcg=0.5,
        recall=0.5,
        mrr=0.5,
    )


@pytest.fixture
def document() -> Document:
    made = document_about("backups")
    embed_document(made.pk)
    Document.objects.filter(pk=made.pk).update(embedded_at=timezone.now() - timedelta(days=2))
    return made


@pytest.mark.parametrize(
    "name",
    [
        "chunking.OVERLAP_TOKENS",
        "chunking.FULL_ENOUGH",
        "chunking.MERGED_AT_MOST",
        "chunking.SMALL_SECTION_TOKENS",
        "parsing.pdf_headings.LARGER",
        "fusion.BM25_WEIGHT",
    ],
)
def test_the_fingerprint_is_of_every_named_number(name: str) -> None:
    now = search_settings()
    assert name in now
    assert fingerprint_of(now) != fingerprint_of({**now, name: 7})


def test_a_changed_constant_is_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = search_settings()
    monkeypatch.setattr(chunking, "OVERLAP_TOKENS", 64)
    assert cut_otherwise(before, search_settings()) == ["chunking.OVERLAP_TOKENS"]


def test_settings_of_search_cut_nothing_and_neither_does_a_new_name() -> None:
    now = search_settings()
    assert cut_otherwise({**now, "fusion.BM25_WEIGHT": 7, "chunking.GONE": 1}, now) == []
    assert cut_otherwise({"chunking.SMALL_SECTION_TOKENS": 32}, now) == []


def test_documents_that_were_cut_by_other_settings_are_counted_until_they_are_embedded_again(
    client: Client, alice: User, document: Document
) -> None:
    client.force_login(alice)
    measured(chunking__OVERLAP_TOKENS=64)
    page = client.get(PAGE).content.decode()
    assert "Some documents still have passages of other settings" in page
    assert "chunking.OVERLAP_TOKENS</code>" in page
    embed_document(document.pk)
    assert "Some documents still have" not in client.get(PAGE).content.decode()


def test_what_another_model_embedded_since_was_cut_anew(document: Document) -> None:
    row = measured(chunking__OVERLAP_TOKENS=64)
    assert find_old_passages([row])
    Document.objects.update(embedded_model="another@1")
    assert find_old_passages([row]) is None


def test_measurements_of_other_search_settings_say_nothing_of_passages(document: Document) -> None:
    assert find_old_passages([measured(fusion__BM25_WEIGHT=0.1)]) is None
