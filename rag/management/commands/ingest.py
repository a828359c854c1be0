"""`manage.py ingest PATH... --vendor V --solution S`: documents from disk into the library."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import SpelunkerError
from rag.management.progress_bar import ProgressBar
from rag.services.ingestion import (
    FoundFiles,
    IngestedFile,
    find_files,
    ingest_files,
    solution_for,
)


class Command(BaseCommand):
    help = "Adds documents, or folders of them, to a solution's library. They can be searched on return."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a document, or a folder")
        parser.add_argument("--vendor", required=True, help="whose solution it is; made when missing")
        parser.add_argument(
            "--solution", required=True, help="what the documents describe; made when missing"
        )

    def handle(self, *args: Any, paths: list[Path], vendor: str, solution: str, **options: Any) -> None:
        try:
            found = find_files(paths)
            if not found.files:
                raise CommandError("There is no document under these paths.")
            counts: Counter[str] = Counter()
            with solution_for(vendor=vendor, name=solution) as target, ProgressBar(self.stdout) as bar:
                bar.show(0, len(found.files), str(found.files[0]))
                for done, file in enumerate(ingest_files(found.files, solution=target), start=1):
                    counts[file.outcome] += 1
                    bar.say(self.describe(file))
                    bar.show(done, len(found.files), str(found.files[min(done, len(found.files) - 1)]))
        except SpelunkerError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.summarise(found, counts, str(target)))
        if counts["failed"]:
            raise CommandError(f"{counts['failed']} of {len(found.files)} files could not be taken in.")

    def describe(self, file: IngestedFile) -> str:
        if file.outcome == "failed":
            return self.style.ERROR(f"failed     {file.path}: {file.message}")
        return f"{file.outcome:10} {file.path} ({file.chunks} passages)"

    def summarise(self, found: FoundFiles, counts: Counter[str], solution: str) -> str:
        text = f"{solution}: {counts['added']} added, {counts['unchanged']} unchanged, {counts['failed']} failed."
        if found.passed_over:
            text += f" {found.passed_over} files of other kinds were left out."
        return text
