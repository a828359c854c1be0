"""What a question names has to be named where it is answered: levels, and what happened to the things it counts."""

import pytest

from rag.services.drafting import draft_answer
from rag.services.embeddings import embed_document
from rag.services.questions import split_question
from solution_library.models import Solution
from solution_library.tests.factories import DocumentFactory, SolutionFactory

TEXT = b"""# Programme

The data centre is certified to level 2 of the Uptime standard, since March 2025.

In 2025, 37 ideas of customers were delivered by the product team.
"""


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("Is the data centre certified to level 3?", {"level 3"}),
        ("Is it a Tier IV data centre?", {"Tier IV"}),
        ("On which level of the building is it?", set()),
    ],
)
def test_levels_are_labels(question: str, label: set[str]) -> None:
    assert split_question(question)[0].labels == label


@pytest.mark.parametrize(
    ("question", "verb"),
    [
        ("How many ideas of customers were rejected in 2025?", "rejected"),
        ("Wie viele Anträge wurden abgelehnt?", "abgelehnt"),
        ("How many users can sign in?", ""),
    ],
)
def test_what_happened_to_what_is_counted_is_known(question: str, verb: str) -> None:
    assert split_question(question)[0].happened == verb


@pytest.fixture
def programme(folder_storage: None) -> Solution:
    solution = SolutionFactory()
    embed_document(DocumentFactory(solution=solution, content=TEXT, filename="programme.md").pk)
    return solution


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("How many ideas of customers were delivered in 2025?", True),
        ("How many ideas of customers were rejected in 2025?", False),
        ("Is the data centre certified to level 2?", True),
        ("Is the data centre certified to level 4?", False),
    ],
)
def test_another_event_and_another_level_are_no_answer(
    programme: Solution, question: str, answered: bool
) -> None:
    draft = draft_answer(question, solutions=[programme.pk])
    assert (draft.status != "no_answer") is answered
