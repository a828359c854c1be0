"""What the library says several times is found once, and what only looks alike is found each time."""

from typing import Any

import pytest

from rag.services import passages, search
from rag.services.embeddings import embed_document, embed_library_answer
from rag.services.search import find_passages, search_library
from rag.tests.factories import document_about
from solution_library.models import LibraryAnswer, Solution
from solution_library.tests.factories import LibraryAnswerFactory, SolutionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]

QUERY = "Which rule is written down and checked?"
TOPICS = ("backups", "keys", "doors", "visitors", "cameras", "suppliers")


@pytest.fixture
def slices(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many candidates were loaded together, each time that some were."""
    sizes: list[int] = []

    def noted(order: Any) -> Any:
        sizes.append(len(order))
        return passages.load_passages(order)

    monkeypatch.setattr(search, "load_passages", noted)
    return sizes


def upload_to(solutions: int, *topics: str) -> None:
    """One and the same file, uploaded to so many solutions."""
    for _ in range(solutions):
        embed_document(document_about(*topics, solution=SolutionFactory(), title="Guide").pk)


def approve(solution: Solution, question: str, answer: str, choice: str = "") -> LibraryAnswer:
    made = LibraryAnswerFactory(solution=solution, question=question, answer=answer, choice=choice)
    embed_library_answer(made.pk)
    return made


def test_a_file_in_five_solutions_leaves_room_for_everything_else() -> None:
    upload_to(5, *TOPICS)
    found = search_library(QUERY, top=len(TOPICS))
    assert {passage.heading_path[-1] for passage in found} == {f"About {topic}" for topic in TOPICS}


def test_without_duplicates_everything_is_loaded_at_once(slices: list[int]) -> None:
    upload_to(1, *TOPICS)
    assert len(search_library(QUERY, top=5)) == 5
    assert slices == [5]


def test_a_library_of_one_text_is_looked_through_in_few_steps(slices: list[int]) -> None:
    upload_to(30, "backups")
    assert len(search_library(QUERY, top=10)) == 1
    assert sum(slices) == 30
    assert len(slices) <= 4


def test_the_same_answer_to_different_questions_is_found_for_each() -> None:
    solution = SolutionFactory()
    questions = [f"Is every backup of the {topic} written down and checked?" for topic in TOPICS]
    for question in questions:
        approve(solution, question, "Yes.")
    assert {passage.title for passage in search_library(QUERY)} == set(questions)


def test_the_same_question_with_another_choice_is_found_too() -> None:
    for choice in ("Yes", "No", "yes"):
        approve(SolutionFactory(), "Is it written down?", "See the guide.", choice)
    assert {passage.choice.casefold() for passage in search_library("Is it written down?")} == {"yes", "no"}
    assert len(search_library("Is it written down?")) == 2


def test_passages_stay_best_first() -> None:
    upload_to(3, *TOPICS)
    scores = [passage.score for passage in find_passages(QUERY, top=6).passages]
    assert len(scores) == 6
    assert scores == sorted(scores, reverse=True)
