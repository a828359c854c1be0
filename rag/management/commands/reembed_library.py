"""`manage.py reembed_library`: everything that has vectors of another model gets those of the configured one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import SpelunkerError
from rag.management.progress_bar import ProgressBar
from rag.services.reembedding import Reembedding, reembed_library, reembedding_progress
from solution_library.models import Document


class Command(BaseCommand):
    help = (
        "Embeds again what was embedded with another model than the configured one, and switches search to it. "
        "The workers do this by themselves in the background; the command waits for it. Search goes on meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--status", action="store_true", help="only say how far it is")

    def handle(self, *args: Any, status: bool, **options: Any) -> None:
        try:
            before = reembedding_progress()
            if before is None:
                self.stdout.write("Everything has vectors of the configured model.")
                return
            if status:
                self.stdout.write(describe(before))
                return
            with ProgressBar(self.stdout) as bar:

                def failed(document: Document, reason: str) -> None:
                    bar.say(self.style.ERROR(f"failed     {document.title}: {reason}"))

                count = reembed_library(bar.show, failed)
        except SpelunkerError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} documents were embedded again with {before.model}.")
        if rest := reembedding_progress():
            raise CommandError(f"{describe(rest)}. Look at the failed documents in the library.")


def describe(state: Reembedding) -> str:
    """One line: model, how many of how many, and how many failed."""
    failed = f", {state.failed} could not be read" if state.failed else ""
    return f"Re-embedding with {state.model}: {state.done} of {state.total}{failed}"
