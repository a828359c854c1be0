"""What the pages show of documents beyond their rows: progress of the embedding, texts of the chunks."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType

from core.models import Job
from core.storage import StorageError, read_text
from solution_library.models import Document, DocumentEmbedding

_READERS = 8


@dataclass(frozen=True)
class Passage:
    """A chunk with its text; None when the object store did not give it."""

    chunk: DocumentEmbedding
    text: str | None


def read_passages(chunks: Sequence[DocumentEmbedding]) -> list[Passage]:
    """The texts of a page of chunks, read at the same time."""
    if not chunks:
        return []
    with ThreadPoolExecutor(max_workers=min(_READERS, len(chunks))) as pool:
        texts = list(pool.map(_text_or_none, [chunk.chunk_s3_key for chunk in chunks]))
    return [Passage(chunk, text) for chunk, text in zip(chunks, texts, strict=True)]


def _text_or_none(key: str) -> str | None:
    try:
        return read_text(key)
    except (StorageError, UnicodeDecodeError):
        return None


def embedding_jobs(documents: Iterable[Document]) -> dict[int, Job]:
    """The active job of each document that has one, by the document's number: one query for all."""
    wanted = [str(document.pk) for document in documents if document.embedding_unfinished]
    if not wanted:
        return {}
    jobs = (
        Job.objects.active()
        .filter(target_type=ContentType.objects.get_for_model(Document), target_id__in=wanted)
        .order_by("created_at")
    )
    return {int(job.target_id): job for job in jobs}
