"""Whether an approved answer is to the same question depends on the two questions, and on nothing else."""

import pytest

from rag.services.drafting import Draft, draft_answer
from rag.services.embeddings import embed_document, embed_library_answer
from solution_library.models import Solution
from solution_library.tests.factories import DocumentFactory, LibraryAnswerFactory, SolutionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]

KNOWN = "How long are backups of the customer database kept?"
ASKED = "How long are the backups of customer databases kept?"


@pytest.fixture
def solution() -> Solution:
    made = SolutionFactory()
    embed_library_answer(
        LibraryAnswerFactory(
            solution=made,
            question=KNOWN,
            answer="In two data centres, encrypted, and deleted after thirty-five days without exception.",
        ).pk
    )
    return made


def draft(solution: Solution, question: str = ASKED) -> Draft:
    return draft_answer(question, solutions=[solution.pk])


def crowd(solution: Solution) -> None:
    """Documents that share the question's words and draw its vector their way."""
    for topic in ("tapes", "invoices", "cameras", "laptops", "visitors"):
        text = f"# {topic}\n\nHow long {topic} are kept: the customer keeps {topic} and their backups for years.\n"
        embed_document(DocumentFactory(solution=solution, content=text.encode(), filename="a.md").pk)


def test_how_sure_the_same_question_is_does_not_depend_on_what_else_there_is(solution: Solution) -> None:
    alone = draft(solution)
    crowd(solution)
    among_others = draft(solution)
    assert (alone.origin, among_others.origin) == ("library", "library")
    assert alone.confidence == pytest.approx(among_others.confidence)
    assert 0.88 <= alone.confidence < 1


def test_the_very_question_is_as_sure_as_can_be(solution: Solution) -> None:
    crowd(solution)
    assert draft(solution, KNOWN.upper()).confidence == 1


@pytest.mark.parametrize(
    "other",
    [
        "How long are backups of the customer database not kept?",
        "Where are backups of the customer database kept?",
        "How long are 3 backups of the customer database kept?",
    ],
)
def test_another_question_in_nearly_the_same_words_is_another_question(
    solution: Solution, other: str
) -> None:
    assert draft(solution, other).origin != "library"
