from django.conf import settings
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from rfp_manager.models.rfp import RFPPartQuerySet


def rfp_export_path(instance: "RFPExport", filename: str) -> str:
    return f"rfp_exports/{instance.rfp_id}/{filename}"


class RFPExport(StoredFile):
    """A generated file, as it was handed to the customer: never changed, each with its own version."""

    class Format(models.TextChoices):
        WORKBOOK = "workbook", _("The customer's workbook")
        WORD = "word", _("Word document")
        CSV = "csv", _("CSV")

    stored_file_field = "export_file"

    rfp = models.ForeignKey("RFP", on_delete=models.CASCADE, related_name="exports")
    document = models.ForeignKey(
        "RFPQuestionDocument", null=True, blank=True, on_delete=models.SET_NULL, related_name="exports"
    )
    export_file = models.FileField(
        upload_to=rfp_export_path,
        max_length=500,
        validators=[FileExtensionValidator(allowed_extensions=["xlsx", "xlsm", "csv", "docx"])],
    )
    format = models.CharField(max_length=20, choices=Format.choices, default=Format.WORKBOOK)
    filename = models.CharField(max_length=300, help_text=_("What the download is called."))
    version = models.CharField(max_length=50)
    question_count = models.IntegerField()
    answered_count = models.IntegerField()
    # what rfp_manager.workbooks.writing.FillReport.to_dict() gives, "unfilled" and "reworded" questions
    report = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RFPPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "version"], name="export_version_once_per_document"),
            models.UniqueConstraint(
                fields=["rfp", "format", "version"],
                condition=Q(format__in=["word", "csv"]),
                name="export_version_once_per_format",
            ),
            models.CheckConstraint(
                condition=Q(format__in=["workbook", "word", "csv"]), name="export_format_known"
            ),
            models.CheckConstraint(
                condition=Q(answered_count__gte=0, question_count__gte=F("answered_count")),
                name="export_counts_consistent",
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(filename)s (version %(version)s)") % {
            "filename": self.filename,
            "version": self.version,
        }

    @property
    def is_workbook(self) -> bool:
        return self.format == self.Format.WORKBOOK

    @property
    def unanswered_count(self) -> int:
        return self.question_count - self.answered_count
