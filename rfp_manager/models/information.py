from typing import Any

from django.conf import settings
from django.core.validators import FileExtensionValidator
from django.db import models

from core.models import StoredFile
from core.storage import validate_s3_connectivity
from rfp_manager.models.rfp import RFPPartQuerySet


def rfp_info_document_path(instance: "RFPInformationDocument", filename: str) -> str:
    return f"rfp_info_documents/{instance.rfp_id}/{filename}"


class RFPInformationDocument(StoredFile):
    """A document that tells about the request: summarised for the team, never embedded in the library."""

    class SummaryStatus(models.TextChoices):
        PENDING = "pending", "Waiting"
        PROCESSING = "processing", "Summarising"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    rfp = models.ForeignKey("RFP", on_delete=models.CASCADE, related_name="information_documents")
    file = models.FileField(
        upload_to=rfp_info_document_path,
        max_length=500,
        validators=[FileExtensionValidator(allowed_extensions=["pdf", "doc", "docx", "txt", "md"])],
    )
    title = models.CharField(max_length=500)
    s3_key = models.CharField(max_length=500, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    page_count = models.PositiveIntegerField(null=True, blank=True)
    summary = models.TextField(blank=True)
    # [{"topic": str, "text": str, "page": int | null}], each text a quotation from that page
    summary_points = models.JSONField(default=list, blank=True)
    summary_status = models.CharField(
        max_length=20, choices=SummaryStatus.choices, default=SummaryStatus.PENDING
    )
    summary_error = models.TextField(blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RFPPartQuerySet.as_manager()

    class Meta:
        verbose_name = "information document"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rfp", "content_hash"],
                condition=~models.Q(content_hash=""),
                name="information_document_once_per_rfp",
                violation_error_message="This file is already among the RFP's information documents.",
            ),
            models.CheckConstraint(
                condition=models.Q(summary_status__in=["pending", "processing", "ready", "failed"]),
                name="information_summary_status_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        return self.summary_status in (self.SummaryStatus.PENDING, self.SummaryStatus.PROCESSING)

    def clean(self) -> None:
        super().clean()
        if self.file and not self.pk:
            validate_s3_connectivity()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.commit_file()
        super().save(*args, **kwargs)
