"""Before a library answer is kept, the library says what it has on the same question already."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from rag.providers.embedding import EmbeddingError
from rag.providers.embedding.bundled import BundledProvider
from rag.services.answer_warnings import find_answer_warnings
from rag.services.embeddings import embed_library_answer
from solution_library.answer_checks import AnswerCandidate, AnswerReview, review_answer
from solution_library.models import LibraryAnswer, Solution
from solution_library.tests.factories import LibraryAnswerFactory, SolutionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def solution() -> Solution:
    return SolutionFactory()


def kept(solution: Solution, question: str, answer: str, choice: str = "") -> LibraryAnswer:
    entry = LibraryAnswerFactory(solution=solution, question=question, answer=answer, choice=choice)
    embed_library_answer(entry.pk)
    return entry


@pytest.mark.parametrize(
    ("question", "answer", "choice", "kind"),
    [
        ("Do you encrypt data at rest?", "Yes, with AES-256.", "Yes", "duplicate"),
        ("is data encrypted at rest", "All volumes are encrypted.", "", "duplicate"),
        ("Is data encrypted at rest?", "Only on request.", "No", "contradiction"),
        ("Is data encrypted at rest?", "Data at rest is not encrypted.", "", "contradiction"),
    ],
)
def test_the_same_question_is_named_with_what_differs(
    solution: Solution, question: str, answer: str, choice: str, kind: str
) -> None:
    entry = kept(solution, "Is data encrypted at rest?", "Yes, with AES-256.", "Yes")
    (warning,) = find_answer_warnings(AnswerCandidate(solution, question, answer, choice))
    assert (warning.kind, warning.other) == (kind, entry)
    assert warning.reason


def test_other_figures_of_the_same_kind_contradict(solution: Solution) -> None:
    kept(solution, "How long are backups kept?", "Backups are kept for 30 days.")
    (warning,) = find_answer_warnings(
        AnswerCandidate(solution, "How long are backups kept?", "We keep them for 90 days.")
    )
    assert warning.kind == "contradiction"
    assert "30 days" in warning.reason
    assert "90 days" in warning.reason


@pytest.mark.parametrize(
    "question",
    ["Is data encrypted in transit?", "Is data at rest not encrypted?", "Who audits the service every year?"],
)
def test_another_question_is_not_named(solution: Solution, question: str) -> None:
    kept(solution, "Is data encrypted at rest?", "Yes, with AES-256.")
    assert find_answer_warnings(AnswerCandidate(solution, question, "No.")) == []


def test_the_entry_itself_and_other_solutions_are_not_named(solution: Solution) -> None:
    entry = kept(solution, "Is data encrypted at rest?", "Yes.")
    candidate = AnswerCandidate(solution, entry.question, "No.", entry=entry)
    assert find_answer_warnings(candidate) == []
    assert find_answer_warnings(AnswerCandidate(SolutionFactory(), entry.question, "No.")) == []


def test_an_answer_that_is_not_embedded_yet_is_found_by_its_words(solution: Solution) -> None:
    entry = LibraryAnswerFactory(solution=solution, question="Who audits you?", answer="A firm.")
    (warning,) = find_answer_warnings(AnswerCandidate(solution, "who audits you?", "A firm."))
    assert (warning.other, warning.reason) == (entry, "This pair is kept already.")


def test_without_the_model_nothing_is_said_and_the_answer_can_be_kept(
    solution: Solution, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise EmbeddingError("The model is away.")

    kept(solution, "Is data encrypted at rest?", "Yes.")
    monkeypatch.setattr(BundledProvider, "embed_passages", fail)
    assert review_answer(AnswerCandidate(solution, "Is the data at rest encrypted?", "No.")) == AnswerReview(
        [], False
    )


def test_the_page_warns_once_and_keeps_what_was_confirmed(
    client: Client, alice: User, solution: Solution
) -> None:
    kept(solution, "How long are backups kept?", "Backups are kept for 30 days.")
    client.force_login(alice)
    url = reverse("solution_library:answer_create")
    pair = {"solution": solution.pk, "question": "How long are backups kept?", "answer": "For 90 days."}
    warned = client.post(url, pair)
    assert warned.status_code == 422
    page = warned.content.decode()
    assert "Contradiction" in page
    assert "Save anyway" in page
    seen = warned.context["form"]["seen"].value()
    # Another answer was not what they confirmed.
    other = client.post(url, pair | {"seen": seen, "answer": "For 60 days."})
    assert other.status_code == 422
    assert client.post(url, pair | {"seen": seen}).status_code == 302
    assert LibraryAnswer.objects.count() == 2
