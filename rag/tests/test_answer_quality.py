"""Drafts measured on the library's own approved answers, without the library's own answer to each."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core import jobs
from core.models import Job, User
from rag import judgements
from rag.answer_quality import QUOTATION, answer_figures
from rag.evaluation_report import compare
from rag.judgements import Judgement, register_judgements
from rag.own_library import EVALUATION_JOB, evaluate_own_library
from rag.services.embeddings import embed_library_answer
from rag.tests.llm_stub import LLMStub
from solution_library.models import RetrievalEvaluation, Solution
from solution_library.tests.factories import LibraryAnswerFactory

pytestmark = pytest.mark.django_db

PAGE = reverse("rag:evaluations")
APPROVED = "Backups of all databases are kept for 35 days."


@pytest.fixture(autouse=True)
def approved(
    folder_storage: Path, monkeypatch: pytest.MonkeyPatch, vault: Solution
) -> Iterator[list[Judgement]]:
    """What the app above has to say of the vault's handbook: one question that it answers, one that it does not."""
    handbook = frozenset(vault.documents.values_list("pk", flat=True))
    rows = [
        Judgement(7, "For how long are backups kept?", (vault.pk,), handbook, frozenset(), APPROVED),
        Judgement(
            8, "Which colour has the building in Narvik?", (vault.pk,), handbook, frozenset(), "It is red."
        ),
    ]
    monkeypatch.setattr(judgements, "_sources", {})
    register_judgements("tests", lambda limit: rows)
    return rows  # type: ignore[return-value]


def test_a_draft_is_held_against_what_was_approved_and_no_word_is_kept() -> None:
    row = evaluate_own_library()
    kept = row.results["rfp:7"]
    assert (kept["answered"], kept["sourced"]) == (1, 1)
    assert 0.5 < kept["agreement"] <= 1
    gap = row.results["rfp:8"]
    assert (gap["answered"], gap["sourced"], gap["agreement"]) == (0, 0, 0)
    figures = answer_figures(row.results.values())
    assert figures is not None
    assert (figures.drafts, figures.answered, figures.sourced) == (2, 0.5, 0.5)
    assert figures.agreement == pytest.approx(kept["agreement"] / 2, abs=1e-5)
    assert row.settings["drafting.by"] == QUOTATION
    for word in ("backups", "35 days", "Narvik", "is red"):
        assert word not in json.dumps(row.results)


def test_the_librarys_own_answer_is_not_drafted_from(approved: list[Judgement], vault: Solution) -> None:
    entry = LibraryAnswerFactory(
        solution=vault,
        question="Which colour has the building in Narvik?",
        answer="It is red.",
        origin_answer_id=8,
    )
    embed_library_answer(entry.pk)
    row = evaluate_own_library()
    assert row.results[f"library:{entry.pk}"]["answered"] == 0


def test_an_approved_choice_without_words_is_searched_for_and_not_drafted(approved: list[Judgement]) -> None:
    approved[:] = [Judgement(*list(vars(approved[0]).values())[:5])]
    row = evaluate_own_library()
    assert "agreement" not in row.results["rfp:7"]
    assert answer_figures(row.results.values()) is None


def test_a_language_model_drafts_only_when_it_is_asked_to(llm: LLMStub) -> None:
    quoted = evaluate_own_library()
    assert llm.asked == []
    written = evaluate_own_library(ask_model=True)
    assert "For how long are backups kept?" in [asked.question for asked in llm.asked]
    assert written.results["rfp:7"]["answered"] == 1
    changed = {name for name, _before, _after in compare(quoted, written).tuned}
    assert changed == {"drafting.by", "drafting.prompt"}
    assert quoted.fingerprint != written.fingerprint


def test_the_command_prints_what_drafts_are_worth() -> None:
    output = io.StringIO()
    call_command("evaluate_retrieval", "--own-library", stdout=output)
    figures = json.loads(output.getvalue().splitlines()[-1])
    assert (figures["drafts"], figures["answered"], figures["approved source"]) == (2, 0.5, 0.5)
    assert 0 < figures["agreement"] < 1
    with pytest.raises(CommandError, match="folder of a labelled set"):
        call_command("evaluate_retrieval", "folder", "--ask-model")


def test_two_measurements_are_compared_by_their_drafts_too(client: Client, alice: User) -> None:
    before, after = evaluate_own_library(), evaluate_own_library()
    old = evaluate_own_library()
    for result in old.results.values():
        del result["agreement"]
    old.save()
    after.results["rfp:8"] |= {"answered": 1, "sourced": 1, "agreement": 1}
    after.save()
    found = compare(before, after)
    assert (found.shared, found.drafted) == (2, 2)
    assert [(figure.label, figure.change) for figure in found.figures[3:5]] == [
        ("Answered", 0.5),
        ("From an approved source", 0.5),
    ]
    assert compare(old, after).drafted == 0
    client.force_login(alice)
    page = client.get(PAGE, {"before": before.pk, "after": after.pk}).content.decode()
    assert "Both drafted 2 of them." in page
    assert "From an approved source" in page
    assert "+0.500" in page


def test_the_button_asks_the_model_only_with_its_tick(client: Client, alice: User, llm: LLMStub) -> None:
    client.force_login(alice)
    assert "Have the language model draft" in client.get(PAGE).content.decode()
    client.post(reverse("rag:evaluation_start"), {"ask_model": "on"})
    job = Job.objects.get(kind=EVALUATION_JOB)
    jobs.execute(job.pk)
    assert RetrievalEvaluation.objects.get().settings["drafting.by"].startswith("openai:")
    assert llm.asked
