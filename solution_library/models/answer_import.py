from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import FileExtensionValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from core.permissions import can_edit_library

if TYPE_CHECKING:
    from core.models import User

IMPORT_EXTENSIONS = ["xlsx", "csv"]


class AnswerImportQuerySet(models.QuerySet["AnswerImport"]):
    def visible_to(self, user: "User") -> "AnswerImportQuerySet":
        """Library editors see each other's imports, except into a solution that is deleted; others see none."""
        return self.filter(solution__deleted_at=None) if can_edit_library(user) else self.none()


class AnswerImport(StoredFile):
    """A table of questions and answers on its way into the library.

    The file is kept until its rows are in the library; the report stays.
    """

    solution = models.ForeignKey("Solution", on_delete=models.CASCADE, related_name="answer_imports")
    filename = models.CharField(max_length=255)
    file = models.FileField(
        upload_to="answer_imports/",
        max_length=500,
        blank=True,
        validators=[FileExtensionValidator(allowed_extensions=IMPORT_EXTENSIONS)],
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="answer_imports"
    )
    # {"heading": number of the row that names the columns or 0, "columns": {"question": 0, "answer": 2, ...}}
    mapping = models.JSONField(default=dict, blank=True)
    # [{"row": number in the file, "reason": sentence, "entry": the library answer that it met, or null}]
    problems = models.JSONField(default=list, blank=True)
    # Numbers of the rows that were kept though nobody could tell whether the library answers them already.
    unchecked = models.JSONField(default=list, blank=True)
    kept = models.PositiveIntegerField(default=0, help_text=_("Rows that are library answers now."))
    finished_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AnswerImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        return reverse("rag:answer_import", args=[self.pk])
