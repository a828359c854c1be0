from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from core.storage import read_text

_ROWS_PER_DELETE = 2_000


class DocumentEmbeddingQuerySet(models.QuerySet["DocumentEmbedding"]):
    def delete_in_batches(self) -> None:
        """Delete any number of rows. Citations point at them, so Django loads what it deletes: here their numbers
        only, some at a time, and never the vectors."""
        while some := list(self.order_by("pk").values_list("pk", flat=True)[:_ROWS_PER_DELETE]):
            self.model.objects.filter(pk__in=some).only("pk").delete()


class DocumentEmbedding(models.Model):
    """One chunk of a document: where its text lies in the object store, its vector, where it came from."""

    document = models.ForeignKey("Document", on_delete=models.CASCADE, related_name="embeddings")
    chunk_s3_key = models.CharField(max_length=500)
    chunk_index = models.IntegerField()
    chunk_size = models.PositiveIntegerField(help_text=_("Bytes of the stored text."))
    content_hash = models.CharField(
        max_length=64, help_text=_("SHA-256 of the text together with its context.")
    )
    heading_path = ArrayField(models.CharField(max_length=500), default=list, blank=True)
    page = models.PositiveIntegerField(null=True, blank=True)
    page_end = models.PositiveIntegerField(null=True, blank=True)
    embedding = VectorField(null=True, blank=True)
    embedding_model = models.CharField(max_length=200)
    # An index of the chunk's words, not its content.
    search_vector = SearchVectorField(null=True)
    # Set instead, while this row waits beside those of the model before: search does not see it yet.
    waiting_search_vector = SearchVectorField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DocumentEmbeddingQuerySet.as_manager()

    class Meta:
        ordering = ["document_id", "chunk_index"]
        indexes = [GinIndex(fields=["search_vector"], name="embedding_search_vector")]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "chunk_index", "embedding_model"], name="embedding_chunk_unique_per_model"
            ),
            models.CheckConstraint(
                condition=models.Q(chunk_index__gte=0), name="embedding_index_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} #{self.chunk_index}"

    def get_chunk_text(self) -> str:
        """The chunk's text, read from the object store. Raises core.storage.StorageError."""
        return read_text(self.chunk_s3_key)
