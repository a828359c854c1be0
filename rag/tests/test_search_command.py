"""`manage.py search_library`: ranked passages as text and as JSON, within a scope."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.tests.factories import OrganizationFactory
from rag.services.embeddings import embed_document, embed_library_answer
from solution_library.models import Solution
from solution_library.tests.factories import DocumentFactory, LibraryAnswerFactory, SolutionFactory

pytestmark = pytest.mark.django_db

BACKUPS = (
    b"# Operations\n\n## Backups\n\nEvery night an encrypted copy of the database goes to a second site.\n"
)
OTHER = b"# Operations\n\n## Copies\n\nCopies of the database are kept on tape for one year.\n"


def search(query: str, **options: Any) -> str:
    output = io.StringIO()
    call_command("search_library", query, stdout=output, **options)
    return output.getvalue()


def found(query: str, **options: Any) -> list[dict[str, Any]]:
    return json.loads(search(query, json=True, **options))


@pytest.fixture
def vault() -> Solution:
    solution = SolutionFactory(name="Vault", vendor=OrganizationFactory(name="Harbour Ltd", kind="vendor"))
    embed_document(DocumentFactory(solution=solution, content=BACKUPS, title="Operations manual").pk)
    return solution


@pytest.fixture
def archive() -> Solution:
    solution = SolutionFactory(name="Archive", vendor=OrganizationFactory(name="Quay Inc", kind="vendor"))
    embed_document(DocumentFactory(solution=solution, content=OTHER, title="Archive handbook").pk)
    return solution


def test_json_names_document_page_heading_score_and_text(vault: Solution) -> None:
    (entry,) = found("Are backups encrypted?")
    assert entry["document"] == "Operations manual"
    assert entry["document_id"] == vault.documents.get().pk
    assert entry["page"] is None
    assert entry["heading"].endswith("Backups")
    assert 0 < entry["score"] <= 1
    assert "encrypted copy" in entry["text"]


def test_approved_answers_are_among_the_passages(vault: Solution) -> None:
    answer = LibraryAnswerFactory(
        solution=vault, question="Are backups encrypted?", answer="Yes, with AES-256."
    )
    embed_library_answer(answer.pk)
    best = found("Are backups encrypted?")[0]
    assert (best["library_answer_id"], best["document_id"]) == (answer.pk, None)
    assert (best["document"], best["text"]) == ("Are backups encrypted?", "Yes, with AES-256.")
    assert "Approved answer: Are backups encrypted?" in search("Are backups encrypted?")


def test_text_shows_rank_score_place_and_the_passage(vault: Solution) -> None:
    first, passage = search("Are backups encrypted?").splitlines()[:2]
    assert first.startswith("  1. 0.")
    assert "Operations manual" in first
    assert passage.startswith("     Every night an encrypted copy")


def test_the_best_come_first_and_top_limits_them(vault: Solution, archive: Solution) -> None:
    assert [entry["document"] for entry in found("How long are copies kept on tape?")] == [
        "Archive handbook",
        "Operations manual",
    ]
    assert len(found("How long are copies kept on tape?", top=1)) == 1


@pytest.mark.parametrize("filters", [{"solution": ["vault"]}, {"vendor": ["HARBOUR ltd"]}])
def test_filters_leave_only_their_own(vault: Solution, archive: Solution, filters: dict[str, Any]) -> None:
    assert {entry["document"] for entry in found("copies on tape", **filters)} == {"Operations manual"}


def test_several_solutions_may_be_named(vault: Solution, archive: Solution) -> None:
    assert len(found("copies on tape", solution=["Vault", "Archive"])) == 2


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ({"solution": ["Valt"]}, "no solution named Valt. The library has: Archive, Vault"),
        ({"vendor": ["Nobody"]}, "no vendor named Nobody. The library has: Harbour Ltd, Quay Inc"),
        ({"solution": ["Vault"], "vendor": ["Quay Inc"]}, "None of these solutions belongs"),
    ],
)
def test_a_name_that_is_not_there_is_said(
    vault: Solution, archive: Solution, filters: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        search("copies", **filters)


def test_an_empty_library_gives_nothing_and_says_so() -> None:
    assert found("anything") == []
    assert "Nothing in the library fits" in search("anything")


@pytest.mark.parametrize("arguments", [["query", "--top", "0"], ["query", "--top", "many"], ["  "]])
def test_nonsense_is_refused(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("search_library", *arguments)
