"""`manage.py evaluate_retrieval DIR`: how well a labelled set is searched; the last line is JSON.

With `--own-library` instead of a folder the set is the library's own approved answers, their drafts are measured too,
and the figures are kept for the page that compares them.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import SpelunkerError
from rag.answer_quality import answer_figures
from rag.evaluation import evaluate_retrieval
from rag.management.progress_bar import ProgressBar
from rag.own_library import evaluate_own_library
from rag.retrieval_sets import load_retrieval_set


class Command(BaseCommand):
    help = (
        "Measures parsing, chunking, embedding and search on a labelled set in BEIR layout (corpus.jsonl, "
        "queries.jsonl, qrels/test.tsv), and prints the figures, last as one JSON object. "
        "The library is not touched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", nargs="?")
        parser.add_argument(
            "--own-library", action="store_true", help="measure on the library's own approved answers"
        )

        parser.add_argument(
            "--ask-model",
            action="store_true",
            help="with --own-library: have the configured language model draft, which costs its tokens",
        )

    def handle(
        self, *args: Any, folder: Path | None, own_library: bool, ask_model: bool, **options: Any
    ) -> None:
        if own_library == (folder is not None) or (ask_model and not own_library):
            raise CommandError("Give the folder of a labelled set, or --own-library.")
        figures = self._measure_set(folder) if folder is not None else self._measure_own_library(ask_model)
        for name, value in figures.items():
            self.stdout.write(f"{name:15} {value}")
        self.stdout.write(json.dumps(figures, ensure_ascii=False))

    def _measure_own_library(self, ask_model: bool) -> dict[str, Any]:
        try:
            with ProgressBar(self.stdout) as bar:
                row = evaluate_own_library(report=bar.show, ask_model=ask_model)
        except SpelunkerError as error:
            raise CommandError(str(error)) from error
        drafts = answer_figures(row.results.values())
        return {
            "set": "own library",
            "model": row.embedding_model,
            "reranker": row.settings.get("reranker"),
            "settings": row.fingerprint,
            "queries": row.question_count,
            "nDCG@10": round(row.ndcg, 4),
            "Recall@10": round(row.recall, 4),
            "MRR@10": round(row.mrr, 4),
            "drafted by": row.settings["drafting.by"],
            "drafts": drafts.drafts if drafts else 0,
            "answered": round(drafts.answered, 4) if drafts else None,
            "approved source": round(drafts.sourced, 4) if drafts else None,
            "agreement": round(drafts.agreement, 4) if drafts else None,
        }

    def _measure_set(self, folder: Path) -> dict[str, Any]:
        try:
            labelled = load_retrieval_set(folder)
            with ProgressBar(self.stdout) as bar:
                return evaluate_retrieval(labelled, report=bar.show)
        except SpelunkerError as error:
            raise CommandError(str(error)) from error
