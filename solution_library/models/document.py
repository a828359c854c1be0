from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from core.storage import validate_s3_connectivity
from core.word_search import word_index
from solution_library.models.deletion import DELETED_AT, deleted_index
from solution_library.models.embedding_status import EmbeddingStatus
from solution_library.models.freshness import Freshness, is_overdue
from solution_library.models.source_sync import SourceSyncEntry

if TYPE_CHECKING:
    from core.models import User

LATELY = timedelta(days=30)
DOCUMENT_EXTENSIONS = ["pdf", "docx", "doc", "pptx", "xlsx", "csv", "md", "html", "htm", "txt"]


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: "User") -> "DocumentQuerySet":
        """What was deleted is seen by nobody, also while it can still be brought back."""
        return self.filter(deleted_at__isnull=True) if user.is_active else self.none()

    def of_freshness(self, freshness: str, *, unused: Q) -> "DocumentQuerySet":
        """Rows of a `Freshness`, or "changed": whose page was found changed lately."""
        if freshness == "changed":
            return self.filter(_source_changed())
        return self.filter(Freshness(freshness).condition(unused=unused))

    def with_source_changed(self) -> "DocumentQuerySet":
        """Annotate `source_changed`: a sync found other words on the page within the last 30 days."""
        return self.annotate(source_changed=_source_changed())

    def in_use(self) -> "DocumentQuerySet":
        """Without the pages that are no longer on their site."""
        return self.filter(retired_at__isnull=True)

    def pending(self) -> "DocumentQuerySet":
        return self.filter(embedding_status=EmbeddingStatus.PENDING)


def _source_changed() -> Exists:
    """A query set's condition that the last days' syncs found other words on the page."""
    return Exists(
        SourceSyncEntry.objects.filter(
            document=OuterRef("pk"),
            change=SourceSyncEntry.Change.CHANGED,
            sync__started_at__gte=timezone.now() - LATELY,
        )
    )


class Document(StoredFile):
    """An uploaded file (`file` set) or a scraped page (`file` empty); both know their `s3_key`.

    Its text never lies in the database: the file, and the chunks made from it, are in the object store.
    """

    solution = models.ForeignKey("Solution", on_delete=models.CASCADE, related_name="documents")
    source = models.ForeignKey(
        "DocumentationSource", null=True, blank=True, on_delete=models.CASCADE, related_name="documents"
    )
    title = models.CharField(max_length=500)
    url = models.URLField(max_length=1000, blank=True, help_text=_("Where a scraped page was found."))
    file = models.FileField(
        upload_to="documents/",
        max_length=500,
        blank=True,
        validators=[FileExtensionValidator(allowed_extensions=DOCUMENT_EXTENSIONS)],
    )
    s3_key = models.CharField(max_length=500, blank=True)
    content_hash = models.CharField(
        max_length=64, blank=True, db_index=True, help_text=_("SHA-256 of the file.")
    )
    embedding_status = models.CharField(
        max_length=20, choices=EmbeddingStatus.choices, default=EmbeddingStatus.PENDING
    )
    embedding_error = models.TextField(blank=True)
    reading_notes = models.TextField(
        blank=True, help_text=_("What of the file was not read, or not surely: a sentence a line.")
    )
    embedded_hash = models.CharField(
        max_length=64,
        blank=True,
        help_text=_("The content hash that the chunks in the index were made from."),
    )
    embedded_model = models.CharField(
        max_length=200, blank=True, help_text=_("The embedding model of the chunks that search sees.")
    )
    embedded_at = models.DateTimeField(null=True, blank=True)
    chunk_count = models.PositiveIntegerField(default=0)
    page_count = models.PositiveIntegerField(null=True, blank=True)
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="owned_documents",
    )
    review_by = models.DateField(null=True, blank=True)
    retired_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_(
            "When the page was found to be gone from its site. Its text is kept, its passages are not."
        ),
    )
    deleted_at = models.DateTimeField(null=True, blank=True, help_text=DELETED_AT)
    deleted_hash = models.CharField(
        max_length=64, blank=True, editable=False, help_text=_("The content hash, while it is deleted.")
    )
    replaced_key = models.CharField(
        max_length=500,
        blank=True,
        editable=False,
        help_text=_("The file before this one; for a day it can be brought back."),
    )
    replaced_hash = models.CharField(max_length=64, blank=True, editable=False)
    replaced_size = models.PositiveIntegerField(null=True, blank=True, editable=False)
    replaced_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        indexes = [
            models.Index(fields=["embedding_status", "updated_at"], name="document_embedding_status"),
            GinIndex(fields=["tags"], name="document_tags"),
            word_index("document_words", "title"),
            deleted_index("document_deleted"),
            # Hardly any file was replaced within the last day.
            models.Index(
                fields=["replaced_at"], condition=Q(replaced_at__isnull=False), name="document_replaced"
            ),
            # Each search asks whether there is any other model than its own.
            models.Index(fields=["embedded_model"], name="document_embedded_model"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(s3_key=""), name="document_key_recorded"),
            models.CheckConstraint(
                condition=Q(embedding_status__in=EmbeddingStatus.values),
                name="document_embedding_status_known",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(retired_at__isnull=False),
                name="document_deleted_is_retired",
            ),
            models.CheckConstraint(
                condition=Q(replaced_at__isnull=True, replaced_key="")
                | (Q(replaced_at__isnull=False) & ~Q(replaced_key="")),
                name="document_replaced_file_kept",
            ),
            models.UniqueConstraint(
                fields=["solution", "content_hash"],
                condition=Q(source__isnull=True) & ~Q(content_hash=""),
                name="document_uploaded_once_per_solution",
                violation_error_message=_("This file is already in this solution's library."),
            ),
            models.UniqueConstraint(
                fields=["source", "url"],
                condition=Q(source__isnull=False),
                name="document_page_unique_per_source",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("solution_library:document", args=[self.pk])

    @property
    def review_overdue(self) -> bool:
        return is_overdue(self.review_by)

    @property
    def embedding_unfinished(self) -> bool:
        """Whether the status will change by itself."""
        return self.embedding_status in EmbeddingStatus.unfinished()

    @property
    def is_pdf(self) -> bool:
        """Whether it is an uploaded file that a browser can open at a page."""
        return self.file_type == "pdf" and not self.source_id

    @property
    def download_name(self) -> str:
        """What the file is called on the reader's machine: the title with the file's own extension."""
        ending = f".{self.file_type}" if self.file_type else ""
        return self.title if self.title.lower().endswith(ending) else self.title + ending

    def clean(self) -> None:
        super().clean()
        if self.file and not self.pk:  # new uploads only: it is a round trip
            validate_s3_connectivity()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.commit_file()
        super().save(*args, **kwargs)
