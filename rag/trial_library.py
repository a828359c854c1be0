"""An empty library beside the real one, to try retrieval on documents that are nobody's.

Its tables are temporary ones of the real tables' names and shape, which this connection finds first:
every query of the product runs on them unchanged, other connections never see them, and they are
gone with the transaction, however the process ends.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from django.db import connection, transaction

from core.storage import chunk_key, delete_objects
from rag.services.chunk_rows import PreparedChunk, replace_chunks
from rag.services.store_threads import store_threads
from rag.services.word_shares import forget_shares
from solution_library.models import Document, DocumentEmbedding, LibraryAnswer

_SHADOWED = (Document, DocumentEmbedding, LibraryAnswer)
# Document numbers name objects in the store. Real ones never get this far, and two trials start apart.
_NUMBERS_FROM = 10**12
_TRIALS = 9_000_000


@dataclass(frozen=True)
class TrialDocument:
    """A parsed and embedded document on its way into the trial library; `solution` is any number."""

    title: str
    extension: str
    solution: int
    chunks: Sequence[PreparedChunk]
    vectors: Sequence[np.ndarray]


@dataclass
class TrialLibrary:
    """What was put in; `_keys` are the objects to delete at the end."""

    model: str
    _keys: set[str] = field(default_factory=set)

    def add(self, documents: Sequence[TrialDocument]) -> list[int]:
        """Store documents as the product does; returns their primary keys in the same order."""
        rows = Document.objects.bulk_create(
            Document(
                solution_id=document.solution, title=document.title, s3_key="-", file_type=document.extension
            )
            for document in documents
        )
        for row, document in zip(rows, documents, strict=True):
            # Noted before they are written, so that none stays when the writing is interrupted.
            self._keys.update(chunk_key(row.pk, chunk.index) for chunk in document.chunks)
            vectors = {
                chunk.hash: vector for chunk, vector in zip(document.chunks, document.vectors, strict=True)
            }
            replace_chunks(row, document.chunks, vectors=vectors.copy, model=self.model, page_count=None)
        return [row.pk for row in rows]

    def analyze(self) -> None:
        """Tell the planner about the tables, as autovacuum would in a real library."""
        with connection.cursor() as cursor:
            for model in _SHADOWED:
                cursor.execute(f"ANALYZE {_temporary(model)}")

    def clear_storage(self) -> None:
        list(store_threads().map(lambda key: delete_objects([key]), self._keys))


@contextmanager
def trial_library(*, model: str) -> Iterator[TrialLibrary]:
    """An empty library for the block; the real one is out of sight until it ends, and is not touched.

    `model` is the name of the embedding model whose vectors will be added.
    """
    library = TrialLibrary(model)
    try:
        with transaction.atomic():
            _shadow_tables()
            forget_shares()
            yield library
            transaction.set_rollback(True)
    finally:
        forget_shares()
        library.clear_storage()


def _shadow_tables() -> None:
    start = _NUMBERS_FROM * (1 + secrets.randbelow(_TRIALS))
    with connection.cursor() as cursor:
        for model in _SHADOWED:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"CREATE TEMPORARY TABLE {table} (LIKE {table} INCLUDING ALL) ON COMMIT DROP")
        # No statement that was prepared before goes on to mean the real tables: psycopg forgets all where a table is
        # altered, as here, or a transaction rolled back, as at the end.
        cursor.execute(f"ALTER TABLE {_temporary(Document)} ALTER COLUMN id RESTART WITH {start}")


def _temporary(model: type[Document | DocumentEmbedding | LibraryAnswer]) -> str:
    return f"pg_temp.{connection.ops.quote_name(model._meta.db_table)}"
