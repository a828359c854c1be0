from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import FileExtensionValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from core.storage import validate_s3_connectivity
from rfp_manager.models.rfp import RFPPartQuerySet

INFORMATION_EXTENSIONS = ["pdf", "doc", "docx", "txt", "md"]
# How much of a document's text one page shows.
BLOCKS_PER_PART = 200


def rfp_info_document_path(instance: "RFPInformationDocument", filename: str) -> str:
    return f"rfp_info_documents/{instance.rfp_id}/{filename}"


class RFPInformationDocument(StoredFile):
    """A document that tells about the request: summarised for the team, never embedded in the library."""

    class SummaryStatus(models.TextChoices):
        PENDING = "pending", _("Waiting")
        PROCESSING = "processing", _("Summarising")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    class SummaryOrigin(models.TextChoices):
        EXTRACTIVE = "extractive", _("Quoted from the document")
        LLM = "llm", _("Written by the language model")

    rfp = models.ForeignKey("RFP", on_delete=models.CASCADE, related_name="information_documents")
    file = models.FileField(
        upload_to=rfp_info_document_path,
        max_length=500,
        validators=[FileExtensionValidator(allowed_extensions=INFORMATION_EXTENSIONS)],
    )
    title = models.CharField(max_length=500)
    s3_key = models.CharField(max_length=500, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    page_count = models.PositiveIntegerField(null=True, blank=True)
    summary = models.TextField(blank=True)
    # [{"topic": str, "text": str, "page": int | null, "quote": str, "block": int | null}]: tenders.points.Point
    summary_points = models.JSONField(default=list, blank=True)
    # [{"role": str, "days": [ISO date, ...], "time": "HH:MM" | "", ...}]: what services.date_offers reads
    summary_dates = models.JSONField(default=list, blank=True)
    # What a language model gave for each part, by the part's digest, so that none is paid for twice
    summary_parts = models.JSONField(default=dict, blank=True)
    summary_origin = models.CharField(
        max_length=20, choices=SummaryOrigin.choices, default=SummaryOrigin.EXTRACTIVE
    )
    summary_note = models.TextField(
        blank=True, help_text=_("Why some or all of it is quoted and not written by the language model.")
    )
    summary_dropped = models.PositiveIntegerField(
        default=0, help_text=_("Items of the language model that the document does not bear out; not kept.")
    )
    input_tokens = models.PositiveIntegerField(
        default=0, help_text=_("What a language model has read for this summary, over all its attempts.")
    )
    output_tokens = models.PositiveIntegerField(
        default=0, help_text=_("What a language model has written for this summary, over all its attempts.")
    )
    llm_model = models.CharField(
        max_length=200, blank=True, help_text=_("The language model that was asked for this summary last.")
    )
    llm_cost = models.DecimalField(
        max_digits=14,
        decimal_places=6,
        default=Decimal(0),
        help_text=_("What it has cost by the prices of its day, over all its attempts."),
    )
    text_key = models.CharField(
        max_length=500, blank=True, help_text=_("Where the text that was read from the file is stored.")
    )
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
        verbose_name = _("information document")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rfp", "content_hash"],
                condition=~models.Q(content_hash=""),
                name="information_document_once_per_rfp",
                violation_error_message=_("This file is already among the RFP's information documents."),
            ),
            models.CheckConstraint(
                condition=models.Q(summary_status__in=["pending", "processing", "ready", "failed"]),
                name="information_summary_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(summary_origin__in=["extractive", "llm"]),
                name="information_summary_origin_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        return self.summary_status in (self.SummaryStatus.PENDING, self.SummaryStatus.PROCESSING)

    def place_url(self, block: int | None) -> str:
        """Where the document is read, at one block of its text; its own page where the text is not stored."""
        if not self.text_key:
            return reverse("rfp_manager:information", args=[self.rfp_id, self.pk])
        url = reverse("rfp_manager:information_text", args=[self.rfp_id, self.pk])
        return f"{url}?part={(block or 0) // BLOCKS_PER_PART + 1}#block-{block or 0}"

    def clean(self) -> None:
        super().clean()
        if self.file and not self.pk:
            validate_s3_connectivity()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.commit_file()
        super().save(*args, **kwargs)
