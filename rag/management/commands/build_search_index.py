"""`manage.py build_search_index`: the vector index of the present embedding model, built while search goes on."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import SpelunkerError
from rag.providers.embedding import get_embedding_provider
from rag.services.reembedding import reembedding_progress
from rag.services.search_index import TABLES, build_index, drop_index, index_name, list_indexes

_KINDS = dict(zip(TABLES, ("passages", "approved answers"), strict=True))


class Command(BaseCommand):
    help = "Builds the vector index that search uses in a large library. Can be run again at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--memory", type=int, default=512, help="megabytes for the build (512)")
        parser.add_argument(
            "--drop-old", action="store_true", help="drop the indexes of other models afterwards"
        )

    def handle(self, *args: Any, memory: int, drop_old: bool, **options: Any) -> None:
        if not 1 <= memory <= 1_000_000:
            raise CommandError("Give the memory in megabytes, for example --memory 2048.")
        try:
            provider = get_embedding_provider()
            model, dimensions = provider.name, provider.dimensions
            for table in TABLES:
                built = build_index(
                    table, model=model, dimensions=dimensions, memory_mb=memory, progress=self._report
                )
                self.stdout.write(f"Index of {_KINDS[table]}: {'built' if built else 'is there already'}.")
        except SpelunkerError as error:
            raise CommandError(str(error)) from error
        if drop_old:
            if reembedding_progress() is not None:
                raise CommandError(
                    "The library is still changing to another embedding model, and search uses the old one's index "
                    "until it has (manage.py reembed_library --status). Drop it then."
                )
            own = {index_name(table, model, dimensions) for table in TABLES}
            for index in list_indexes():
                if index.name not in own:
                    drop_index(index.name)
                    self.stdout.write(f"Dropped {index.name}.")

    def _report(self, phase: str, share: float) -> None:
        self.stdout.write(f"{phase}: {share:.0%}")
        self.stdout.flush()
