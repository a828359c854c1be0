"""While a set is measured, search is in the set, and its words are those of the set; afterwards the library's again."""

from collections.abc import Iterator
from functools import partial

import pytest
from django.db import connection

from rag.parsing import parse_document
from rag.providers.embedding import get_embedding_provider
from rag.services.chunk_preparation import prepare_chunks
from rag.services.search import search_library
from rag.services.word_shares import find_shares, forget_shares
from rag.trial_library import TrialDocument, trial_library
from solution_library.models import Solution

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    forget_shares()
    yield
    forget_shares()


def listed() -> set[str]:
    shares = find_shares()
    return set(shares.listed) if shares else set()


def penguins(copies: int) -> list[TrialDocument]:
    provider = get_embedding_provider()
    parsed = parse_document(b"# Penguins\n\nEvery penguin of the colony is ringed.\n", extension="md")
    chunks = prepare_chunks(parsed, title="Penguins", provider=provider)
    vectors = provider.embed_passages([chunk.passage for chunk in chunks])
    return [TrialDocument("Penguins", "md", 1, chunks, list(vectors)) for _ in range(copies)]


def test_the_words_are_those_of_the_library_that_is_searched(vault: Solution) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE solution_library_documentembedding")
    assert "backup" in listed()
    with trial_library(model=get_embedding_provider().name) as library:
        assert listed() == set()  # nothing is known of it yet
        library.add(penguins(30))
        library.analyze()
        assert "penguin" in listed()
        assert "backup" not in listed()
    assert "backup" in listed()
    assert "penguin" not in listed()


def test_what_is_searched_is_the_library_that_is_there(vault: Solution) -> None:
    """Whatever statements the connection kept from searching the other one."""
    find = partial(search_library, "How are penguins and backups kept?")
    usual = {passage.title for passage in find()}
    assert "Penguins" not in usual
    for _ in range(2):
        with trial_library(model=get_embedding_provider().name) as library:
            assert find() == []
            library.add(penguins(3))
            assert {passage.title for passage in find()} == {"Penguins"}
        assert {passage.title for passage in find()} == usual
