"""The second stage of search: what it may change, what it may not, and what becomes of search when it fails."""

import logging
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.storage import StorageError
from rag.services import passages, reranking
from rag.services.drafting import draft_answer
from rag.services.embeddings import embed_document, embed_library_answer
from rag.services.filters import SearchFilters
from rag.services.reranking import blend, forget_failures
from rag.services.search import find_passages
from rag.tests.factories import document_about
from rag.tests.rerank_stub import RerankStub, rerank_server, reranker
from solution_library.models import DocumentEmbedding, LibraryAnswer, Solution
from solution_library.tests.factories import LibraryAnswerFactory, SolutionFactory

__all__ = ["rerank_server", "reranker"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]

QUERY = "Which rule about backups is written down and checked?"
TOPICS = ("backups", "keys", "doors", "visitors", "cameras", "suppliers")


@pytest.fixture
def library() -> Solution:
    solution: Solution = SolutionFactory()
    embed_document(document_about(*TOPICS, solution=solution, title="Guide").pk)
    return solution


def topics(query: str = QUERY, **options: Any) -> list[str]:
    found = find_passages(query, **options).passages
    return [passage.heading_path[-1].removeprefix("About ") for passage in found if passage.heading_path]


def prefers(topic: str) -> Any:
    return lambda query, passage: float(f"About {topic}" in passage)


