from django.db import models
from django.utils.translation import gettext_lazy as _


class EmbeddingStatus(models.TextChoices):
    """How far a document or answer is on its way into the search index."""

    PENDING = "pending", _("Waiting")
    PROCESSING = "processing", _("Embedding")
    EMBEDDED = "embedded", _("Embedded")
    FAILED = "failed", _("Failed")

    @classmethod
    def unfinished(cls) -> "tuple[EmbeddingStatus, ...]":
        """The states that will change by themselves, so that a page keeps asking."""
        return (cls.PENDING, cls.PROCESSING)
