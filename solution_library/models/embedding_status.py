from django.db import models


class EmbeddingStatus(models.TextChoices):
    """How far a document or answer is on its way into the search index."""

    PENDING = "pending", "Waiting"
    PROCESSING = "processing", "Embedding"
    EMBEDDED = "embedded", "Embedded"
    FAILED = "failed", "Failed"

    @classmethod
    def unfinished(cls) -> "tuple[EmbeddingStatus, ...]":
        """The states that will change by themselves, so that a page keeps asking."""
        return (cls.PENDING, cls.PROCESSING)
