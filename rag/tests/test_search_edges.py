"""What people type that is no question: search says what comes nearest, or nothing, and never fails."""

from datetime import date

import pytest

from rag.services.filters import SearchFilters
from rag.services.search import find_passages, search_library
from solution_library.models import Solution

pytestmark = pytest.mark.django_db

LONG = "How are backups of the database encrypted, and who keeps the keys? "


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   \n\t",
        "?!... --- ()",
        "is it of the and to",
        "バックアップは暗号化されていますか",
        "Шифруются ли резервные копии?",
        "🔒🔑",
        "\0",
    ],
)
def test_without_a_word_of_the_index_meaning_alone_puts_passages_in_order(
    vault: Solution, query: str
) -> None:
    found = find_passages(query)
    assert found.passages
    for passage in found.passages:
        assert passage.explanation["lexical"] == passage.explanation["coverage"] == 0
    assert [p.score for p in found.passages] == sorted((p.score for p in found.passages), reverse=True)


@pytest.mark.parametrize(
    "query",
    [
        "backup' | 'x",
        "backup & !encrypted <-> (copy:*",
        "backup\\' OR 1=1; --",
        '"backup"%s %(t0)s {} :id',
        "backup::tsquery @@ to_tsquery('a')",
        "<b>backup</b> ' || ts_rank('",
    ],
)
def test_signs_of_a_query_language_are_text(vault: Solution, query: str) -> None:
    plain, signed = find_passages("backup").passages[0], find_passages(query)
    assert plain.ref in [passage.ref for passage in signed.passages]
    assert any(passage.explanation["lexical"] > 0 for passage in signed.passages)


def test_a_question_of_8000_characters_finds_what_its_sentence_finds(vault: Solution) -> None:
    short, long = find_passages(LONG).passages, find_passages(LONG * (8000 // len(LONG) + 1)).passages
    assert long[0].ref == short[0].ref


def test_8000_characters_of_different_words_are_searched(vault: Solution) -> None:
    words = " ".join(f"word{number}" for number in range(900))
    assert find_passages(f"Are backups encrypted? {words}").passages


@pytest.mark.parametrize(
    "filters",
    [
        SearchFilters(solutions=[]),
        SearchFilters(solutions=[10**9]),
        SearchFilters(types=[]),
        SearchFilters(types=["answer"]),
        SearchFilters(since=date(2999, 1, 1)),
    ],
)
def test_filters_that_leave_nothing_find_nothing(vault: Solution, filters: SearchFilters) -> None:
    assert search_library("Are backups encrypted?", filters=filters) == []
