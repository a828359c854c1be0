"""Documents that say nearly the same are found without comparing all with all, and shown."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from django.contrib.postgres.search import SearchVector
from django.db import connection
from django.db.models import Value
from django.test import Client
from django.utils import timezone

from core.models import User
from solution_library.fingerprints import (
    bands_of,
    common_share,
    from_bytes,
    likeness,
    sign,
    to_bytes,
)
from solution_library.models import Document, DocumentEmbedding, DocumentTwin, Solution
from solution_library.services.near_duplicates import find_near_duplicates, near_duplicates_of
from solution_library.tests.factories import DocumentEmbeddingFactory, DocumentFactory, SolutionFactory

VOCABULARY = [
    a + b + c for a in ("ba", "do", "ki", "lu") for b in ("ra", "no", "mi", "tu") for c in ("ge", "zo")
]


def words(count: int, *, seed: int) -> list[str]:
    return random.Random(seed).choices(VOCABULARY, k=count)


def edited(text: Sequence[str], share: float, *, seed: int = 7) -> list[str]:
    """The text with this share of its words replaced by others."""
    numbers = random.Random(seed)
    return [f"new{n}" if numbers.random() < share else word for n, word in enumerate(text)]


def runs(text: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(text[n : n + 3]) for n in range(len(text) - 2)}


def stored(text: Sequence[str], **fields: object) -> Document:
    """An embedded document that says this, in chunks of a hundred words, each under its title."""
    document: Document = DocumentFactory(embedded=True, **fields)
    for index, start in enumerate(range(0, len(text), 100)):
        chunk = DocumentEmbeddingFactory(document=document, chunk_index=index)
        vector = SearchVector(Value(document.title), weight="B", config="english") + SearchVector(
            Value(" ".join(text[start : start + 100])), weight="A", config="english"
        )
        DocumentEmbedding.objects.filter(pk=chunk.pk).update(search_vector=vector)
    return document


@pytest.mark.parametrize("share", [0.0, 0.02, 0.05, 0.2])
def test_the_signature_tells_the_share_of_common_runs(share: float) -> None:
    text = words(2000, seed=1)
    other = edited(text, share)
    one, two = sign(text), sign(other)
    assert one is not None
    assert two is not None
    exact = len(runs(text) & runs(other)) / len(runs(text) | runs(other))
    assert likeness(one, [two])[0] == pytest.approx(exact, abs=0.1)
    assert np.array_equal(from_bytes(to_bytes(one)), one)


def test_alike_texts_share_a_bucket_and_others_none() -> None:
    text = words(1500, seed=2)
    first = sign(text)
    assert first is not None
    for seed in range(20):
        near, far = sign(edited(text, 0.04, seed=seed)), sign(words(1500, seed=100 + seed))
        assert near is not None
        assert far is not None
        assert set(bands_of(first)) & set(bands_of(near))
        assert not set(bands_of(first)) & set(bands_of(far))
    assert sign(text[:10]) is None
    assert common_share(1.0) == 1.0


@pytest.mark.django_db
class TestLibrary:
    def test_a_copy_under_another_title_is_found(self) -> None:
        text = words(400, seed=3)
        original = stored(text, title="Security manual")
        copy = stored(edited(text, 0.02), title="Handbook of safety")
        stored(words(400, seed=4))
        assert find_near_duplicates() == 3
        (near,) = near_duplicates_of(original)
        assert near.document == copy
        assert 85 <= near.percent < 100
        assert near_duplicates_of(copy)[0].document == original
        assert DocumentTwin.objects.count() == 1
        assert find_near_duplicates() == 0

    def test_the_same_text_in_another_solution_is_all_of_it(self) -> None:
        text = words(300, seed=5)
        one, two = stored(text), stored(text)
        find_near_duplicates()
        assert [(near.document, near.percent) for near in near_duplicates_of(one)] == [(two, 100)]

    def test_new_content_is_compared_again(self) -> None:
        text = words(300, seed=6)
        one, two = stored(text), stored(text)
        find_near_duplicates()
        two.embeddings.all().delete()
        Document.objects.filter(pk=two.pk).update(embedded_hash="f" * 64)
        assert find_near_duplicates() == 1
        assert near_duplicates_of(one) == []

    def test_what_is_gone_is_nobodys_twin(self) -> None:
        text = words(300, seed=7)
        one, two = stored(text), stored(text)
        find_near_duplicates()
        Document.objects.filter(pk=two.pk).update(retired_at=timezone.now())
        assert near_duplicates_of(one) == []
        find_near_duplicates()
        assert not DocumentTwin.objects.exists()

    def test_short_texts_are_not_compared(self) -> None:
        one, _ = stored(words(15, seed=8)), stored(words(15, seed=8))
        assert find_near_duplicates() == 2
        assert near_duplicates_of(one) == []
        assert find_near_duplicates() == 0

    def test_a_crowd_of_copies_keeps_few_pairs_each(self) -> None:
        text = words(60, seed=9)
        for _ in range(30):
            stored(text)
        find_near_duplicates()
        assert DocumentTwin.objects.count() <= 30 * 20

    def test_candidates_come_from_an_index(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(
                "EXPLAIN SELECT 1 FROM solution_library_documentfingerprint WHERE bands && ARRAY[1,2]::bigint[]"
            )
            assert "fingerprint_bands" in "".join(row[0] for row in cursor.fetchall())


@pytest.fixture
def pair(db: None) -> tuple[Document, Document]:
    solution = SolutionFactory()
    text = words(300, seed=10)
    stored(words(300, seed=11), solution=solution, title="Unlike")
    one = stored(text, solution=solution, title="Manual")
    two = stored(edited(text, 0.02), solution=solution, title="Manual, second edition")
    find_near_duplicates()
    return one, two


def test_the_documents_page_names_it(client: Client, charlie: User, pair: tuple[Document, Document]) -> None:
    client.force_login(charlie)
    page = client.get(pair[0].get_absolute_url()).content.decode()
    assert "Nearly the same as" in page
    assert pair[1].get_absolute_url() in page


def test_the_list_is_narrowed_down_to_them(
    client: Client, charlie: User, pair: tuple[Document, Document]
) -> None:
    client.force_login(charlie)
    solution: Solution = pair[0].solution
    everything = client.get(solution.get_absolute_url())
    assert everything.content.decode().count(">Near-duplicate<") == 2
    assert '<option value="near">' in everything.content.decode()
    found = client.get(solution.get_absolute_url(), {"likeness": "near"}).context["documents"]
    assert {document.title for document in found} == {"Manual", "Manual, second edition"}
    other = client.get(SolutionFactory().get_absolute_url()).content.decode()
    assert 'name="likeness"' not in other


def test_naming_them_costs_one_query(pair: tuple[Document, Document], django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert near_duplicates_of(pair[0])
