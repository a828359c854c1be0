"""What people see of the second stage: on the ask page, in the command, among the health checks, in measurements."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core.models import User
from rag.evaluation import evaluate_retrieval
from rag.own_library import evaluate_own_library
from rag.providers.reranking import RerankingError
from rag.retrieval_sets import load_retrieval_set
from rag.search_settings import fingerprint_of, search_settings
from rag.services.embeddings import embed_document
from rag.shell_entries import check_reranker
from rag.tests.factories import document_about
from rag.tests.rerank_stub import RerankStub, rerank_server, reranker
from rag.tests.test_evaluation import DOCUMENTS, JUDGEMENTS, QUERIES, write_set
from rag.tests.test_own_library import found, library, solution
from solution_library.models import RetrievalEvaluation

__all__ = ["found", "library", "rerank_server", "reranker", "solution"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]

QUERY = "Which rule about backups is written down?"
FAILED = "The reranker did not answer: these stand in the order of the first search."


@pytest.fixture
def ask_page(client: Client, charlie: User) -> Any:
    embed_document(document_about("backups", "keys", "doors", title="Guide").pk)
    client.force_login(charlie)
    return lambda: client.get(reverse("rag:ask"), {"q": QUERY}).content.decode()


def test_the_ask_page_says_from_where_a_passage_came(ask_page: Any, reranker: RerankStub) -> None:
    reranker.judge = lambda query, passage: 0.75 if "About doors" in passage else 0.25
    shown = ask_page()
    assert re.search(r"reranked from place [23] to [12]\b", shown)
    assert "0.75" in shown
    assert FAILED not in shown


def test_the_ask_page_says_of_one_that_stays_that_it_stays(ask_page: Any, reranker: RerankStub) -> None:
    reranker.judge = lambda query, passage: 0.5
    assert "read again, stays in place 1" in ask_page()


def test_the_ask_page_says_that_it_did_not_answer_and_not_why(ask_page: Any, reranker: RerankStub) -> None:
    reranker.replies = [(401, b"", {})]
    shown = ask_page()
    assert FAILED in shown
    assert "RERANKER_API_KEY" not in shown
    assert "About backups" in shown


def test_without_one_the_ask_page_says_nothing_of_it(ask_page: Any) -> None:
    assert "rerank" not in ask_page().casefold()


def test_the_command_prints_places_and_score(ask_page: Any, reranker: RerankStub) -> None:
    output = io.StringIO()
    call_command("search_library", QUERY, "--json", stdout=output)
    first, *_ = json.loads(output.getvalue())
    assert {"reranker", "place_before", "place_after", "fused"} <= first["explanation"].keys()


def test_the_health_page_names_it_and_asks_it_nothing(reranker: RerankStub, settings: Any) -> None:
    assert (check_reranker().ok, check_reranker().detail) == (True, "endpoint:small")
    assert reranker.requests == []
    settings.RERANKER_PROVIDER = "none"
    assert "None is set" in check_reranker().detail


def test_one_that_cannot_be_loaded_is_said_on_the_health_page(settings: Any, tmp_path: Path) -> None:
    settings.RERANKER_PROVIDER = "local"
    settings.RERANKER_MODEL_PATH = str(tmp_path / "gone.onnx")
    settings.RERANKER_TOKENIZER_PATH = str(tmp_path / "tokenizer.json")
    result = check_reranker()
    assert not result.ok
    assert "gone.onnx cannot be read" in result.detail
    assert search_settings()["reranker"] == "local"


def test_the_settings_of_a_measurement_name_it_and_change_with_it(
    reranker: RerankStub, settings: Any
) -> None:
    with_it = search_settings()
    assert with_it["reranker"] == "endpoint:small"
    assert with_it["reranking.RERANKED"] == 40
    settings.RERANKER_PROVIDER = "none"
    without = search_settings()
    assert not [name for name in without if "rerank" in name]
    assert fingerprint_of(with_it) != fingerprint_of(without)


def test_a_labelled_set_is_measured_with_it(tmp_path: Path, reranker: RerankStub) -> None:
    labelled = load_retrieval_set(write_set(tmp_path / "small", DOCUMENTS, QUERIES, JUDGEMENTS))
    assert evaluate_retrieval(labelled)["reranker"] == "endpoint:small"
    assert len(reranker.requests) == 2


def test_the_own_library_is_measured_with_it_or_not_at_all(library: Any, reranker: RerankStub) -> None:
    assert evaluate_own_library().settings["reranker"] == "endpoint:small"
    # Two questions are searched for, and the one whose answer is known in words is drafted, which searches again.
    assert len(reranker.requests) == 3
    reranker.replies = [(500, b"", {})]
    with pytest.raises(RerankingError, match="status 500"):
        evaluate_own_library()
    assert RetrievalEvaluation.objects.count() == 1


def test_nothing_is_measured_while_it_does_not_answer(tmp_path: Path, reranker: RerankStub) -> None:
    folder = write_set(tmp_path / "small", DOCUMENTS, QUERIES, JUDGEMENTS)
    reranker.replies = [(500, b"", {})]
    with pytest.raises(CommandError, match="status 500"):
        call_command("evaluate_retrieval", str(folder), stdout=io.StringIO())
