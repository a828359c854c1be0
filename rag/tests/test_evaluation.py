"""`manage.py evaluate_retrieval`: figures by the product's own search, and a library that stays as it was."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from rag import evaluation
from rag.evaluation import evaluate_retrieval
from rag.ranking_metrics import ndcg, recall, reciprocal_rank
from rag.retrieval_sets import RetrievalSetError, SetDocument, load_retrieval_set
from rag.services.embeddings import embed_document
from rag.services.search import search_library
from solution_library.models import Document, DocumentEmbedding
from solution_library.tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db

DOCUMENTS = [
    {
        "_id": "backup",
        "title": "Backups",
        "text": "Every night an encrypted copy of the database goes to a second site.",
    },
    {"_id": "access", "title": "Access", "text": "Administrators sign in with a hardware key."},
    {"_id": "price", "title": "Prices", "text": "A licence is paid for each user and year."},
]
QUERIES = [
    {"_id": "q1", "text": "Where are copies of the database kept?"},
    {"_id": "q2", "text": "How do administrators sign in?"},
    {"_id": "unjudged", "text": "What is the weather?"},
]
JUDGEMENTS = [("q1", "backup", 1), ("q2", "access", 1), ("q2", "price", 0)]


def write_set(folder: Path, documents: list[dict], queries: list[dict], judgements: list[tuple]) -> Path:
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in documents))
    (folder / "queries.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in queries))
    lines = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, line)) for line in judgements)]
    (folder / "qrels" / "test.tsv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_set(tmp_path / "small", DOCUMENTS, QUERIES, JUDGEMENTS)


def stored(media: Path) -> list[Path]:
    return sorted(path for path in media.rglob("*") if path.is_file())


@pytest.fixture
def media(folder_storage: Path) -> Iterator[Path]:
    return folder_storage


def test_the_last_line_is_one_json_object_with_every_figure(folder: Path, media: Path) -> None:
    output = io.StringIO()
    call_command("evaluate_retrieval", str(folder), stdout=output)
    figures = json.loads(output.getvalue().splitlines()[-1])
    assert (figures["nDCG@10"], figures["Recall@10"], figures["Recall@100"], figures["MRR@10"]) == (
        1,
        1,
        1,
        1,
    )
    assert (figures["documents"], figures["queries"], figures["chunks"]) == (3, 2, 3)
    assert figures["chunks/s"] > 0
    assert 0 < figures["query p50 ms"] <= figures["query p95 ms"]


def test_a_document_counts_by_its_best_passage(tmp_path: Path, media: Path) -> None:
    filler = "\n\n".join(
        f"{n}. Paragraph about invoices, taxes and shipping of goods." * 12 for n in range(6)
    )
    documents = [
        {
            "_id": "long",
            "title": "Handbook",
            "text": f"{filler}\n\nThe database is copied every night.\n\n{filler}",
        },
        {"_id": "other", "title": "Travel", "text": "Trains are preferred to planes."},
    ]
    queries = [{"_id": "q", "text": "How often is the database copied?"}]
    labelled = load_retrieval_set(write_set(tmp_path / "set", documents, queries, [("q", "long", 1)]))
    figures = evaluate_retrieval(labelled)
    assert figures["chunks"] > 4
    assert figures["nDCG@10"] == 1


def test_a_query_searches_only_its_own_scope(tmp_path: Path, media: Path) -> None:
    text = "Every night a copy of the database goes to a second site."
    documents = [
        {"_id": "a", "title": "", "text": text, "scope": "one"},
        {"_id": "b", "title": "", "text": text, "scope": "two"},
    ]
    queries = [
        {"_id": "q1", "text": "Where is the database copied to?", "scope": "one"},
        {"_id": "q2", "text": "Where is the database copied to?", "scope": "two"},
        {"_id": "q3", "text": "Where is the database copied to?", "scope": "nowhere"},
    ]
    judgements = [("q1", "a", 1), ("q2", "b", 1), ("q3", "a", 1)]
    labelled = load_retrieval_set(write_set(tmp_path / "set", documents, queries, judgements))
    assert evaluate_retrieval(labelled)["Recall@100"] == pytest.approx(2 / 3, abs=1e-3)


def test_a_document_without_text_is_counted_and_missed(tmp_path: Path, media: Path) -> None:
    documents = [*DOCUMENTS, {"_id": "blank", "title": "Blank", "text": "  "}]
    judgements = [("q1", "backup", 1), ("q2", "blank", 1)]
    labelled = load_retrieval_set(write_set(tmp_path / "set", documents, QUERIES, judgements))
    figures = evaluate_retrieval(labelled)
    assert figures["unreadable"] == 1
    assert figures["Recall@10"] == 0.5


def test_the_library_is_neither_searched_nor_changed(folder: Path, media: Path) -> None:
    document = DocumentFactory(content=b"# Backups\n\nCopies of the database are kept on tape.\n")
    embed_document(document.pk)
    rows = list(DocumentEmbedding.objects.values()), list(Document.objects.values())
    files = stored(media)
    figures = evaluate_retrieval(load_retrieval_set(folder))
    assert (figures["nDCG@10"], figures["chunks"]) == (1, 3)
    assert [str(kept) for kept in DocumentEmbedding.objects.values()] == [str(row) for row in rows[0]]
    assert list(Document.objects.values()) == rows[1]
    assert stored(media) == files
    assert [passage.document_id for passage in search_library("copies of the database")] == [document.pk]


def test_a_failure_on_the_way_leaves_nothing_behind(
    folder: Path, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        assert len(stored(media)) == 3
        raise RuntimeError("in the middle of it")

    monkeypatch.setattr(evaluation, "rank_documents", fail)
    with pytest.raises(RuntimeError, match="in the middle"):
        evaluate_retrieval(load_retrieval_set(folder))
    assert stored(media) == []
    assert not Document.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'")
        assert cursor.fetchone() == (0,)


def test_two_runs_give_the_same_quality(folder: Path, media: Path) -> None:
    one, two = (evaluate_retrieval(load_retrieval_set(folder)) for _ in range(2))
    assert one["chunks"] == two["chunks"]
    assert one["nDCG@10"] == two["nDCG@10"]


@pytest.mark.parametrize(
    ("text", "extension"),
    [
        ("<!DOCTYPE html><html><body>Text</body></html>", "html"),
        ("# Title\n\nText.\n", "md"),
        ("Text.\n\n## One\n\nText.\n\n## Two\n\nText.", "md"),
        ("Title\n=====\n\nText.\n", "txt"),
        ("To list them::\n\n    ls\n\n# one remark\n", "txt"),
    ],
)
def test_markup_decides_how_a_document_is_parsed(text: str, extension: str) -> None:
    assert SetDocument("d", "", text).extension == extension


def test_a_folder_that_is_no_set_is_said(folder: Path) -> None:
    (folder / "corpus.jsonl").unlink()
    with pytest.raises(CommandError, match=r"corpus\.jsonl cannot be read"):
        call_command("evaluate_retrieval", str(folder))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("corpus.jsonl", '{"_id": "a", "text": "x"}\nnot json\n', "Line 2 of .*corpus.jsonl"),
        ("queries.jsonl", '{"text": "no id"}\n', "Line 1 of .*queries.jsonl"),
        ("corpus.jsonl", '{"_id": "a", "title": 7, "text": "x"}\n', "Line 1 of .*corpus.jsonl"),
        ("corpus.jsonl", '{"_id": "a", "text": "x", "scope": ["s"]}\n', "Line 1 of .*corpus.jsonl"),
        ("corpus.jsonl", '["a"]\n', "Line 1 of .*corpus.jsonl"),
        ("queries.jsonl", '{"_id": "other", "text": "never judged"}\n', "none of its queries"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\tbackup\n", "Line 2 of .*test.tsv"),
        ("qrels/test.tsv", "q1\tbackup\t1\nq1\tbackup\tinf\n", "Line 2 of .*test.tsv"),
    ],
)
def test_a_damaged_set_names_file_and_line(folder: Path, name: str, content: str, sentence: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(RetrievalSetError, match=sentence):
        load_retrieval_set(folder)


def test_a_query_without_a_text_finds_nothing_and_is_counted(folder: Path, media: Path) -> None:
    lines = [json.dumps(query) for query in QUERIES[1:]] + ['{"_id": "q1"}', '{"_id": "q1", "text": null}'][
        :1
    ]
    (folder / "queries.jsonl").write_text("\n".join(lines))
    assert evaluate_retrieval(load_retrieval_set(folder))["queries"] == 2


def test_measures_are_those_of_trec() -> None:
    grades = {"a": 2, "b": 1, "c": 1}
    # By hand: (1 + 2/log2(3)) / (2 + 1/log2(3) + 1/log2(4)).
    assert ndcg(["b", "a", "x"], grades, at=10) == pytest.approx(0.7224, abs=1e-4)
    assert ndcg(["a", "b", "c"], grades, at=2) == 1
    assert recall(["x", "a", "b"], grades, at=2) == pytest.approx(1 / 3)
    assert reciprocal_rank(["x", "y", "c"], grades, at=10) == pytest.approx(1 / 3)
    assert reciprocal_rank(["x", "y", "c"], grades, at=2) == 0
