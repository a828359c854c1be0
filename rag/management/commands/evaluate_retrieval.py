"""`manage.py evaluate_retrieval DIR`: how well a labelled set is searched; the last line is JSON."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import SpelunkerError
from rag.evaluation import evaluate_retrieval
from rag.management.progress_bar import ProgressBar
from rag.retrieval_sets import load_retrieval_set


class Command(BaseCommand):
    help = (
        "Measures parsing, chunking, embedding and search on a labelled set in BEIR layout (corpus.jsonl, "
        "queries.jsonl, qrels/test.tsv), and prints the figures, last as one JSON object. "
        "The library is not touched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            labelled = load_retrieval_set(folder)
            with ProgressBar(self.stdout) as bar:
                figures = evaluate_retrieval(labelled, report=bar.show)
        except SpelunkerError as error:
            raise CommandError(str(error)) from error
        for name, value in figures.items():
            self.stdout.write(f"{name:14} {value}")
        self.stdout.write(json.dumps(figures, ensure_ascii=False))
