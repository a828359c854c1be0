"""Documents with text, their jobs, and a look at what their chunks are."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from core.models import Job
from core.storage import read_text
from rag.services.queueing import DOCUMENT_JOB
from solution_library.models import Document
from solution_library.services.replacements import replace_document_file
from solution_library.tests.factories import DocumentFactory
from solution_library.tests.files import text_upload


def paper(*topics: str) -> bytes:
    """A Markdown document with a section of its own, long enough for a chunk of its own, on each topic."""
    sections = [
        f"## About {topic}\n\n"
        + " ".join(f"The rule number {n} about {topic} is written down and checked." for n in range(1, 6))
        for topic in topics
    ]
    return ("# Guide\n\n" + "\n\n".join(sections) + "\n").encode()


def document_about(*topics: str, **fields: Any) -> Document:
    """A stored document, past the checks of an upload and not embedded yet."""
    return DocumentFactory(content=paper(*topics), filename="guide.md", **fields)


def change(document: Document, content: bytes, filename: str = "guide.md") -> Document:
    """Replace the document's file, as a person would; returns its row as it is now."""
    fresh = Document.objects.get(pk=document.pk)
    replace_document_file(fresh, upload=text_upload(filename, content))
    return Document.objects.get(pk=document.pk)


def chunks_of(document: Document) -> list[tuple[int, str, str]]:
    """(index, key, stored text) of each chunk in the index, in order."""
    rows = document.embeddings.order_by("chunk_index")
    return [(row.chunk_index, row.chunk_s3_key, read_text(row.chunk_s3_key)) for row in rows]


def topics_of(document: Document) -> list[str]:
    """The topics that the index has of a document made by `paper`, in order."""
    return [
        row.heading_path[-1].removeprefix("About ") for row in document.embeddings.order_by("chunk_index")
    ]


def job_of(document: Document) -> Job:
    """The latest embedding job of a document."""
    return Job.objects.filter(kind=DOCUMENT_JOB, target_id=str(document.pk)).latest("created_at")


def on_another_connection(work: Callable[[], Any]) -> Any:
    """What `work` returns in a thread of its own, and so outside of this one's transaction."""
    result: list[Any] = []

    def run() -> None:
        try:
            result.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=20)
    assert result, "it waited for the other transaction, or failed"
    return result[0]
