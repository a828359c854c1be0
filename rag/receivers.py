"""What rag does when the library says that something changed."""

from typing import Any

from rag.services.queueing import enqueue_answer_embedding, enqueue_document_embedding
from solution_library.models import Document, LibraryAnswer
from solution_library.signals import document_content_changed


def connect() -> None:
    document_content_changed.connect(
        embed_changed_document, sender=Document, dispatch_uid="rag.embed_changed_document"
    )
    document_content_changed.connect(
        embed_changed_answer, sender=LibraryAnswer, dispatch_uid="rag.embed_changed_answer"
    )


def embed_changed_document(*, instance: Document, **_: Any) -> None:
    enqueue_document_embedding(instance)


def embed_changed_answer(*, instance: LibraryAnswer, **_: Any) -> None:
    enqueue_answer_embedding(instance)
