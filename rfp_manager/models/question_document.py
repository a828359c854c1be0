from typing import Any

from django.conf import settings
from django.core.validators import FileExtensionValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from core.storage import validate_s3_connectivity
from rfp_manager.models.rfp import RFPPartQuerySet


def rfp_question_document_path(instance: "RFPQuestionDocument", filename: str) -> str:
    return f"rfp_question_documents/{instance.rfp_id}/{filename}"


class RFPQuestionDocument(StoredFile):
    """The customer's question workbook, kept untouched, and its detected (then confirmed) layout."""

    class LayoutStatus(models.TextChoices):
        PENDING = "pending", _("Waiting")
        DETECTED = "detected", _("Detected, to be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        REPLACED = "replaced", _("Replaced by a newer one")
        FAILED = "failed", _("Failed")

    rfp = models.ForeignKey("RFP", on_delete=models.CASCADE, related_name="question_documents")
    file = models.FileField(
        upload_to=rfp_question_document_path,
        max_length=500,
        validators=[FileExtensionValidator(allowed_extensions=["xlsx", "xlsm", "csv"])],
    )
    title = models.CharField(max_length=500)
    s3_key = models.CharField(max_length=500, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    # what rfp_manager.workbooks.layout.WorkbookLayout.to_dict() gives
    layout = models.JSONField(default=dict, blank=True)
    layout_status = models.CharField(
        max_length=20, choices=LayoutStatus.choices, default=LayoutStatus.PENDING
    )
    layout_error = models.TextField(blank=True)
    # counts every change of the layout: who corrects an older one is told so
    layout_version = models.PositiveIntegerField(default=0)
    # [{"sheet", "by", and what rfp_manager.workbooks.detection.corrections.Correction.to_dict() gives}]
    corrections = models.JSONField(default=list, blank=True)
    fingerprint = models.CharField(
        max_length=64, blank=True, help_text=_("Of the form, without its answers.")
    )
    layout_memory = models.ForeignKey(
        "LayoutMemory",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The remembered layout that was applied."),
    )
    preview_key = models.CharField(max_length=500, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    replaces = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replaced_by",
        help_text=_("The workbook whose newer version this is; its answers are carried over."),
    )
    # what rfp_manager.services.revision_comparison.Revision.to_dict() gave when it was confirmed
    revision = models.JSONField(default=dict, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RFPPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("question workbook")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rfp", "content_hash"],
                condition=~models.Q(content_hash=""),
                name="question_document_once_per_rfp",
                violation_error_message=_("This workbook is already part of the RFP."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    layout_status__in=["pending", "detected", "confirmed", "replaced", "failed"]
                ),
                name="question_document_layout_status_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        return self.layout_status == self.LayoutStatus.PENDING

    def clean(self) -> None:
        super().clean()
        if self.file and not self.pk:
            validate_s3_connectivity()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.commit_file()
        super().save(*args, **kwargs)