def test_without_one_nothing_is_read_for_it(
    library: Solution, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.RERANKER_PROVIDER == "none"
    monkeypatch.delattr(reranking, "load_passages")
    result = find_passages(QUERY, top=3)
    assert len(result.passages) == 3
    assert result.reranking_problem == ""
    assert all("reranker" not in passage.explanation for passage in result.passages)


def test_it_brings_up_what_it_prefers_and_says_from_where(library: Solution, reranker: RerankStub) -> None:
    reranker.judge = lambda query, passage: 0.5
    plain = topics()
    assert plain[0] == "backups"
    last = plain[-1]
    reranker.judge = prefers(last)
    result = find_passages(QUERY)
    found = next(p for p in result.passages if p.heading_path[-1] == f"About {last}")
    assert result.passages.index(found) < plain.index(last)
    assert found.explanation["reranker"] == 1.0
    assert found.explanation["place_before"] == plain.index(last) + 1
    assert found.explanation["place_after"] == result.passages.index(found) + 1
    scores = [passage.score for passage in result.passages]
    assert scores == sorted(scores, reverse=True)
    assert found.score > found.explanation["fused"]


def test_it_reads_the_question_and_whole_passages_with_their_headings(
    library: Solution, reranker: RerankStub
) -> None:
    find_passages(QUERY)
    ((_path, body, _headers),) = reranker.requests
    assert body["query"] == QUERY
    assert len(body["documents"]) == len(TOPICS)
    (text,) = [text for text in body["documents"] if text.startswith("Guide > About backups\n")]
    assert "The rule number 5 about backups is written down and checked." in text


def test_one_query_more_and_no_text_is_read_twice(
    library: Solution, reranker: RerankStub, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(passages, "_texts", type(passages._texts)())
    monkeypatch.setattr(passages, "read_text", lambda key: read.append(key) or f"text of {key}")
    with CaptureQueriesContext(connection) as with_it:
        find_passages(QUERY, top=3)
    assert sorted(read) == sorted(set(read))
    settings.RERANKER_PROVIDER = "none"
    with CaptureQueriesContext(connection) as without:
        find_passages(QUERY, top=3)
    assert len(with_it) == len(without) + 1


def test_only_the_best_are_read_and_the_others_stay_behind_them(
    library: Solution, reranker: RerankStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    reranker.judge = lambda query, passage: 0.5
    plain = topics()
    monkeypatch.setattr(reranking, "RERANKED", 3)
    reranker.judge = prefers(plain[2])
    found = find_passages(QUERY).passages
    assert [p.heading_path[-1].removeprefix("About ") for p in found][3:] == plain[3:]
    assert ["reranker" in p.explanation for p in found] == [True] * 3 + [False] * 3
    assert len(reranker.requests[-1][1]["documents"]) == 3


@pytest.mark.parametrize(
    "reply",
    [(500, b"", {}), (200, b"no JSON", {}), (200, b'{"results": []}', {}), (302, b"", {"Location": "http://x/"})],
)  # fmt: skip
def test_search_goes_on_in_its_own_order_when_it_fails(
    library: Solution, reranker: RerankStub, settings: Any, caplog: pytest.LogCaptureFixture, reply: Any
) -> None:
    settings.RERANKER_PROVIDER = "none"
    plain = find_passages(QUERY)
    settings.RERANKER_PROVIDER = "endpoint"
    reranker.replies = [reply]
    with caplog.at_level(logging.WARNING, logger="rag.services.reranking"):
        result = find_passages(QUERY)
        again = find_passages(QUERY)
    assert result.passages == again.passages == plain.passages
    assert result.ranking == plain.ranking
    assert result.reranking_problem == again.reranking_problem != ""
    assert len(caplog.records) == 1, "people wait for a broken one once, and the log says it once"
    assert len(reranker.requests) == 1
    reranker.replies = []
    forget_failures()
    assert find_passages(QUERY).reranking_problem == ""


def test_it_is_asked_again_after_its_rest(
    library: Solution, reranker: RerankStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reranking, "_REST_SECONDS", 0.0)
    reranker.replies = [(503, b"", {})]
    assert find_passages(QUERY).reranking_problem
    reranker.replies = []
    assert not find_passages(QUERY).reranking_problem


def test_a_text_that_only_it_would_have_read_is_no_reason_to_find_nothing(
    library: Solution, reranker: RerankStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    reranker.judge = lambda query, passage: 0.5
    last = find_passages(QUERY).ranking[-1]
    key = DocumentEmbedding.objects.get(pk=last[1]).chunk_s3_key
    monkeypatch.setattr(passages, "_texts", type(passages._texts)())

    def broken(wanted: str) -> str:
        if wanted == key:
            raise StorageError("The store does not answer.")
        return "A text."

    monkeypatch.setattr(passages, "read_text", broken)
    result = find_passages(QUERY, top=1)
    assert len(result.passages) == 1
    assert "store does not answer" in result.reranking_problem


def test_an_approved_answer_to_the_very_question_does_not_fall(reranker: RerankStub) -> None:
    solution = SolutionFactory()
    embed_document(document_about(*TOPICS, solution=solution, title="Guide").pk)
    question = "Is every backup of yours written down and checked?"
    entry = LibraryAnswerFactory(solution=solution, question=question, answer="Every backup is.")
    other = LibraryAnswerFactory(solution=solution, question="Are doors locked?", answer="Doors are locked.")
    for each in (entry, other):
        embed_library_answer(each.pk)
    reranker.judge = lambda query, passage: 0.5
    before = find_passages(question).ranking
    reranker.judge = lambda query, passage: (
        -1.0 if "Every backup is." in passage or "locked" in passage else 1.0
    )
    after = find_passages(question).ranking
    assert after.index(("answer", entry.pk)) <= before.index(("answer", entry.pk))
    assert after[-1] == ("answer", other.pk)
    draft = draft_answer(question, solutions=[solution.pk])
    assert (draft.origin, draft.text) == ("library", "Every backup is.")


def test_of_several_answers_to_the_very_question_none_pushes_another_back(reranker: RerankStub) -> None:
    question = "Is every backup of yours written down and checked?"
    solution = SolutionFactory()
    embed_document(document_about(*TOPICS, solution=solution, title="Guide").pk)
    for choice in ("Yes", "No", "Partly"):
        entry = LibraryAnswerFactory(
            solution=solution, question=question, answer=f"{choice}, backups.", choice=choice
        )
        embed_library_answer(entry.pk)
    reranker.judge = lambda query, passage: 0.5
    before = find_passages(question).ranking
    answers = [ref for ref in before if ref[0] == "answer"]
    for low in answers:
        text = f"{LibraryAnswer.objects.get(pk=low[1]).choice}, backups."
        reranker.judge = lambda query, passage, text=text: -1.0 if text in passage else len(passage)
        after = find_passages(question).ranking
        assert all(after.index(ref) <= before.index(ref) for ref in answers)


def place_at_worst(favourite: int, k: int) -> int:
    """Where a passage can end up, from 1, that is `favourite` in one order and last in the other.

    From the last place to the first, each other passage gets the worst place in the other order with which it is
    still worth as much as the favourite: so the most of them are.
    """
    last = reranking.RERANKED
    worth = 1 / (k + favourite) + 1 / (k + last)
    free, ahead = set(range(1, last)), 0
    for place in range(last, 0, -1):
        enough = [other for other in free if 1 / (k + place) + 1 / (k + other) >= worth - 1e-12]
        if place != favourite and enough:
            free.remove(max(enough))
            ahead += 1
    return ahead + 1


def test_the_first_two_of_either_order_are_among_the_first_ten_whatever_the_other_says() -> None:
    assert max(place_at_worst(1, reranking.K), place_at_worst(2, reranking.K)) == 10
    assert place_at_worst(2, reranking.K + 1) > 10


def test_a_reranker_that_turns_everything_round_takes_nothing_from_the_front() -> None:
    first = [("chunk", number) for number in range(reranking.RERANKED)]
    turned = blend(first, {ref: float(ref[1]) for ref in first})
    assert {*first[:2], *first[-2:]} <= set(turned[:4])


def test_one_that_tells_nothing_apart_changes_nothing() -> None:
    first = [("chunk", number) for number in (5, 3, 9, 1)]
    assert blend(first, dict.fromkeys(first, 0.25)) == first
    assert blend([], {}) == []


def test_one_that_agrees_changes_nothing_and_of_a_draw_its_own_preference_wins() -> None:
    first = [("chunk", number) for number in range(4)]
    assert blend(first, {ref: -float(ref[1]) for ref in first}) == first
    assert blend(first[:2], {first[0]: 0.0, first[1]: 1.0}) == [first[1], first[0]]


def test_a_passage_that_is_gone_by_then_is_left_out(
    library: Solution, reranker: RerankStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = reranking.load_passages

    def without_the_first(order: Any) -> Any:
        loaded = load(order)
        loaded.pop(order[0])
        return loaded

    monkeypatch.setattr(reranking, "load_passages", without_the_first)
    result = find_passages(QUERY, filters=SearchFilters(solutions=[library.pk]))
    assert sorted(result.ranking) == sorted(set(result.ranking))
    assert len(result.ranking) == len(TOPICS)
    assert len(reranker.requests[-1][1]["documents"]) == len(TOPICS) - 1
