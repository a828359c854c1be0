"""Search by words in a large library: rare words find passages, common ones only rank them."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from django.db import connection

from core.models import User
from core.tests.factories import OrganizationFactory
from rag.providers.embedding import get_embedding_provider
from rag.services import candidates
from rag.services.candidates import DenseMatches, Ref, find_dense, measure_collection
from rag.services.filters import SearchFilters
from rag.services.lexical import LexicalMatches, judge_words, look_up_words
from rag.services.word_shares import WordShares, find_shares, forget_shares, nominate
from solution_library.models import Document, DocumentEmbedding, Solution

pytestmark = pytest.mark.django_db

QUERY = "Is the zirconium gasket kept at the site?"
COMMON = 400


@pytest.fixture
def chunks(alice: User) -> dict[str, int]:
    """Many chunks with a common word or two, one that has the rare word besides, and one with two rarer ones."""
    solution = Solution.objects.create(vendor=OrganizationFactory(), name="Depot", owner=alice)
    paper = Document(solution=solution, title="Paper", s3_key="documents/paper.md", chunk_count=COMMON + 2)
    [document] = Document.objects.bulk_create([paper])
    texts = ["The site is kept"] * (COMMON // 2) + ["The site and its gasket"] * (COMMON // 2)
    texts += ["A zirconium part of the site", "A gasket that is kept"]
    provider = get_embedding_provider()
    rows = DocumentEmbedding.objects.bulk_create(
        DocumentEmbedding(
            document=document, chunk_index=n, chunk_s3_key=f"chunks/1/chunk_{n}.txt", chunk_size=len(text),
            content_hash=str(n), embedding=np.ones(provider.dimensions).tolist(), embedding_model=provider.name,
        )
        for n, text in enumerate(texts)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE solution_library_documentembedding e SET search_vector = to_tsvector('english', t)"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS given(t, n) WHERE e.chunk_index = n - 1",
            [texts],
        )
        cursor.execute("ANALYZE solution_library_documentembedding")
    return {"common": rows[0].pk, "rare": rows[-2].pk, "pair": rows[-1].pk}


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A library of a few hundred chunks is taken for a large one."""
    monkeypatch.setattr(candidates, "EXACT", 10)
    forget_shares()
    yield
    forget_shares()


NOTHING = DenseMatches({}, {}, {})


def found(*also: Ref, filters: SearchFilters | None = None) -> LexicalMatches:
    filters = filters or SearchFilters()
    provider = get_embedding_provider()
    collection = measure_collection(QUERY, model=provider.name, filters=filters)
    dense = NOTHING
    if also:
        near = np.ones(provider.dimensions)
        dense = find_dense(near, collection, model=provider.name, filters=filters, limit=COMMON + 2)
        words = {ref: dense.words[ref] for ref in also}
        dense = replace(dense, similarity=dict.fromkeys(also, 1.0), words=words)
    return judge_words(look_up_words(collection, filters=filters), collection, limit=20, dense=dense)


def test_what_has_the_rare_word_or_two_of_the_others_is_found(chunks: dict[str, int], large: None) -> None:
    matches = found()
    assert ("chunk", chunks["rare"]) in matches.scores
    assert ("chunk", chunks["pair"]) in matches.scores
    assert ("chunk", chunks["common"]) not in matches.scores


def test_what_was_found_by_meaning_is_judged_by_its_common_words_too(
    chunks: dict[str, int], large: None
) -> None:
    ref = ("chunk", chunks["common"])
    matches = found(ref)
    assert matches.lexemes[ref] == {"site", "kept"}
    assert 0 < matches.scores[ref] < matches.scores["chunk", chunks["rare"]]


def test_the_weights_of_words_are_nearly_those_of_comparing_everything(
    chunks: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = found()
    monkeypatch.setattr(candidates, "EXACT", 10)
    forget_shares()
    assert found().idf == pytest.approx(exact.idf, rel=0.02)
    ref = ("chunk", chunks["rare"])
    assert max(exact.scores, key=lambda each: exact.scores[each]) == ref


def test_a_table_that_was_never_analysed_is_compared_in_full(
    chunks: dict[str, int], large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.services.word_shares._read_shares", lambda: None)
    assert len(found().scores) == 20  # the limit
    assert find_shares() is None


def test_no_word_of_a_query_that_is_common_finds_more_than_is_wanted() -> None:
    shares = WordShares({"data": 0.4, "encrypt": 0.05, "key": 0.02, "ledger": 0.001}, other=0.00005)
    nomination = nominate(["data", "encrypt", "key", "ledger", "zebra"], shares, passages=100_000, wanted=150)
    assert nomination.counted == {"zebra", "ledger"}
    assert nomination.tsquery.startswith("'zebra' | 'ledger'")
    assert "'data'" not in nomination.tsquery
    crowded = nominate(["data", "encrypt"], shares, passages=1_000_000, wanted=150)
    assert crowded.tsquery == ""


def test_where_no_two_words_are_rare_enough_together_three_are_looked_up() -> None:
    shares = WordShares({"data": 0.1, "encrypt": 0.02, "audit": 0.01}, other=0.00005)
    in_pairs = nominate(["data", "encrypt", "audit"], shares, passages=100_000, wanted=450)
    assert in_pairs.tsquery == "'audit' & 'encrypt'"
    in_threes = nominate(["data", "encrypt", "audit"], shares, passages=1_000_000, wanted=450)
    assert in_threes.tsquery == "'audit' & 'encrypt' & 'data'"
    assert in_threes.counted == frozenset()


def test_words_that_terms_begin_with_are_asked_for_once() -> None:
    shares = WordShares({"key": 0.003, "audit": 0.002, "ledger": 0.001}, other=0.00005)
    nomination = nominate(["audit", "key", "ledger"], shares, passages=100_000, wanted=90)
    assert nomination.tsquery == "'ledger' & ('audit' | 'key') | 'audit' & 'key'"


def test_of_words_that_are_all_common_those_that_chance_has_together_now_and_then_are_looked_up_together() -> (
    None
):
    shares = WordShares(
        {"static": 0.02, "key": 0.1, "api": 0.2, "service": 0.3, "support": 0.5}, other=0.00005
    )
    question = ["support", "key", "static", "api", "service"]
    assert nominate(question, shares, passages=1_000_000, wanted=400).tsquery == (
        "'static' & 'key' & 'api' & 'service' & 'support'"
    )
    assert nominate(question[:3], shares, passages=1_000_000, wanted=400).tsquery == ""


@pytest.mark.parametrize("word", ["o'clock", "back\\slash", "a&b", "c:*"])
def test_a_word_with_signs_is_a_word_and_no_operator(word: str, chunks: dict[str, int], large: None) -> None:
    collection = candidates.Collection((word,), passages=1000, library=1000, settled=True)
    rows = look_up_words(collection, filters=SearchFilters())
    assert judge_words(rows, collection, limit=5, dense=NOTHING).scores == {}
